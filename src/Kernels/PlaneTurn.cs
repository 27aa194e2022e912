using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AlsterNode.Kernels;

/// <summary>Eight pixels of up to eight planes -> eight pixels with their channels in order, in registers.</summary>
internal static unsafe class PlaneTurn
{
    public const int Size = 8;

    /// <param name="planes">The first of the pixels in the first plane.</param>
    /// <param name="pixels">Floats from plane to plane.</param>
    /// <param name="channels">Planes; those that are missing are zeros.</param>
    /// <param name="output">Where the first pixel's eight channels go.</param>
    /// <param name="step">Floats from pixel to pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* planes, int pixels, int channels, float* output, int step)
    {
        Vector256<float> a0 = Plane(planes, 0, pixels, channels), a1 = Plane(planes, 1, pixels, channels), a2 = Plane(planes, 2, pixels, channels), a3 = Plane(planes, 3, pixels, channels);
        Vector256<float> a4 = Plane(planes, 4, pixels, channels), a5 = Plane(planes, 5, pixels, channels), a6 = Plane(planes, 6, pixels, channels), a7 = Plane(planes, 7, pixels, channels);
        // Quarters of four pixels: pixels 0, 1 and 4, 5 in "low", 2, 3 and 6, 7 in "high".
        Vector256<double> low01 = Avx.UnpackLow(a0, a1).AsDouble(), high01 = Avx.UnpackHigh(a0, a1).AsDouble(), low23 = Avx.UnpackLow(a2, a3).AsDouble(), high23 = Avx.UnpackHigh(a2, a3).AsDouble();
        Vector256<double> low45 = Avx.UnpackLow(a4, a5).AsDouble(), high45 = Avx.UnpackHigh(a4, a5).AsDouble(), low67 = Avx.UnpackLow(a6, a7).AsDouble(), high67 = Avx.UnpackHigh(a6, a7).AsDouble();
        Store(Avx.UnpackLow(low01, low23), Avx.UnpackLow(low45, low67), output, step);
        Store(Avx.UnpackHigh(low01, low23), Avx.UnpackHigh(low45, low67), output + step, step);
        Store(Avx.UnpackLow(high01, high23), Avx.UnpackLow(high45, high67), output + (2 * step), step);
        Store(Avx.UnpackHigh(high01, high23), Avx.UnpackHigh(high45, high67), output + (3 * step), step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Plane(float* planes, int plane, int pixels, int channels) =>
        plane < channels ? Vector256.Load(planes + ((nint)plane * pixels)) : Vector256<float>.Zero;

    /// <summary>Channels 0 to 3 and 4 to 7 of a pixel, and of the fourth after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<double> first, Vector256<double> last, float* output, int step)
    {
        Avx.Permute2x128(first, last, 0x20).AsSingle().Store(output);
        Avx.Permute2x128(first, last, 0x31).AsSingle().Store(output + (4 * step));
    }
}
