using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class MetricsFileTests
{
    [Fact]
    public void KeysAndTheirOrderAreTheDocumentedOnes()
    {
        using var folder = new TemporaryFolder();
        MetricsFile.Write(folder["metrics.json"], Metrics(withScores: true));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["metrics.json"]));

        var root = json.RootElement;
        Assert.Equal(["schema", "input", "frames", "stages_ms", "scene", "process", "device", "threads", "encoder_precision", "preset", "model", "ground_truth", "scores"], Keys(root));
        Assert.Equal(["label_space", "mesh", "vertices", "labelled_vertices", "labelled_frames", "unpredictable"], Keys(root.GetProperty("ground_truth")));
        Assert.Equal(["read", "integrated", "dropped"], Keys(root.GetProperty("frames")));
        Assert.Equal(["depth_empty", "tracking_lost"], Keys(root.GetProperty("frames").GetProperty("dropped")));
        Assert.Equal(["normals", "total"], Keys(root.GetProperty("stages_ms")));
        Assert.Equal(["p50", "p95", "p99", "mean"], Keys(root.GetProperty("stages_ms").GetProperty("total")));
        Assert.Equal(["voxels", "blocks", "bytes", "hash"], Keys(root.GetProperty("scene")));
        Assert.Equal(["peak_rss_mb", "wall_s", "first_frame_s"], Keys(root.GetProperty("process")));
        Assert.Equal(["id", "parameters"], Keys(root.GetProperty("model")));
        var expert = root.GetProperty("scores").GetProperty("voxel").GetProperty("expert");
        Assert.Equal(["miou", "miou_present", "macc", "wiou", "iou", "accuracy", "count", "missed", "seen", "calibration"], Keys(expert));
        Assert.Equal(["miou", "miou_present", "macc", "wiou"], Keys(expert.GetProperty("seen")));
        Assert.Equal(["ece", "bins"], Keys(expert.GetProperty("calibration")));
        Assert.Equal(["from", "to", "count", "confidence", "accuracy"], Keys(expert.GetProperty("calibration").GetProperty("bins")[0]));
    }

    [Fact]
    public void ValuesAreThoseOfTheRun()
    {
        using var folder = new TemporaryFolder();
        MetricsFile.Write(folder["metrics.json"], Metrics(withScores: true));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["metrics.json"]));

        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal(3, root.GetProperty("frames").GetProperty("dropped").GetProperty("tracking_lost").GetInt64());
        Assert.Equal(1.333333, root.GetProperty("stages_ms").GetProperty("normals").GetProperty("mean").GetDouble());
        Assert.Equal(12.5, root.GetProperty("process").GetProperty("wall_s").GetDouble());
        var iou = root.GetProperty("scores").GetProperty("voxel").GetProperty("expert").GetProperty("iou");
        Assert.Equal(LabelSpace.ScanNet20.Classes.Select(c => c.Name), Keys(iou));
        Assert.Equal(0.5, iou.GetProperty("wall").GetDouble());
        Assert.Equal(JsonValueKind.Null, iou.GetProperty("toilet").ValueKind);
        var expert = root.GetProperty("scores").GetProperty("voxel").GetProperty("expert");
        Assert.Equal((3, 1), (expert.GetProperty("count").GetInt64(), expert.GetProperty("missed").GetInt64()));
        Assert.Equal(0.25, expert.GetProperty("macc").GetDouble());
        Assert.Equal(0.5, expert.GetProperty("seen").GetProperty("macc").GetDouble());
        Assert.Equal(0.25, expert.GetProperty("calibration").GetProperty("ece").GetDouble());
        Assert.Equal(1, expert.GetProperty("calibration").GetProperty("bins")[11].GetProperty("count").GetInt64());
        Assert.Equal("blinds", root.GetProperty("ground_truth").GetProperty("unpredictable")[0].GetString());
    }

    [Fact]
    public void WithoutGroundTruthThereAreNoScores()
    {
        using var folder = new TemporaryFolder();
        MetricsFile.Write(folder["metrics.json"], Metrics(withScores: false));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["metrics.json"]));

        Assert.False(json.RootElement.TryGetProperty("scores", out _));
        Assert.False(json.RootElement.TryGetProperty("ground_truth", out _));
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder["out.txt"], stream => stream.Write("old"u8));

        Assert.Throws<IOException>(() => AtomicFile.Write(folder["out.txt"], stream =>
        {
            stream.Write("half of the n"u8);
            throw new IOException("disk full");
        }));

        Assert.Equal("old", File.ReadAllText(folder["out.txt"]));
        Assert.Equal(["out.txt"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void PeakMemoryIsThatOfTheProcess()
    {
        var block = new byte[64 << 20];
        Array.Fill(block, (byte)1);

        var figures = ProcessFigures.Now(TimeSpan.FromSeconds(2));

        Assert.InRange(figures.PeakRssMb, 64, 100_000);
        Assert.Equal(2, figures.WallSeconds);
        GC.KeepAlive(block);
    }

    private static RunMetrics Metrics(bool withScores)
    {
        var scores = new ScoreBoard(LabelSpace.ScanNet20);
        scores["voxel", "expert"].Add([0, 0, 1], [0, 1, LabelSpace.Unlabelled]);
        scores.AddConfidence("voxel", "expert", truth: 0, label: 0, confidence: 0.75);
        scores.AddConfidence("voxel", "expert", truth: LabelSpace.Unlabelled, label: 0, confidence: 0.1); // no truth: ignored
        return new RunMetrics
        {
            Input = "room",
            Frames = new FrameCounts(10, 6, new Dictionary<string, long> { [DropReason.TrackingLost] = 3, [DropReason.DepthEmpty] = 1 }),
            StagesMs = [new("normals", new LatencySummary(1, 2, 2, 4 / 3.0)), new("total", new LatencySummary(1, 2, 3, 4))],
            Scene = new SceneFigures(100, 2, 4096, "abc"),
            Process = new ProcessFigures(200, 12.5, 1.5),
            Device = "cpu",
            Threads = 2,
            EncoderPrecision = "float32",
            Preset = "mobile",
            Model = new ModelFigures("m1", 1234),
            GroundTruth = withScores ? new GroundTruthFigures("scannet20", "room.labels.ply", 9, 8, 6, ["blinds"]) : null,
            Scores = withScores ? scores : null,
        };
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
