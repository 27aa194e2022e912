namespace AlsterNode.Evaluation;

/// <summary>Draws lines over a common axis, with a legend.</summary>
public static class LineChart
{
    private const int Width = 720; // px, of the chart
    private const int Height = 400;
    private const int Legend = 280;

    private static readonly Rgb[] Colors = [new(24, 84, 160), new(214, 96, 77), new(77, 146, 33), new(150, 100, 180), new(120, 120, 120), new(200, 160, 40)];

    /// <summary>Draws lines of points in ascending x; both axes start at 0.</summary>
    public static Canvas Draw(string title, string titleX, bool percentY, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var canvas = new Canvas(Width + Legend, Height + 120, ChartFrame.Paper);
        canvas.DrawText(12, 12, title, ChartFrame.Ink);
        var points = lines.SelectMany(line => line.Points).ToArray();
        var (last, highest) = points.Length == 0 ? (1, 0.05) : (Math.Max(points.Max(point => point.X), 1), Math.Max(points.Max(point => point.Y), 0.05));
        var ticksY = ChartFrame.Ticks(highest);
        var chart = new ChartFrame(canvas, 90, 50, Width, Height, (0, last), (0, Math.Max(highest, ticksY[^1])));
        chart.DrawGrid(ticksY);
        for (var line = lines.Count - 1; line >= 0; line--) // the first lies above the others
        {
            var color = Colors[line % Colors.Length];
            for (var i = 0; i < lines[line].Points.Count; i++)
            {
                var (from, to) = (lines[line].Points[Math.Max(0, i - 1)], lines[line].Points[i]);
                chart.DrawLine(from.X, from.Y, to.X, to.Y, color, thickness: 3);
            }
            var top = 60 + (26 * line);
            canvas.FillRectangle(90 + Width + 20, top + 5, 24, 4, color);
            canvas.DrawText(90 + Width + 52, top, lines[line].Name, ChartFrame.Ink);
        }
        chart.DrawAxes(ChartFrame.Ticks(last), ticksY, percentY, titleX, "");
        return canvas;
    }
}
