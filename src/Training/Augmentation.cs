using AlsterNode.Core;

namespace AlsterNode.Training;

/// <summary>
/// Makes the network indifferent to what a robot's rooms will not share with the training rooms: exposure, white balance, colours, lost
/// depth. Geometry and labels stay true.
/// </summary>
public static class Augmentation
{
    /// <summary>A frame with other colours and with some depth missing; the input is left as it is.</summary>
    public static RgbdFrame Apply(RgbdFrame frame, Random random)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(random);
        return frame with { Color = Recolor(frame.Color, random), Depth = random.NextDouble() < 0.3 ? LoseDepth(frame.Depth, random) : frame.Depth };
    }

    private static ColorImage Recolor(ColorImage image, Random random)
    {
        var exposure = Math.Exp(Between(random, -0.4, 0.4));
        var gamma = Between(random, 0.75, 1.35);
        var saturation = random.NextDouble() < 0.15 ? 0.0 : Between(random, 0.5, 1.4);
        Span<double> balance = [Between(random, 0.85, 1.15), Between(random, 0.9, 1.1), Between(random, 0.85, 1.15)];
        var curves = new float[3, 256]; // exposure, gamma and white balance in one look-up per channel
        for (var channel = 0; channel < 3; channel++)
        {
            for (var value = 0; value < 256; value++)
                curves[channel, value] = (float)(255 * Math.Pow(Math.Clamp(value / 255.0 * exposure * balance[channel], 0, 1), gamma));
        }
        var pixels = new byte[image.Pixels.Length];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var red = curves[0, image.Pixels[i]];
            var green = curves[1, image.Pixels[i + 1]];
            var blue = curves[2, image.Pixels[i + 2]];
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

    private static byte Saturate(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());
}
