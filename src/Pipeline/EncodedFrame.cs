using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Operators;
using static TorchSharp.torch;

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

    /// <summary>Width of the feature image, w.</summary>
    internal int FeatureWidth { get; private set; }

    /// <summary>Height of the feature image, h.</summary>
    internal int FeatureHeight { get; private set; }

    /// <summary>What the stage "normals" took.</summary>
    internal StageCost Normals { get; set; }

    /// <summary>What the stage "encode2d" took.</summary>
    internal StageCost Encoding { get; set; }

    /// <summary>Copies the encoder's result, [1, D, h, w], pixel by pixel.</summary>
    internal void Take(Tensor features)
    {
        var shape = features.shape;
        var (channels, height, width) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        (FeatureWidth, FeatureHeight) = (width, height);
        Features = new FloatRows(_features.Reserve((long)height * width * channels), channels);
        using var planes = features.contiguous();
        WorkerPool.Shared.Run(height, new Lines(planes.Floats(), Features.Pointer, channels, width, (long)width * height));
    }

    /// <summary>Turns a line of planes into pixels.</summary>
    private readonly struct Lines(float* planes, float* pixels, int channels, int width, long plane) : IParallelJob
    {
        public void Run(int task)
        {
            var from = planes + ((long)task * width);
            var to = pixels + ((long)task * width * channels);
            for (var c = 0; c < channels; c++)
            {
                for (var u = 0; u < width; u++) to[((long)u * channels) + c] = from[(c * plane) + u];
            }
        }
    }
}
