using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>A colour.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>The colour times a brightness in [0, 1].</summary>
    public Rgb Dimmed(float brightness) => new((byte)(Red * brightness), (byte)(Green * brightness), (byte)(Blue * brightness));

    /// <summary>A share of another colour, in [0, 1], mixed into this one.</summary>
    public Rgb Mixed(Rgb other, double share) => new(Mix(Red, other.Red, share), Mix(Green, other.Green, share), Mix(Blue, other.Blue, share));

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}

/// <summary>A small drawing surface for maps and curves: rectangles, lines, text. What lies outside is not drawn.</summary>
public sealed class Canvas
{
    /// <summary>A canvas of one colour; sizes in pixels.</summary>
    public Canvas(int width, int height, Rgb background)
    {
        Image = new ColorImage(width, height, new byte[width * height * 3]);
        FillRectangle(0, 0, width, height, background);
    }

    /// <summary>The pixels drawn so far.</summary>
    public ColorImage Image { get; }

    /// <summary>Width [px].</summary>
    public int Width => Image.Width;

    /// <summary>Height [px].</summary>
    public int Height => Image.Height;

    /// <summary>The colour of a pixel; the origin is the upper left corner.</summary>
    public Rgb this[int x, int y]
    {
        get
        {
            var at = 3 * ((y * Width) + x);
            return new Rgb(Image.Pixels[at], Image.Pixels[at + 1], Image.Pixels[at + 2]);
        }

        set
        {
            if ((uint)x >= (uint)Width || (uint)y >= (uint)Height) return;
            var at = 3 * ((y * Width) + x);
            (Image.Pixels[at], Image.Pixels[at + 1], Image.Pixels[at + 2]) = (value.Red, value.Green, value.Blue);
        }
    }

    /// <summary>Fills a rectangle.</summary>
    public void FillRectangle(int left, int top, int width, int height, Rgb color)
    {
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++) this[x, y] = color;
        }
    }

    /// <summary>Draws a line of the given thickness [px].</summary>
    public void DrawLine(double x0, double y0, double x1, double y1, Rgb color, int thickness = 1)
    {
        var steps = (int)Math.Ceiling(Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0))) + 1;
        for (var i = 0; i <= steps; i++)
        {
            var x = x0 + ((x1 - x0) * i / steps);
            var y = y0 + ((y1 - y0) * i / steps);
            FillRectangle((int)Math.Round(x - ((thickness - 1) / 2.0)), (int)Math.Round(y - ((thickness - 1) / 2.0)), thickness, thickness, color);
        }
    }

    /// <summary>Writes text with its upper left corner at (left, top); a letter is 7 * scale pixels high.</summary>
    public void DrawText(int left, int top, string text, Rgb color, int scale = 2)
    {
        foreach (var (x, y) in InkOf(text)) FillRectangle(left + (x * scale), top + (y * scale), scale, scale, color);
    }

    /// <summary>Writes text upwards: it begins at (left, bottom), and its letters' feet point to the right.</summary>
    public void DrawTextUp(int left, int bottom, string text, Rgb color, int scale = 2)
    {
        foreach (var (x, y) in InkOf(text)) FillRectangle(left + (y * scale), bottom - ((x + 1) * scale), scale, scale, color);
    }

    /// <summary>Width of a text [px].</summary>
    public static int TextWidth(string text, int scale = 2)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Math.Max(0, (text.Length * (PixelFont.Width + 1)) - 1) * scale;
    }

    /// <summary>Writes the canvas as a PNG.</summary>
    public void Save(string path) => PngFile.Write(path, Image);

    // The pixels of a text at scale 1, from its upper left corner.
    private static IEnumerable<(int X, int Y)> InkOf(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            for (var y = 0; y < PixelFont.Height; y++)
            {
                for (var x = 0; x < PixelFont.Width; x++)
                {
                    if (PixelFont.IsInk(text[i], x, y)) yield return ((i * (PixelFont.Width + 1)) + x, y);
                }
            }
        }
    }
}
