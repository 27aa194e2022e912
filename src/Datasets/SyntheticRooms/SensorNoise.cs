using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>What of a real sensor's faults is added to the ideal images.</summary>
public sealed record SensorOptions
{
    /// <summary>Noise, holes and steps of a structured-light depth sensor; false gives the exact depth.</summary>
    public bool DepthNoise { get; init; } = true;

    /// <summary>Changing exposure and white balance, blur, vignetting, grain; false gives an even, sharp picture.</summary>
    public bool ColorNoise { get; init; } = true;
}

/// <summary>Turns ideal images into those of an RGB-D camera. All randomness is a hash of seed and pixel: deterministic in parallel.</summary>
internal static class SensorNoise
{
    private const float Baseline = 0.075f;        // [m] between projector and camera of a Kinect
    private const float KinectFocalLength = 580f; // [px] at 640 x 480, where the disparity steps of 1/8 px are defined
    private const float Closest = 0.35f;          // [m]
    private const float FarStart = 4.5f, FarEnd = 8f; // [m] returns die away

    /// <summary>The depth [m] a structured-light sensor would give; 0 in holes.</summary>
    public static float[] Depth(RenderedImage image, double fx, uint seed)
    {
        int w = image.Width, h = image.Height;
        var shadow = ProjectorShadow(image, (float)fx);
        var noisy = new float[w * h];
        var scale = w / 320f;
        Parallel.For(0, h, v =>
        {
            for (var u = 0; u < w; u++)
            {
                // edges wander: each pixel reads up to a pixel beside itself, alike for neighbours
                float nu = u / (2.5f * scale), nv = v / (2.5f * scale);
                var su = Math.Clamp((int)(u + 0.5f + ((Textures.Noise(nu, nv, seed) - 0.5f) * 2.6f * scale)), 0, w - 1);
                var sv = Math.Clamp((int)(v + 0.5f + ((Textures.Noise(nu, nv, seed + 1) - 0.5f) * 2.2f * scale)), 0, h - 1);
                var source = (sv * w) + su;
                var z = image.Depth[source];
                if (z < Closest || shadow[source]) continue;
                var pixel = (uint)((v * w) + u);
                var patch = Textures.Noise(u / (5f * scale), v / (5f * scale), seed + 2);
                var luck = (0.7f * patch) + (0.3f * Prng.Hash01(pixel, seed + 3));
                var returned = image.DepthReturn[source] * Math.Clamp((FarEnd - z) / (FarEnd - FarStart), 0, 1);
                if (returned < 0.2f * luck * luck * 1.6f && !(returned == 0 && luck < 0.12f)) continue;
                // axial noise of the Kinect: sigma = 0.0012 + 0.0019 (z - 0.4)^2 [Nguyen], part of it alike for neighbours
                var sigma = 0.0012f + (0.0019f * (z - 0.4f) * (z - 0.4f));
                var white = Prng.Hash01(pixel, seed + 4) + Prng.Hash01(pixel, seed + 5) + Prng.Hash01(pixel, seed + 6) - 1.5f;
                var smooth = Textures.Noise(u / (4f * scale), v / (4f * scale), seed + 7) - 0.5f;
                z += sigma * ((1.2f * white) + (2.8f * smooth)) / Math.Max(0.4f, MathF.Sqrt(image.DepthReturn[source]));
                var disparity = MathF.Round(8 * KinectFocalLength * Baseline / z) / 8;
                noisy[pixel] = disparity > 0 ? KinectFocalLength * Baseline / disparity : 0;
            }
        });
        return noisy;
    }

