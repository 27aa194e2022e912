using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.Evaluation;

public class OnlineScoresTests
{
    private static readonly VoxelIndex[] Voxels = [new(0, 0, 0), new(1, 0, 0), new(2, 0, 0)];
    private static readonly VoxelGroundTruth Mesh = new([0.02f, 0.02f, 0.02f, 0.06f, 0.02f, 0.02f, 0.10f, 0.02f, 0.02f], [0, 0, 1]);

    [Fact]
    public void TheCurveEndsAtTheScoreOfTheFinishedMap()
    {
        var random = new Random(0);
        var vertices = Enumerable.Range(0, 900).Select(_ => random.NextSingle()).ToArray();
        var mesh = new VoxelGroundTruth(vertices, [.. Enumerable.Range(0, 300).Select(_ => (byte)random.Next(20))]);
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20), mesh, expectedFrames: 50);
        var map = new SortedDictionary<VoxelIndex, byte>();
        for (var frame = 0; frame < 50; frame++)
        {
            var voxels = Enumerable.Range(0, 200).Select(_ => new VoxelIndex(random.Next(26), random.Next(26), random.Next(26))).Distinct().Order().ToArray();
            var labels = voxels.Select(_ => (byte)random.Next(20)).ToArray();
            online.OnFrame(Predictions.Sure(20, voxels, labels));
            foreach (var (voxel, label) in voxels.Zip(labels)) map[voxel] = label;
        }

        online.EndCurve();

        var evaluator = new SequenceEvaluator([.. map.Keys], mesh, new ScoreBoard(LabelSpace.ScanNet20));
        evaluator.Add(SequenceEvaluator.Expert, [.. map.Values]);
        evaluator.Add(online.Baselines);
        var last = online.Curve.Points[^1];
        Assert.Equal(50, last.At);
        Assert.Equal(evaluator.Scores.MethodsOf(SequenceEvaluator.Voxel), online.Curve.Methods);
        Assert.Equal(online.Curve.Methods.Select(method => evaluator.Scores.Scores(SequenceEvaluator.Voxel, method).MeanIou), last.MeanIous);
    }

    [Theory]
    [InlineData(10, 10, new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData(45, 9, new double[] { 2, 4, 6, 8, 9 })] // every 45 / 20 frames, and the end of a recording that stopped early
    [InlineData(null, 45, new double[] { 20, 40, 45 })]
    public void TheCurveHasAPointForEveryTwentiethOfTheFrames(int? expected, int frames, double[] points)
    {
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20), Mesh, expected);
        for (var frame = 0; frame < frames; frame++) online.OnFrame(Predictions.Sure(20, Voxels, [0, 0, 1]));

        online.EndCurve();

        Assert.Equal(points, online.Curve.Points.Select(point => point.At));
        Assert.All(online.Curve.Points, point => Assert.Equal(1, point.MeanIous[0]));
    }

    [Fact]
    public void AContinuedMapCountsFromItsEarlierFrames()
    {
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20), Mesh, expectedFrames: 1);
        online.Continue([new StoredVoxel(Voxels[1], 0, 1, 3, 0, 0), new StoredVoxel(Voxels[2], 1, 1, 3, 0, 0)], framesBefore: 30);

        online.OnFrame(Predictions.Sure(20, [Voxels[0]], [0]));

        var point = Assert.Single(online.Curve.Points);
        Assert.Equal(31, point.At);
        Assert.Equal((2, 1, 0), (point.Matrices[0][0, 0], point.Matrices[0][1, 1], point.Matrices[0].TotalMissed)); // the expert's whole map
        Assert.Equal((1, 2), (point.Matrices[1][0, 0], point.Matrices[1].TotalMissed)); // vote3d knows one frame
        Assert.Equal(1, online.Frames);
    }

    [Fact]
    public void PixelsAreScoredByTheMapsFinalLabelAndByTheHeadInTheFrame()
    {
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20), mesh: null, expectedFrames: 2);
        online.OnFrame(Predictions.Sure(20, [Voxels[0]], [4], pixelVoxel: [0, 0, -1, 0], truth: [6, 6, 6, LabelSpace.Unlabelled]));
        online.OnFrame(Predictions.Sure(20, [Voxels[0]], [6], pixelVoxel: [0], truth: null));
        var board = new ScoreBoard(LabelSpace.ScanNet20);

        online.AddImageScores(board, [new StoredVoxel(Voxels[0], 6, 0.75f, 2, 0, 0)]);

        var (map, frame) = (board["image", "expert"], board["image", OnlineScores.Frame2D]);
        Assert.Equal((2, 0, 1), (map[6, 6], map[6, 4], map.Missed(6)));
        Assert.Equal((0, 2, 1), (frame[6, 6], frame[6, 4], frame.Missed(6)));
        Assert.Equal((2, 0.25), (board.CalibrationOf("image", "expert")!.Total, board.CalibrationOf("image", "expert")!.ExpectedError));
        Assert.Equal((2, 1), (online.Frames, online.LabelledFrames));
    }

    [Fact]
    public void WithoutLabelImagesThereIsNoImageDomain()
    {
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20), Mesh, expectedFrames: 1);
        online.OnFrame(Predictions.Sure(20, Voxels, [0, 0, 0]));
        var board = new ScoreBoard(LabelSpace.ScanNet20);

        online.AddImageScores(board, []);

        Assert.Empty(board.Domains);
        Assert.Equal(SequenceEvaluator.Voxel, online.Curve.Domain);
    }

    [Fact]
    public void PixelsOfClassesThatTheModelCannotSayAreErrors()
    {
        var pillow = LabelSpace.Nyu40.FromNyu40(18);
        var bed = LabelSpace.Nyu40.FromNyu40(4);
        var online = new OnlineScores(new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.Nyu40), mesh: null, expectedFrames: 1);
        online.OnFrame(Predictions.Sure(20, [Voxels[0]], [LabelSpace.ScanNet20.FromNyu40(4)], pixelVoxel: [0, 0], truth: [pillow, bed]));
        var board = new ScoreBoard(LabelSpace.Nyu40);

        online.AddImageScores(board, [new StoredVoxel(Voxels[0], LabelSpace.ScanNet20.FromNyu40(4), 1, 1, 0, 0)]);

        var scores = board.Scores("image", "expert");
        Assert.Equal((0.0, 0.5), (scores.Iou[pillow], scores.Iou[bed]));
        Assert.Equal(0.25, scores.MeanIou);
        Assert.Equal(0.5, scores.MeanAccuracy);
    }
}
