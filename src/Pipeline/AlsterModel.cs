using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.SparseVoxel3D;
using AlsterNode.TemporalExpert;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlsterNode.Pipeline;

/// <summary>
/// The whole network of [ALSTER] Fig. 2: encoder F2D, U-Net F3D, temporal expert FdT, and a point-wise head behind each. A container
/// of weights: <see cref="SemanticMapper"/> runs the stages on frames, training runs them on batches.
/// </summary>
public sealed class AlsterModel : Module
{
    /// <summary>Creates the network with freshly initialised weights (seed torch beforehand for a repeatable start).</summary>
    public AlsterModel(ModelOptions options) : base(nameof(AlsterModel))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        var dimension = options.FeatureDimension;
        Encoder = new DeepLabV3Plus(options.Backbone, featureDimension: dimension);
        UNet = new SparseUNet3D(options.UNet.ForFeatures(dimension));
        Expert = new TemporalExpertNetwork(new TemporalExpertOptions { FeatureDimension = dimension, Attention = options.Attention });
        Head2D = Linear(dimension, options.LabelSpace.Count);
        Head3D = Linear(dimension, options.LabelSpace.Count);
        HeadExpert = Linear(dimension, options.LabelSpace.Count);
        register_module("encoder", Encoder);
        register_module("unet", UNet);
        register_module("expert", Expert);
        register_module("head_2d", Head2D);
        register_module("head_3d", Head3D);
        register_module("head_expert", HeadExpert);
    }

    /// <summary>A network with weights drawn at random, always the same: for timing, its labels mean nothing.</summary>
    public static AlsterModel Random(ModelOptions options)
    {
        random.manual_seed(0);
        return new AlsterModel(options) { Id = "random" };
    }

    /// <summary>What the network was built from.</summary>
    public ModelOptions Options { get; }

    /// <summary>Identifies the weights: stored with every scene, since features of other weights mean nothing here.</summary>
    public string Id { get; internal set; } = "untrained";

    /// <summary>F2D: [B, 7, H, W] -> [B, D, H/4, W/4].</summary>
    public DeepLabV3Plus Encoder { get; }

    /// <summary>F3D: N voxels, [N, D] -> [N, D].</summary>
    public SparseUNet3D UNet { get; }

    /// <summary>FdT: past, 3D and 2D features, [N, D] each -> [N, D].</summary>
    public TemporalExpertNetwork Expert { get; }

    /// <summary>Class logits from 2D features, [N, D] -> [N, C].</summary>
    public Linear Head2D { get; }

    /// <summary>Class logits from 3D features, [N, D] -> [N, C].</summary>
    public Linear Head3D { get; }

    /// <summary>Class logits from the scene's features, [N, D] -> [N, C]: the map's labels.</summary>
    public Linear HeadExpert { get; }

    /// <summary>Moves the weights to a device by its name: cpu or cuda.</summary>
    public void MoveTo(string device)
    {
        if (device is not ("cpu" or "cuda")) throw new InputException($"The device is '{device}'; expected cpu or cuda.");
        if (device == "cpu") return;
        if (!cuda.is_available()) throw new InputException("The device is 'cuda', but this libtorch has no CUDA or the machine has no GPU; use cpu.");
        this.to(CUDA);
    }

    /// <summary>Number of trainable values.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());
}
