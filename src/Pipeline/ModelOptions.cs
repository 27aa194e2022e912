using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.SparseVoxel3D;
using AlsterNode.TemporalExpert;

namespace AlsterNode.Pipeline;

/// <summary>The shape of the network: everything that decides which tensors a model file holds and how a frame enters it.</summary>
public sealed record ModelOptions
{
    /// <summary>Name of the preset: <c>paper</c>, <c>mobile</c> or <c>wide</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>The 2D encoder's backbone.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>Width of the network's input [px].</summary>
    public required int Width { get; init; }

    /// <summary>Height of the network's input [px].</summary>
    public required int Height { get; init; }

    /// <summary>The 3D network's widths and depths.</summary>
    public required UNetOptions UNet { get; init; }

    /// <summary>D: the dimension of every feature that is stored in the scene, [ALSTER] 3.1.</summary>
    public int FeatureDimension { get; init; } = 40;

    /// <summary>The expert's attention: softmax, or linear as Eq. (3) is printed.</summary>
    public AttentionKind Attention { get; init; } = AttentionKind.Softmax;

    /// <summary>The classes of the three heads.</summary>
    public LabelSpace LabelSpace { get; init; } = LabelSpace.ScanNet20;

    /// <summary>What distinguishes networks of the same classes, in words.</summary>
    public string Kind => $"{Preset} ({Backbone}, {FeatureDimension} features, {Attention})";

    /// <summary>[ALSTER] 4.1: Xception65, 640 x 480, a U-Net of about 10 M parameters.</summary>
    public static ModelOptions Paper { get; } = new()
    {
        Preset = "paper",
        Backbone = Backbone.Xception65,
        Width = 640,
        Height = 480,
        UNet = UNetOptions.Paper,
    };

    /// <summary>For a CPU: MobileNetV2 ([ALSTER] Table 2), 320 x 240 and a U-Net a tenth of the paper's.</summary>
    public static ModelOptions Mobile { get; } = new()
    {
        Preset = "mobile",
        Backbone = Backbone.MobileNetV2,
        Width = 320,
        Height = 240,
        UNet = UNetOptions.Mobile,
    };

    /// <summary>As <see cref="Mobile"/>, with the U-Net of 8 M parameters that sparse engines are measured with.</summary>
    public static ModelOptions Wide { get; } = Mobile with { Preset = "wide", UNet = UNetOptions.MinkUNet14A };

    /// <summary>The preset of that name; throws <see cref="InputException"/> for an unknown one.</summary>
    public static ModelOptions Named(string preset) => preset switch
    {
        "mobile" => Mobile,
        "wide" => Wide,
        "paper" => Paper,
        _ => throw new InputException($"Preset '{preset}' is unknown; expected mobile, wide or paper."),
    };
}
