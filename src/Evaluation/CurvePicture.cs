namespace AlsterNode.Evaluation;

/// <summary>Draws mIoU over frames, a line for each method.</summary>
public static class CurvePicture
{
    private const int Width = 720; // px, of the chart
    private const int Height = 400;
    private const int Legend = 150;

    private static readonly Rgb[] Colors = [new(24, 84, 160), new(214, 96, 77), new(77, 146, 33), new(150, 100, 180)];

    /// <summary>Draws the curve.</summary>
    public static Canvas Draw(MiouCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var canvas = new Canvas(Width + Legend + 130, Height + 120, ChartFrame.Paper);
        canvas.DrawText(12, 12, $"mIoU ({curve.Domain})", ChartFrame.Ink);
        var last = curve.Points.Count == 0 ? 1 : curve.Points[^1].At;
        var best = curve.Points.SelectMany(point => point.MeanIous).Max() ?? 1;
        var ticksY = ChartFrame.Ticks(Math.Max(best, 0.05));
        var chart = new ChartFrame(canvas, 90, 50, Width, Height, (0, last), (0, ticksY[^1] < best ? best : ticksY[^1]));
        chart.DrawGrid(ticksY);
        for (var method = curve.Methods.Count - 1; method >= 0; method--) // the first, the map, lies above the others
        {
            DrawMethod(chart, curve, method);
            var top = 60 + (26 * method);
            canvas.FillRectangle(90 + Width + 20, top + 5, 24, 4, Colors[method % Colors.Length]);
            canvas.DrawText(90 + Width + 52, top, curve.Methods[method], ChartFrame.Ink);
        }

        chart.DrawAxes(ChartFrame.Ticks(last), ticksY, percentY: true, curve.Axis == MiouCurve.Frames ? "frames seen" : "frames seen (%)", "");
        return canvas;
    }

    private static void DrawMethod(ChartFrame chart, MiouCurve curve, int method)
    {
        var known = curve.Points.Where(point => point.MeanIous[method] is not null).Select(point => (point.At, Miou: point.MeanIous[method]!.Value)).ToArray();
        for (var i = 0; i < known.Length; i++)
        {
            var from = known[Math.Max(0, i - 1)];
            chart.DrawLine(from.At, from.Miou, known[i].At, known[i].Miou, Colors[method % Colors.Length], thickness: 3);
        }
    }
}
