using System.Globalization;
using System.Text;

namespace AlsterNode.Evaluation;

/// <summary>The confusion counts of each method when a map had seen so many frames; for several recordings, such a share of their frames [%].</summary>
public sealed record CurvePoint(double At, IReadOnlyList<ConfusionMatrix> Matrices)
{
    /// <summary>mIoU of each method, [M].</summary>
    public IReadOnlyList<double?> MeanIous => [.. Matrices.Select(matrix => new SegmentationScores(matrix).MeanIou)];
}

/// <summary>How good the map is while it grows: mIoU as a function of the frames seen.</summary>
/// <param name="domain">Where it is counted, as in <see cref="ScoreBoard"/>.</param>
/// <param name="methods">What is counted, [M].</param>
/// <param name="axis">What the points lie along.</param>
public sealed class MiouCurve(string domain, IReadOnlyList<string> methods, string axis = MiouCurve.Frames)
{
    /// <summary>The axis of one recording.</summary>
    public const string Frames = "frames";

    /// <summary>The axis of several recordings together.</summary>
    public const string Share = "percent_of_frames";

    private readonly List<CurvePoint> _points = [];

    /// <summary>Where it is counted.</summary>
    public string Domain => domain;

    /// <summary>What is counted, [M].</summary>
    public IReadOnlyList<string> Methods => methods;

    /// <summary>What the points lie along: <see cref="Frames"/> or <see cref="Share"/>.</summary>
    public string Axis => axis;

    /// <summary>The points so far.</summary>
    public IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>Adds a point; the counts are copied.</summary>
    /// <param name="at">Frames seen.</param>
    /// <param name="matrices">The counts of each method, [M].</param>
    public void Add(double at, IReadOnlyList<ConfusionMatrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Count != methods.Count) throw new ArgumentException($"{matrices.Count} matrices for {methods.Count} methods.");
        _points.Add(new CurvePoint(at, [.. matrices.Select(matrix => matrix.Clone())]));
    }

    /// <summary>The curve of several recordings: their counts added up when the same share of each was seen.</summary>
    public static MiouCurve Sum(IReadOnlyList<MiouCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        var sum = new MiouCurve(curves[0].Domain, curves[0].Methods, Share);
        var steps = curves.Min(curve => curve.Points.Count);
        for (var step = 1; step <= steps; step++)
        {
            var points = curves.Select(curve => curve.Points[(int)Math.Round((double)step * curve.Points.Count / steps) - 1]).ToArray();
            var matrices = points[0].Matrices.Select(matrix => matrix.Clone()).ToArray();
            foreach (var point in points.Skip(1))
            {
                for (var m = 0; m < matrices.Length; m++) matrices[m].Add(point.Matrices[m]);
            }

            sum._points.Add(new CurvePoint(100.0 * step / steps, matrices));
        }

        return sum;
    }

    /// <summary>Writes a row a point: frames and the mIoU of each method in [0, 1], empty where there is none.</summary>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder($"{axis},{string.Join(',', methods)}\n");
        foreach (var point in _points)
        {
            text.Append(CultureInfo.InvariantCulture, $"{point.At:0.###}");
            foreach (var miou in point.MeanIous) text.Append(CultureInfo.InvariantCulture, $",{miou:F6}");
            text.Append('\n');
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
