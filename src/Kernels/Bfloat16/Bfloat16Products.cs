using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>The functions of libalsterbfloat16 (native/), one to one: products of bfloat16 numbers, which .NET has no instruction for.</summary>
internal static unsafe partial class Bfloat16Products
{
    /// <summary>Products of a step of <see cref="Chain"/>: of 14 accumulators, 16 lanes and two numbers.</summary>
    public const int ChainProducts = 14 * 16 * 2;

    private const string Library = "alsterbfloat16";

    /// <summary>Why there are no such products here; null: there are.</summary>
    public static string? Problem { get; } = Find();

    /// <summary>One block [pixels, 16] rounded to the nearest bfloat16 numbers, ties to even; zeros in the lanes beyond <paramref name="channels"/>.</summary>
    [LibraryImport(Library, EntryPoint = "alster_bfloat16_round")]
    public static partial void Round(float* from, float* to, long pixels, int channels);

    [LibraryImport(Library, EntryPoint = "alster_bfloat16_depthwise")]
    public static partial void Depthwise(Windows* windows);

    [LibraryImport(Library, EntryPoint = "alster_bfloat16_shift")]
    public static partial void Shift(Windows* windows, int right, int down);

    [LibraryImport(Library, EntryPoint = "alster_bfloat16_multiply")]
    public static partial void Multiply(Job* job);

    /// <summary>So many times <see cref="ChainProducts"/> multiplications and additions in registers.</summary>
    [LibraryImport(Library, EntryPoint = "alster_bfloat16_chain")]
    public static partial float Chain(int steps);

    private static string? Find()
    {
        try
        {
            return IsAvailable() != 0 && Vector512.IsHardwareAccelerated ? null : "this processor has no AVX512_BF16";
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return "libalsterbfloat16, which compat/build-native.sh builds, is not there";
        }
    }

    [LibraryImport(Library, EntryPoint = "alster_bfloat16_available")]
    private static partial int IsAvailable();

    /// <summary>A <see cref="PixelProduct"/>; planes and pairs count bfloat16 pairs, of a float's size.</summary>
    public struct Job
    {
        public float* Input;
        public long InputPlane;
        public float* Weights;
        public float* Bias;
        public float* Start;
        public long StartPlane;
        public float* Output;
        public long OutputPlane;
        public int Pairs;
        public int Run;
        public int Vectors;
        public int Pixels;
        public float Floor;
        public float Ceiling;
    }

    /// <summary>What <see cref="PixelKernels.Depthwise"/> and <see cref="PixelKernels.Shift"/> take.</summary>
    public struct Windows
    {
        public float* Input;
        public float* Weights;
        public float* Output;
        public int Height;
        public int Width;
        public int Stride;
        public int Dilation;
        public int First;
        public int End;
        public int Rectify;
        public float Floor;
        public float Ceiling;
    }
}
