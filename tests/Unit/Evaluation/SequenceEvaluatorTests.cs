using AlsterNode.Core;
using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

public class SequenceEvaluatorTests
{
    // Two walls and a floor vertex at voxels 0, 1 and 2; a chair that no voxel saw; voxel 100 lies far from the mesh.
    private static readonly VoxelIndex[] Voxels = [new(0, 0, 0), new(1, 0, 0), new(2, 0, 0), new(100, 0, 0)];
    private static readonly float[] Vertices = [0.02f, 0.02f, 0.02f, 0.06f, 0.02f, 0.02f, 0.10f, 0.02f, 0.02f, 2, 2, 2];
    private static readonly byte[] Labels = [0, 0, 1, 4];

    [Fact]
    public void VoxelsAreScoredWhereThereIsTruth()
    {
        var scores = Evaluate().Scores.Scores(SequenceEvaluator.Voxel, SequenceEvaluator.Expert);

        Assert.Equal(3, scores.Total);
        Assert.Equal(0.5, scores.Iou[0]);
        Assert.Equal(0.5, scores.Iou[1]);
        Assert.Null(scores.Iou[4]);
    }

    [Fact]
    public void AVertexWithNoVoxelWithinReachIsAMiss()
    {
        var board = Evaluate().Scores;
        var scores = board.Scores(SequenceEvaluator.Vertex, SequenceEvaluator.Expert);

        Assert.Equal((4, 1), (scores.Total, scores.Missed));
        Assert.Equal(0, scores.Iou[4]);
        Assert.Null(new SegmentationScores(board["vertex", "expert"].WithoutMissed()).Iou[4]);
    }

    [Fact]
    public void ConfidencesAreJudgedWhereThereIsATruth()
    {
        var evaluator = new SequenceEvaluator(Voxels, new VoxelGroundTruth(Vertices, Labels), new ScoreBoard(LabelSpace.ScanNet20));
        evaluator.Add(SequenceEvaluator.Expert, [0, 1, 1, 7], [0.9f, 0.9f, 0.9f, 0.1f]);

        foreach (var domain in new[] { SequenceEvaluator.Voxel, SequenceEvaluator.Vertex })
        {
            var calibration = Assert.IsType<Calibration>(evaluator.Scores.CalibrationOf(domain, SequenceEvaluator.Expert));
            Assert.Equal(3, calibration.Total); // neither the far voxel nor the unseen vertex
            Assert.Equal(Math.Abs((2 / 3.0) - 0.9), Assert.NotNull(calibration.ExpectedError), 1e-6);
        }

        Assert.Throws<ArgumentException>(() => evaluator.Add("other", [0, 1, 1, 7], [0.5f]));
    }

    [Fact]
    public void EveryBaselineIsScoredOnTheSameVoxelsAsTheExpert()
    {
        var evaluator = Evaluate();
        evaluator.Add(new Baselines(20)); // saw nothing: all misses

        Assert.Equal(["expert", "vote3d", "vote2d", "bayes2d"], evaluator.Scores.MethodsOf(SequenceEvaluator.Voxel));
        var bayes = evaluator.Scores.Scores(SequenceEvaluator.Voxel, "bayes2d");
        Assert.Equal((3, 0.0), (bayes.Total, bayes.MeanIou));
    }

    [Fact]
    public void ScoresOverScenesAreScoresOfTheSummedCounts()
    {
        var board = new ScoreBoard(LabelSpace.ScanNet20);
        board.Add(Evaluate().Scores);
        board.Add(Evaluate().Scores);

        Assert.Equal(6, board["voxel", "expert"].Total);
        Assert.Equal(8, board["vertex", "expert"].Total);
        Assert.Throws<ArgumentException>(() => board.Add(new ScoreBoard(LabelSpace.Nyu40)));
    }

    [Fact]
    public void TheTableHasALineForEachClassThatOccurs()
    {
        var table = Evaluate().Scores.ToTable(SequenceEvaluator.Vertex).Split('\n').Select(l => l.Trim()).ToArray();

        Assert.Contains(table, l => l.StartsWith("wall", StringComparison.Ordinal) && l.EndsWith("50.0", StringComparison.Ordinal));
        Assert.Contains(table, l => l.StartsWith("chair", StringComparison.Ordinal) && l.EndsWith("0.0", StringComparison.Ordinal));
        Assert.Contains(table, l => l.StartsWith("mIoU", StringComparison.Ordinal) && l.EndsWith("33.3", StringComparison.Ordinal));
        Assert.DoesNotContain(table, l => l.StartsWith("toilet", StringComparison.Ordinal));
    }

    [Fact]
    public void TheSummaryHasALineForEachDomain()
    {
        var summary = Evaluate().Scores.ToSummary().Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();

        Assert.Equal(["mIoU", "expert", "ECE"], summary[0]);
        Assert.Equal(["voxel", "50.0", "-"], summary[1]);
        Assert.Equal(["vertex", "33.3", "-"], summary[2]);
    }

    private static SequenceEvaluator Evaluate()
    {
        var evaluator = new SequenceEvaluator(Voxels, new VoxelGroundTruth(Vertices, Labels), new ScoreBoard(LabelSpace.ScanNet20));
        evaluator.Add(SequenceEvaluator.Expert, [0, 1, 1, 7]);
        return evaluator;
    }
}
