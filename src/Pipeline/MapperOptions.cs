using System.ComponentModel.DataAnnotations;
using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>How frames become map. Every default is the paper's value.</summary>
public sealed record MapperOptions
{
    /// <summary>Edge of a voxel [m], [ALSTER] 4.1.</summary>
    [Range(0.005, 1.0)]
    public double VoxelSize { get; init; } = 0.04;

    /// <summary>Points farther from the camera are dropped [m], [ALSTER] 3.1.</summary>
    [Range(0.1, 20.0)]
    public double MaxDepth { get; init; } = 3.0;

    /// <summary>Memory for map blocks [bytes]; blocks beyond it wait in the scene's file until they are seen again.</summary>
    [Range(1L << 20, long.MaxValue)]
    public long MemoryBudget { get; init; } = 1L << 30;

    /// <summary>
    /// What the 2D encoder's products multiply on a CPU: 32 bits, or bfloat16 where the processor has instructions for it (AVX512_BF16); another is refused. A GPU
    /// computes in half precision.
    /// </summary>
    public ScalarType EncoderPrecision { get; init; } = ScalarType.Float32;

    /// <summary>The precisions' names, the default first.</summary>
    public static IReadOnlyList<string> EncoderPrecisions { get; } = ["float32", "bfloat16"];

    /// <summary>Computes by tensor operations on a CPU too, as on every other device: to compare the two.</summary>
    public bool ByTensors { get; init; }

    /// <summary>One of <see cref="EncoderPrecisions"/>; throws <see cref="InputException"/> with one sentence for any other word.</summary>
    /// <param name="name">The user's word.</param>
    /// <param name="option">What the user knows it by.</param>
    public static ScalarType PrecisionOf(string name, string option) => name switch
    {
        "float32" => ScalarType.Float32,
        "bfloat16" => ScalarType.BFloat16,
        _ => throw new InputException($"{option} is {name}; expected {string.Join(" or ", EncoderPrecisions)}."),
    };

    /// <summary>Throws <see cref="InputException"/> with one sentence when a value is out of range.</summary>
    public MapperOptions Validated()
    {
        var problems = new List<ValidationResult>();
        return Validator.TryValidateObject(this, new ValidationContext(this), problems, validateAllProperties: true)
            ? this
            : throw new InputException($"Mapper options: {problems[0].ErrorMessage}");
    }
}
