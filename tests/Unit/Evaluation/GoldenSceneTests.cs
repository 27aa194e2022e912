using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

/// <summary>The scores of whole scenes against those that tests/data/scores/make_scene_scores.py computes by brute force.</summary>
public sealed class GoldenSceneTests
{
    private static readonly LabelSpace SixClasses = new("six", [.. Enumerable.Range(0, 6).Select(i => new LabelClass($"class {i}", 0, 0, 0, i + 1))]);

    [Theory]
    [InlineData("scannet20")]
    [InlineData("nyu40")]
    public void VoxelAndVertexScoresEqualAnIndependentComputation(string labelSpace)
    {
        var golden = Golden("mesh.json");
        var truthSpace = LabelSpace.Named(labelSpace);
        var mesh = new LabelMesh
        {
            Vertices = Rows<float>(golden.GetProperty("vertices")),
            LabelsNyu40 = [.. golden.GetProperty("nyu40").EnumerateArray().Select(e => e.GetUInt16())],
        };
        var board = new ScoreBoard(truthSpace);
        var evaluator = new SequenceEvaluator(Voxels(golden), VoxelGroundTruth.FromMesh(mesh, truthSpace), board, new LabelTranslation(LabelSpace.ScanNet20, truthSpace));
        var confidences = golden.GetProperty("confidences").EnumerateArray().Select(e => e.GetInt32() / (float)ushort.MaxValue).ToArray();

        evaluator.Add(SequenceEvaluator.Expert, Bytes(golden.GetProperty("labels")), confidences);

        foreach (var domain in new[] { SequenceEvaluator.Voxel, SequenceEvaluator.Vertex })
            AssertEqual(golden.GetProperty("scores").GetProperty(labelSpace).GetProperty(domain), board, domain, SequenceEvaluator.Expert);
    }

    [Fact]
    public void ImageScoresEqualAnIndependentComputation()
    {
        var golden = Golden("images.json");
        var online = new OnlineScores(new LabelTranslation(SixClasses, SixClasses), mesh: null, expectedFrames: 4);
        var map = new Dictionary<VoxelIndex, StoredVoxel>();
        foreach (var frame in golden.GetProperty("frames").EnumerateArray()) Integrate(online, map, frame, golden.GetProperty("width").GetInt32());

        var board = new ScoreBoard(SixClasses);
        online.AddImageScores(board, [.. map.Values]);

        Assert.Equal(3, online.LabelledFrames);
        Assert.Equal(["expert", "vote3d", "vote2d", "bayes2d", "frame_expert", "frame3d", "frame2d"], board.MethodsOf(SequenceEvaluator.Image));
        foreach (var method in golden.GetProperty("scores").EnumerateObject()) AssertEqual(method.Value, board, SequenceEvaluator.Image, method.Name);
    }

    [Fact]
    public void TheCurveEqualsAnIndependentComputationAfterEachFrame()
    {
        var golden = Golden("images.json");
        var online = new OnlineScores(new LabelTranslation(SixClasses, SixClasses), mesh: null, expectedFrames: 4);
        foreach (var frame in golden.GetProperty("frames").EnumerateArray()) Integrate(online, [], frame, golden.GetProperty("width").GetInt32());

        Assert.Equal([1, 2, 3, 4], online.Curve.Points.Select(point => point.At));
        foreach (var (point, expected) in online.Curve.Points.Zip(golden.GetProperty("curve").EnumerateArray()))
        {
            foreach (var (method, miou) in online.Curve.Methods.Zip(point.MeanIous)) Assert.Equal(expected.GetProperty(method).GetDouble(), Assert.NotNull(miou), 1e-9);
        }
    }

    private static void Integrate(OnlineScores online, Dictionary<VoxelIndex, StoredVoxel> map, JsonElement frame, int width)
    {
        var voxels = Voxels(frame);
        var expert = Rows<float>(frame.GetProperty("probabilities_expert"));
        var labels = frame.GetProperty("labels");
        online.OnFrame(Predictions.Of(SixClasses.Count, voxels, Rows<float>(frame.GetProperty("probabilities2d")), Rows<float>(frame.GetProperty("probabilities3d")), expert,
            [.. frame.GetProperty("pixel_voxel").EnumerateArray().Select(e => e.GetInt32())], width, labels.ValueKind == JsonValueKind.Null ? null : Bytes(labels)));
        for (var i = 0; i < voxels.Length; i++)
        {
            var row = expert[(i * SixClasses.Count)..((i + 1) * SixClasses.Count)];
            map[voxels[i]] = new StoredVoxel(voxels[i], (byte)Array.IndexOf(row, row.Max()), row.Max(), 1, 0, 0);
        }
    }

    private static void AssertEqual(JsonElement expected, ScoreBoard board, string domain, string method)
    {
        var scores = board.Scores(domain, method);
        Assert.Equal((expected.GetProperty("count").GetInt64(), expected.GetProperty("missed").GetInt64()), (scores.Total, scores.Missed));
        AssertEqual(expected.GetProperty("miou"), scores.MeanIou);
        AssertEqual(expected.GetProperty("miou_present"), scores.MeanIouPresent);
        AssertEqual(expected.GetProperty("macc"), scores.MeanAccuracy);
        AssertEqual(expected.GetProperty("wiou"), scores.WeightedIou);
        for (var c = 0; c < scores.Iou.Count; c++) AssertEqual(expected.GetProperty("iou")[c], scores.Iou[c]);
        if (expected.TryGetProperty("ece", out var ece)) AssertEqual(ece, board.CalibrationOf(domain, method)?.ExpectedError, 1e-6); // confidences are floats
        else Assert.Null(board.CalibrationOf(domain, method));
    }

    private static void AssertEqual(JsonElement expected, double? actual, double tolerance = 1e-12)
    {
        if (expected.ValueKind == JsonValueKind.Null) Assert.Null(actual);
        else Assert.Equal(expected.GetDouble(), Assert.NotNull(actual), tolerance);
    }

    private static JsonElement Golden(string name) => JsonDocument.Parse(File.ReadAllText(Repository.Data("scores", name))).RootElement;

    private static VoxelIndex[] Voxels(JsonElement element) =>
        [.. element.GetProperty("voxels").EnumerateArray().Select(v => new VoxelIndex(v[0].GetInt32(), v[1].GetInt32(), v[2].GetInt32()))];

    private static byte[] Bytes(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetByte())];

    private static T[] Rows<T>(JsonElement element)
        where T : System.Numerics.INumber<T> => [.. element.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(e => T.CreateChecked(e.GetDouble()))];
}
