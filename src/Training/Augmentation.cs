using AlsterNode.Core;

namespace AlsterNode.Training;

/// <summary>
/// Makes the network indifferent to what a robot's rooms will not share with the training rooms: exposure, white balance, colours; the
/// sensor's noise, holes and field of view; errors of the pose. Labels and the scene's own geometry stay true.
/// </summary>
internal static class Augmentation
{
    private const double Degree = Math.PI / 180;

    /// <summary>Another view of the same place; the input is left as it is.</summary>
    public static RgbdFrame Apply(RgbdFrame frame, SensorFaults faults, Random random)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(random);
        frame = frame with { Color = Recolor(frame.Color, random) };
        if (random.NextDouble() < faults.Holes) frame = frame with { Depth = LoseDepth(frame.Depth, random) };
        if (random.NextDouble() < faults.Noise) frame = frame with { Depth = AddNoise(frame.Depth, random) };
        if (random.NextDouble() < faults.PoseErrors) frame = frame with { CameraToWorld = Jitter(random).Then(frame.CameraToWorld) };
        return random.NextDouble() < 0.5 ? Narrow(frame, random) : frame;
    }

    private static ColorImage Recolor(ColorImage image, Random random)
    {
        var exposure = Math.Exp(Between(random, -0.5, 0.5));
        var gamma = Between(random, 0.7, 1.4);
        var saturation = random.NextDouble() < 0.15 ? 0.0 : Between(random, 0.4, 1.5);
        Span<double> balance = [Between(random, 0.8, 1.2), Between(random, 0.9, 1.1), Between(random, 0.8, 1.2)];
        Span<int> order = [0, 1, 2];
        if (random.NextDouble() < 0.1) random.Shuffle(order); // wood may be blue: shape has to do
        var curves = new float[3, 256]; // exposure, gamma and white balance in one look-up per channel
        for (var channel = 0; channel < 3; channel++)
        {
            for (var value = 0; value < 256; value++)
                curves[channel, value] = (float)(255 * Math.Pow(Math.Clamp(value / 255.0 * exposure * balance[channel], 0, 1), gamma));
        }
        var pixels = new byte[image.Pixels.Length];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var red = curves[0, image.Pixels[i + order[0]]];
            var green = curves[1, image.Pixels[i + order[1]]];
            var blue = curves[2, image.Pixels[i + order[2]]];
            var grey = (0.299f * red) + (0.587f * green) + (0.114f * blue); // Rec. 601 luma
            pixels[i] = Saturate(grey + ((red - grey) * saturation));
            pixels[i + 1] = Saturate(grey + ((green - grey) * saturation));
            pixels[i + 2] = Saturate(grey + ((blue - grey) * saturation));
        }
        return new ColorImage(image.Width, image.Height, pixels);
    }

    private static DepthImage LoseDepth(DepthImage depth, Random random)
    {
        var metres = (float[])depth.Metres.Clone();
        for (var hole = random.Next(1, 6); hole > 0; hole--)
        {
            var width = random.Next(1, depth.Width / 4);
            var height = random.Next(1, depth.Height / 4);
            var left = random.Next(depth.Width - width);
            var top = random.Next(depth.Height - height);
            for (var row = top; row < top + height; row++) metres.AsSpan((row * depth.Width) + left, width).Clear();
        }
        return new DepthImage(depth.Width, depth.Height, metres);
    }

    /// <summary>Noise along the ray that grows with the square of the distance, as of a structured-light or stereo sensor.</summary>
    private static DepthImage AddNoise(DepthImage depth, Random random)
    {
        var strength = (float)Between(random, 0, 1.5);
        var metres = (float[])depth.Metres.Clone();
        for (var i = 0; i < metres.Length; i++)
        {
            var z = metres[i];
            if (!(z > 0)) continue;
            var sigma = 0.0012f + (0.0019f * (z - 0.4f) * (z - 0.4f)); // Nguyen et al. 2012, Kinect
            var noise = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f; // deviation 0.5
            metres[i] = MathF.Max(z + (2 * strength * sigma * noise), 0.01f);
        }
        return new DepthImage(depth.Width, depth.Height, metres);
    }

    /// <summary>A small motion of the camera in its own frame: up to 0.5 degrees and 1 cm an axis.</summary>
    private static RigidTransform Jitter(Random random)
    {
        double x = Between(random, -0.25, 0.25) * Degree, y = Between(random, -0.25, 0.25) * Degree, z = Between(random, -0.25, 0.25) * Degree; // half angles
        var length = Math.Sqrt(1 + (x * x) + (y * y) + (z * z));
        var shift = new Vector3d(Between(random, -0.01, 0.01), Between(random, -0.01, 0.01), Between(random, -0.01, 0.01));
        return new RigidTransform(x / length, y / length, z / length, 1 / length, shift);
    }

    /// <summary>A camera of a narrower view: a part of the depth image; colour is looked up from depth, so its image stays whole.</summary>
    private static RgbdFrame Narrow(RgbdFrame frame, Random random)
    {
        var (from, camera) = (frame.Depth, frame.DepthIntrinsics);
        var share = Between(random, 0.65, 1);
        int width = (int)(from.Width * share), height = (int)(from.Height * share);
        int left = random.Next(from.Width - width + 1), top = random.Next(from.Height - height + 1);
        var metres = new float[width * height];
        for (var row = 0; row < height; row++) from.Metres.AsSpan(((top + row) * from.Width) + left, width).CopyTo(metres.AsSpan(row * width));
        return frame with
        {
            Depth = new DepthImage(width, height, metres),
            DepthIntrinsics = camera with { Width = width, Height = height, Cx = camera.Cx - left, Cy = camera.Cy - top },
        };
    }

    private static byte Saturate(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());
}