    /// <summary>The photograph: exposure, white balance, blur, vignetting, grain, sRGB.</summary>
    /// <param name="image">The ideal image.</param>
    /// <param name="sceneSeed">The camera's own character: alike in all frames of a recording.</param>
    /// <param name="frameSeed">What changes from frame to frame.</param>
    /// <param name="noise">False: exposure only.</param>
    public static byte[] Color(RenderedImage image, uint sceneSeed, uint frameSeed, bool noise)
    {
        int w = image.Width, h = image.Height;
        var character = new Prng(sceneSeed);
        var frame = new Prng(((ulong)frameSeed << 32) | sceneSeed);
        var on = noise ? 1 : 0;
        var balance = new Vector3(1 + (on * (float)character.Uniform(-0.08, 0.08)), 1, 1 + (on * (float)character.Uniform(-0.1, 0.1)));
        balance *= Vector3.One + (on * 0.015f * new Vector3((float)frame.Gaussian(), 0, (float)frame.Gaussian()));
        var vignette = on * (float)character.Uniform(0, 0.35);
        var blur = on * (float)character.Uniform(0.04, 0.2);
        var grain = on * (float)character.Uniform(0.004, 0.02);
        var contrast = 1 + (on * (float)character.Uniform(-0.12, 0.2));
        var gain = Exposure(image) * (float)Math.Exp(on * ((0.12 * frame.Gaussian()) + (0.1 * character.Gaussian())));
        var sharp = image.Radiance;
        var rows = new Vector3[w * h];
        Parallel.For(0, h, v =>
        {
            for (var u = 0; u < w; u++)
            {
                var i = (v * w) + u;
                var soft = ((1 - (2 * blur)) * Shoulder(sharp[i] * gain)) + (blur * (Shoulder(sharp[u > 0 ? i - 1 : i] * gain) + Shoulder(sharp[u < w - 1 ? i + 1 : i] * gain)));
                rows[i] = soft;
            }
        });
        var pixels = new byte[w * h * 3];
        float cx = (w - 1) / 2f, cy = (h - 1) / 2f, corner = (cx * cx) + (cy * cy);
        Parallel.For(0, h, v =>
        {
            for (var u = 0; u < w; u++)
            {
                var i = (v * w) + u;
                var c = ((1 - (2 * blur)) * rows[i]) + (blur * (rows[v > 0 ? i - w : i] + rows[v < h - 1 ? i + w : i]));
                var r2 = (((u - cx) * (u - cx)) + ((v - cy) * (v - cy))) / corner;
                c *= balance * (1 - (vignette * r2));
                for (var channel = 0; channel < 3; channel++)
                {
                    var x = MathF.Max(0, c[channel]);
                    x = Srgb(x);
                    x = 0.5f + ((x - 0.5f) * contrast);
                    if (grain > 0)
                    {
                        var key = (uint)((3 * i) + channel);
                        x += grain * 2 * (Prng.Hash01(key, frameSeed) + Prng.Hash01(key, frameSeed + 77) - 1) * (1.5f - x);
                    }
                    pixels[(3 * i) + channel] = (byte)Math.Clamp((int)((x * 255) + 0.5f), 0, 255);
                }
            }
        });
        return pixels;
    }

    /// <summary>Automatic exposure: brings the mean of the dark and middle tones near a middle grey, though not all the way.</summary>
    private static float Exposure(RenderedImage image)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < image.Radiance.Length; i += 7)
        {
            sum += Math.Min(1.5f, image.Radiance[i].Y);
            count++;
        }
        var mean = Math.Max(0.01, sum / count);
        return (float)Math.Pow(0.30 / mean, 0.85);
    }

    /// <summary>Bright parts bend towards white instead of clipping at once.</summary>
    private static Vector3 Shoulder(Vector3 x)
    {
        var excess = Vector3.Max(Vector3.Zero, x - new Vector3(0.6f));
        return Vector3.Min(x, new Vector3(0.6f)) + (excess / (Vector3.One + (excess * 2.2f)));
    }

    /// <summary>IEC 61966-2-1 by a table.</summary>
    private static float Srgb(float linear)
    {
        var x = Math.Min(1, linear) * (SrgbTable.Length - 2);
        var i = (int)x;
        return SrgbTable[i] + ((SrgbTable[i + 1] - SrgbTable[i]) * (x - i));
    }

    private static readonly float[] SrgbTable = [.. Enumerable.Range(0, 1025).Select(i =>
    {
        var x = Math.Min(1, i / 1023.0);
        return (float)(x <= 0.0031308 ? 12.92 * x : (1.055 * Math.Pow(x, 1 / 2.4)) - 0.055);
    })];

    /// <summary>Pixels the pattern projector, to the side of the camera, does not reach: they lie behind an edge.</summary>
    private static bool[] ProjectorShadow(RenderedImage image, float fx)
    {
        int w = image.Width, h = image.Height;
        var shadow = new bool[w * h];
        Parallel.For(0, h, v =>
        {
            var nearest = float.PositiveInfinity;
            for (var u = w - 1; u >= 0; u--)
            {
                var z = image.Depth[(v * w) + u];
                if (z <= 0) continue;
                var column = u + (fx * Baseline / z); // in the projector's image
                shadow[(v * w) + u] = column > nearest + 1;
                nearest = Math.Min(nearest, column);
            }
        });
        return shadow;
    }
}
