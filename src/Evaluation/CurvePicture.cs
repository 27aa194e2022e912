namespace AlsterNode.Evaluation;

/// <summary>Draws mIoU over frames, a line for each method.</summary>
public static class CurvePicture
{
    /// <summary>Draws the curve.</summary>
    public static Canvas Draw(MiouCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return LineChart.Draw($"mIoU ({curve.Domain})", curve.Axis == MiouCurve.Frames ? "frames seen" : "frames seen (%)", percentY: true,
            [.. curve.Methods.Select((name, method) => (name, Known(curve, method)))]);
    }

    private static IReadOnlyList<(double X, double Y)> Known(MiouCurve curve, int method) =>
        [.. curve.Points.Where(point => point.MeanIous[method] is not null).Select(point => (point.At, point.MeanIous[method]!.Value))];
}
