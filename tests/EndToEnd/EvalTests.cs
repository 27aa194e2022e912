using System.Text.Json;
using AlsterNode.Datasets;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>What <c>eval</c> makes of recordings with a mesh, with label images, with both and with neither.</summary>
[Collection(RoomGroup.Name)]
public sealed class EvalTests(RoomFixture room)
{
    private static readonly string[] Maps = ["expert", "vote3d", "vote2d", "bayes2d"];

    [Fact]
    public void MeshAndLabelImagesAreBothScoredPerStage()
    {
        var folder = room.Fresh("out");

        var run = Eval(room.Room, folder);

        run.ShouldSucceed();
        var metrics = RoomFixture.Metrics(folder);
        var scores = metrics.GetProperty("scores");
        Assert.Equal(["voxel", "vertex", "image"], Keys(scores));
        foreach (var domain in Keys(scores)) Assert.Equal(Maps, Keys(scores.GetProperty(domain)).Take(4));
        foreach (var method in Keys(scores.GetProperty("image"))) Assert.InRange(Miou(scores, "image", method), 0.05, 1.0);
        Assert.InRange(scores.GetProperty("voxel").GetProperty("expert").GetProperty("calibration").GetProperty("ece").GetDouble(), 0.0, 1.0);
        Assert.Equal(6, metrics.GetProperty("ground_truth").GetProperty("labelled_frames").GetInt32());
        Assert.Contains("label images of 6 of 6 frames", run.Output);
        var curve = File.ReadAllLines(Path.Combine(folder, "scores", "miou_by_frames.csv"));
        Assert.Equal(7, curve.Length);
        Assert.Equal(Maps.Select(method => Miou(scores, "voxel", method)), curve[^1].Split(',').Skip(1).Select(double.Parse)); // the curve ends at the map
        foreach (var picture in new[] { "confusion_voxel_expert", "confusion_vertex_bayes2d", "confusion_image_frame2d", "reliability_voxel_expert", "miou_by_frames" })
            Assert.True(new FileInfo(Path.Combine(folder, "scores", $"{picture}.png")) is { Exists: true, Length: > 500 }, picture);
        Assert.Equal(7, File.ReadAllLines(Path.Combine(folder, "frames.csv")).Length);
    }

    [Fact]
    public void AMeshAloneIsEnough()
    {
        var copy = room.CopyOfRoom();
        Directory.Delete(Path.Combine(copy, "label-filt"), recursive: true);
        var folder = room.Fresh("out");

        Eval(copy, folder).ShouldSucceed();

        Assert.Equal(["voxel", "vertex"], Keys(RoomFixture.Metrics(folder).GetProperty("scores")));
    }

    [Fact]
    public void LabelImagesAloneAreEnough()
    {
        var copy = WithoutMesh();
        File.Delete(Path.Combine(copy, "label-filt", "2.png"));
        var (both, images) = (room.Fresh("out"), room.Fresh("out"));

        Eval(room.Room, both).ShouldSucceed();
        var run = Eval(copy, images);

        run.ShouldSucceed();
        var scores = RoomFixture.Metrics(images).GetProperty("scores");
        Assert.Equal(["image"], Keys(scores));
        Assert.Contains("label images of 5 of 6 frames", run.Output);
        Assert.Equal(Miou(RoomFixture.Metrics(both).GetProperty("scores"), "image", "expert"), Miou(scores, "image", "expert"), 0.1); // one image less
        Assert.Equal(7, File.ReadAllLines(Path.Combine(images, "scores", "miou_by_frames.csv")).Length);
    }

