using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Kernels;

namespace AlsterNode.Pipeline;

/// <summary>A frame after the 2D encoder: what the mapper's 3D half goes on with. It belongs to its mapper, which uses the memory again.</summary>
public sealed unsafe class EncodedFrame
{
    private readonly NativeBuffer<float> _features = new();

    internal EncodedFrame(int width, int height) => Input = new EncoderInput(width, height);

    /// <summary>The frame that was encoded.</summary>
    public RgbdFrame Frame { get; internal set; } = null!;

    /// <summary>The frame at the network's resolution.</summary>
    internal EncoderInput Input { get; }

    /// <summary>f2D, [h * w, D].</summary>
    internal FloatRows Features { get; private set; }

    /// <summary>Width of the feature image, w: a quarter.</summary>
    internal int FeatureWidth => (Input.Width + 3) / 4;

    /// <summary>Height of the feature image, h.</summary>
    internal int FeatureHeight => (Input.Height + 3) / 4;

    /// <summary>What the stage "normals" took.</summary>
    internal StageCost Normals { get; set; }

    /// <summary>What the stage "encode2d" took.</summary>
    internal StageCost Encoding { get; set; }

    /// <summary>Room for the features.</summary>
    internal float* Reserve(int channels)
    {
        Features = new FloatRows(_features.Reserve((long)FeatureHeight * FeatureWidth * channels), channels);
        return Features.Pointer;
    }
}
