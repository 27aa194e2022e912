using System.Globalization;
using AlsterNode.Evaluation;
using Spectre.Console;

namespace AlsterNode.Node;

/// <summary>What a job gave: the content of its metrics.json, and how a person reads it.</summary>
internal sealed record MappingResult(MappingJob Job, RunMetrics Metrics, StartUp StartUp, MiouCurve? Curve = null)
{
    /// <summary>Prints frames, scene, timings and scores.</summary>
    public void Print()
    {
        var frames = Metrics.Frames;
        var dropped = frames.Dropped.Count == 0 ? "" : $", dropped {string.Join(", ", frames.Dropped.Select(pair => $"{pair.Value} {pair.Key}"))}";
        Say($"frames   {frames.Integrated} of {frames.Read} integrated{dropped}");
        if (frames.Findings is { } findings) Say($"found    {string.Join(", ", findings.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Say($"scene    {Metrics.Scene.Voxels} voxels in {Metrics.Scene.Blocks} blocks, {Metrics.Scene.Bytes / 1e6:F1} MB, hash {Metrics.Scene.Hash}");
        Say($"process  {Metrics.Process.WallSeconds:F1} s, peak memory {Metrics.Process.PeakRssMb:F0} MB, {Metrics.Threads} threads, model {Metrics.Model.Id} ({Metrics.Preset})");
        if (StartUp.FirstFrame is not null) Say($"start    {StartUp}");
        if (Metrics.HeldOut is { } heldOut)
            Say($"geometry {100 * heldOut.Explained:F1} % of the depth of {heldOut.Frames} frames kept out of the map lies in or next to an occupied voxel");
        AnsiConsole.Write(TimingTable());
        if (Metrics.Scores is { } scores) PrintScores(scores, Metrics.GroundTruth!);
        Say($"look at  {Path.Combine(Job.Out, "map_view.png")}, {Path.Combine(Job.Out, "map_top.png")}; all figures: {Path.Combine(Job.Out, "metrics.json")}");
    }

    private void PrintScores(ScoreBoard scores, GroundTruthFigures truth)
    {
        Say($"truth    {Describe(truth)}");
        if (truth.Unpredictable.Count > 0)
            Say($"         the model cannot say {truth.Unpredictable.Count} of {scores.LabelSpace.Count} classes of {truth.LabelSpace}: {string.Join(", ", truth.Unpredictable)}");
        if (Job.Resume is not null)
            Say($"         baselines and label images cover the {Metrics.Frames.Integrated} frames since --resume, the expert all of the map");
        Console.WriteLine();
        Console.WriteLine(scores.ToTable(scores.Domains.First()));
        Console.WriteLine(scores.ToSummary());
        Say($"scores   confusion matrices, reliability diagrams, mIoU over frames: {Path.Combine(Job.Out, "scores")}");
        if (Job.Benchmark is not null) Say($"benchmark files of {Job.SceneName}: {Job.Benchmark}");
    }

    private string Describe(GroundTruthFigures truth)
    {
        var images = $"label images of {truth.LabelledFrames} of {Metrics.Frames.Integrated} frames";
        return truth.Mesh is null ? images : $"{truth.Mesh}, {truth.LabelledVertices} of {truth.Vertices} vertices in {truth.LabelSpace}; {images}";
    }

    private Table TimingTable()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("stage [[ms]]");
        foreach (var column in (ReadOnlySpan<string>)["p50", "p95", "p99", "mean"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (stage, summary) in Metrics.StagesMs)
            table.AddRow(stage, Milliseconds(summary.P50), Milliseconds(summary.P95), Milliseconds(summary.P99), Milliseconds(summary.Mean));
        return table;
    }

    private static string Milliseconds(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static void Say(string line) => Console.WriteLine(line);
}
