using System.Globalization;

namespace AlsterNode.Evaluation;

/// <summary>A rectangle of a canvas with axes: draws in the units of the data.</summary>
internal sealed class ChartFrame(Canvas canvas, int left, int top, int width, int height, (double Low, double High) x, (double Low, double High) y)
{
    public static readonly Rgb Paper = new(255, 255, 255);
    public static readonly Rgb Ink = new(40, 40, 40);

    private static readonly Rgb Grid = new(222, 222, 222);

    /// <summary>The pixel column of a value.</summary>
    public double Column(double value) => left + ((value - x.Low) / (x.High - x.Low) * width);

    /// <summary>The pixel row of a value.</summary>
    public double Row(double value) => top + height - ((value - y.Low) / (y.High - y.Low) * height);

    /// <summary>Fills a bar between two values along x and two along y, and leaves a pixel to the next bar.</summary>
    public void FillBar(double fromX, double toX, double fromY, double toY, Rgb color)
    {
        var (x0, x1) = ((int)Math.Round(Column(fromX)), (int)Math.Round(Column(toX)));
        var (y0, y1) = ((int)Math.Round(Row(toY)), (int)Math.Round(Row(fromY)));
        canvas.FillRectangle(x0 + 1, y0, x1 - x0 - 1, y1 - y0, color);
    }

    /// <summary>Draws a line between two points of the data.</summary>
    public void DrawLine(double x0, double y0, double x1, double y1, Rgb color, int thickness = 2) =>
        canvas.DrawLine(Column(x0), Row(y0), Column(x1), Row(y1), color, thickness);

    /// <summary>Draws a grid line for every tick along y, both axes, their ticks and titles.</summary>
    public void DrawGrid(IEnumerable<double> ticksY)
    {
        foreach (var tick in ticksY) canvas.FillRectangle(left, (int)Math.Round(Row(tick)), width, 1, Grid);
    }

    /// <summary>Draws the axes with ticks and titles; values along y as percent where asked.</summary>
    public void DrawAxes(IReadOnlyList<double> ticksX, IReadOnlyList<double> ticksY, bool percentY, string titleX, string titleY)
    {
        canvas.FillRectangle(left, top, 2, height, Ink);
        canvas.FillRectangle(left, top + height, width, 2, Ink);
        foreach (var tick in ticksX)
        {
            var text = tick.ToString("0.###", CultureInfo.InvariantCulture);
            canvas.DrawText((int)Column(tick) - (Canvas.TextWidth(text) / 2), top + height + 8, text, Ink);
        }

        foreach (var tick in ticksY)
        {
            var text = percentY ? $"{100 * tick:0.#} %" : tick.ToString("0.###", CultureInfo.InvariantCulture);
            canvas.DrawText(left - 8 - Canvas.TextWidth(text), (int)Row(tick) - 7, text, Ink);
        }

        canvas.DrawText(left + ((width - Canvas.TextWidth(titleX)) / 2), top + height + 30, titleX, Ink);
        canvas.DrawText(left + 10, top - 4, titleY, Ink);
    }

    /// <summary>Round values that cover 0 to <paramref name="high"/> in four to eight steps.</summary>
    public static IReadOnlyList<double> Ticks(double high)
    {
        if (!(high > 0)) return [0];
        var power = Math.Pow(10, Math.Floor(Math.Log10(high)));
        var step = new[] { 0.1, 0.2, 0.25, 0.5, 1, 2 }.Select(s => s * power).First(s => high / s <= 8);
        return [.. Enumerable.Range(0, (int)(high / step) + 1).Select(i => i * step)];
    }
}