    [Fact]
    public void WithoutGroundTruthNothingIsMapped()
    {
        var copy = WithoutMesh();
        Directory.Delete(Path.Combine(copy, "label-filt"), recursive: true);
        var folder = room.Fresh("out");

        Eval(copy, folder).ShouldFail(2, copy, "_vh_clean_2.labels.ply", "label-filt/N.png", "replay");

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void AMeshWithoutLabelsIsNamed()
    {
        var copy = room.CopyOfRoom();
        var path = FrameSources.FindLabelMesh(copy)!;
        new LabelMesh { Vertices = LabelMesh.Read(path).Vertices }.Write(path);

        Eval(copy, room.Fresh("out")).ShouldFail(2, path, "no property 'label'");
    }

    [Fact]
    public void LabelImagesOfAnotherShapeAreNoGroundTruth()
    {
        var copy = WithoutMesh();
        foreach (var path in Directory.GetFiles(Path.Combine(copy, "label-filt"))) File.WriteAllBytes(path, ImageCodec.EncodePng16(8, 8, new ushort[64]));

        Eval(copy, room.Fresh("out")).ShouldFail(2, "none of 6 integrated frames has a label image", "label-filt/N.png");
    }

    [Fact]
    public void TheTruthMayBeOfAnotherLabelSpaceThanTheModel()
    {
        var space = room.Fresh("space") + ".yaml";
        File.WriteAllText(space, "name: shell\nclasses:\n  - { name: ground, color: [1, 2, 3], nyu40: 2 }\n  - { name: wall, color: [4, 5, 6], nyu40: 1 }\n  - { name: lamp, color: [7, 8, 9], nyu40: 35 }\n");
        var (nyu40, shell) = (room.Fresh("out"), room.Fresh("out"));

        var run = Eval(room.Room, nyu40, "--label-space", "nyu40");
        Eval(room.Room, shell, "--label-space", space).ShouldSucceed();

        run.ShouldSucceed();
        Assert.Contains("cannot say 20 of 40 classes of nyu40", run.Output);
        var expert = RoomFixture.Metrics(nyu40).GetProperty("scores").GetProperty("vertex").GetProperty("expert");
        Assert.Equal(40, Keys(expert.GetProperty("iou")).Count());
        Assert.Equal(["ground", "wall", "lamp"], Keys(RoomFixture.Metrics(shell).GetProperty("scores").GetProperty("voxel").GetProperty("expert").GetProperty("iou")));
        Assert.True(RoomFixture.Metrics(shell).GetProperty("scores").GetProperty("voxel").GetProperty("expert").GetProperty("iou").GetProperty("ground").GetDouble() > 0.2);
        Assert.Equal("shell", RoomFixture.Metrics(shell).GetProperty("ground_truth").GetProperty("label_space").GetString());
    }

    [Theory]
    [InlineData(null, "scannet21", "scannet20 or nyu40")]
    [InlineData("name: x\nclasses:\n  - { name: kite, color: [1, 2, 3] }\n", "no class in common")]
    [InlineData("name: x\nclasses: []\n", "has no 'classes'")]
    public void AnUnusableLabelSpaceIsNamed(string? yaml, params string[] phrases)
    {
        var space = "scannet21";
        if (yaml is not null) File.WriteAllText(space = room.Fresh("space") + ".yaml", yaml);

        Eval(room.Room, room.Fresh("out"), "--label-space", space).ShouldFail(2, phrases);
    }

    [Fact]
    public void SeveralScenesAreScoredTogetherByTheirSummedCounts()
    {
        var data = room.Fresh("data");
        Directory.CreateDirectory(data);
        Directory.Move(room.CopyOfRoom(), Path.Combine(data, "first"));
        Directory.Move(WithoutMesh(), Path.Combine(data, "second"));
        var folder = room.Fresh("out");

        Eval(data, folder).ShouldSucceed();

        var total = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "scores.json"))).RootElement;
        var (first, second) = (RoomFixture.Metrics(Path.Combine(folder, "first")), RoomFixture.Metrics(Path.Combine(folder, "second")));
        Assert.Equal(["voxel", "vertex", "image"], Keys(total));
        Assert.Equal(Count(first.GetProperty("scores"), "voxel"), Count(total, "voxel")); // the second has no mesh
        Assert.Equal(Count(first.GetProperty("scores"), "image") + Count(second.GetProperty("scores"), "image"), Count(total, "image"));
        Assert.True(File.Exists(Path.Combine(folder, "scores", "confusion_image_expert.png")));
        Assert.StartsWith("percent_of_frames,expert", File.ReadAllText(Path.Combine(folder, "scores", "miou_by_frames.csv")));
    }

    [Fact]
    public void TheBenchmarksFilesGiveTheVertexScore()
    {
        var folder = room.Fresh("out");

        Eval(room.Room, folder, "--export-benchmark", "--benchmark-every", "10").ShouldSucceed();

        var name = Path.GetFileName(room.Room);
        var truth = LabelMesh.Read(FrameSources.FindLabelMesh(room.Room)!).LabelsNyu40;
        var predicted = File.ReadAllLines(Path.Combine(folder, "benchmark", "semantic_label_3d", $"{name}.txt")).Select(int.Parse).ToArray();
        Assert.Equal(truth.Length, predicted.Length);
        int[] scored = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 24, 28, 33, 34, 36, 39];
        var pairs = truth.Zip(predicted).Where(pair => scored.Contains(pair.First)).ToArray();
        var floor = pairs.Count(pair => pair.First == 2 && pair.Second == 2) / (double)pairs.Count(pair => pair.First == 2 || pair.Second == 2);
        Assert.Equal(floor, RoomFixture.Metrics(folder).GetProperty("scores").GetProperty("vertex").GetProperty("expert").GetProperty("iou").GetProperty("floor").GetDouble(), 1e-6);
        Assert.Equal([$"{name}_000000.png", $"{name}_000010.png", $"{name}_000020.png"],
            Directory.GetFiles(Path.Combine(folder, "benchmark", "semantic_label_2d")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheBenchmarksTestScansNeedNoGroundTruth()
    {
        var copy = WithoutMesh();
        Directory.Delete(Path.Combine(copy, "label-filt"), recursive: true);
        new LabelMesh { Vertices = [0, 0, 0, 1, 1, 0] }.Write(Path.Combine(copy, "scan_vh_clean_2.ply"));
        var folder = room.Fresh("out");

        Eval(copy, folder, "--export-benchmark").ShouldSucceed();

        Assert.Equal(2, File.ReadAllLines(Directory.GetFiles(Path.Combine(folder, "benchmark", "semantic_label_3d")).Single()).Length);
        Assert.False(RoomFixture.Metrics(folder).TryGetProperty("scores", out _));
    }

    [Fact]
    public void AResumedEvalSaysWhichFramesTheBaselinesKnow()
    {
        var folder = room.Fresh("out");
        Eval(room.Room, folder).ShouldSucceed();

        var run = Eval(room.Room, folder, "--resume", Path.Combine(folder, "scene.alster"));

        run.ShouldSucceed();
        Assert.Contains("baselines and label images cover the 6 frames since --resume", run.Output);
        Assert.StartsWith("7,", File.ReadAllLines(Path.Combine(folder, "scores", "miou_by_frames.csv"))[1]);
    }

    [Fact]
    public void EveryZerothFrameIsRefused() => Eval(room.Room, room.Fresh("out"), "--export-benchmark", "--benchmark-every", "0").ShouldFail(2, "--benchmark-every", "1 or more");

    [Fact]
    public void TwoRecordingsOfTheSameNameAreRefusedBeforeEitherIsMapped()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("eval", room.Room, room.Room + "/", "--out", folder).ShouldFail(2, room.Room, "same name");

        Assert.False(Directory.Exists(folder));
    }

    private static ProgramResult Eval(string input, string folder, params string[] more) => AlsterProgram.Run(["eval", input, "--out", folder, "--max-frames", "6", .. more]);

    private string WithoutMesh()
    {
        var copy = room.CopyOfRoom();
        foreach (var path in Directory.GetFiles(copy, "*.ply")) File.Delete(path);
        return copy;
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(p => p.Name);

    private static double Miou(JsonElement scores, string domain, string method) => scores.GetProperty(domain).GetProperty(method).GetProperty("miou").GetDouble();

    private static long Count(JsonElement scores, string domain) => scores.GetProperty(domain).GetProperty("expert").GetProperty("count").GetInt64();
}
