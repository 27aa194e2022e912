using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class SegmentationScoresTests
{
    [Fact]
    public void ScoresEqualAnIndependentComputation()
    {
        var pairs = File.ReadLines(Repository.Data("scores", "pairs.csv")).Select(l => l.Split(',').Select(byte.Parse).ToArray()).ToArray();
        using var golden = JsonDocument.Parse(File.ReadAllText(Repository.Data("scores", "scores.json")));

        var matrix = new ConfusionMatrix(20);
        matrix.Add(pairs.Select(p => p[0]).ToArray(), pairs.Select(p => p[1]).ToArray());
        var scores = new SegmentationScores(matrix);

        Assert.Equal(golden.RootElement.GetProperty("total").GetInt64(), scores.Total);
        AssertEqual(golden.RootElement.GetProperty("miou"), scores.MeanIou);
        AssertEqual(golden.RootElement.GetProperty("miou_present"), scores.MeanIouPresent);
        AssertEqual(golden.RootElement.GetProperty("macc"), scores.MeanAccuracy);
        AssertEqual(golden.RootElement.GetProperty("wiou"), scores.WeightedIou);
        for (var c = 0; c < 20; c++)
        {
            AssertEqual(golden.RootElement.GetProperty("iou")[c], scores.Iou[c]);
            AssertEqual(golden.RootElement.GetProperty("accuracy")[c], scores.Accuracy[c]);
        }
    }

    [Fact]
    public void ATruthOutsideTheClassesIsIgnoredWhateverWasPredicted()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add(0, 0);
        matrix.Add(LabelSpace.Unlabelled, 1);
        matrix.Add(3, 1);

        var scores = new SegmentationScores(matrix);

        Assert.Equal(1, scores.Total);
        Assert.Null(scores.Iou[1]);
        Assert.Equal(1.0, scores.MeanIou);
    }

    [Fact]
    public void APredictionOutsideTheClassesIsAMissAndNobodysFalsePositive()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 0, 0, 0], [0, LabelSpace.Unlabelled, 3, 0]);

        var scores = new SegmentationScores(matrix);

        Assert.Equal(2, matrix.Missed(0));
        Assert.Equal(0.5, scores.Iou[0]);
        Assert.Equal([0.5, null, null], scores.Iou);
    }

    [Fact]
    public void AClassThatIsOnlyPredictedCountsInTheMeanIouAndNotInTheMeanAccuracy()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add([0, 0], [0, 1]);

        var scores = new SegmentationScores(matrix);

        Assert.Equal(0.25, scores.MeanIou); // (1/2 + 0) / 2
        Assert.Equal(0.5, scores.MeanAccuracy);
        Assert.Equal(0.5, scores.WeightedIou);
    }

    [Fact]
    public void WhatGotNoClassIsCountedAndCanBeLeftOut()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add([0, 0, 0, 1], [0, LabelSpace.Unlabelled, 1, LabelSpace.Unlabelled]);

        var all = new SegmentationScores(matrix);
        var seen = new SegmentationScores(matrix.WithoutMissed());

        Assert.Equal((4, 2), (all.Total, all.Missed));
        Assert.Equal((2, 0), (seen.Total, seen.Missed));
        Assert.Equal([1 / 3.0, 0], all.Iou);
        Assert.Equal([0.5, 0], seen.Iou);
    }

    [Fact]
    public void PairsCanBeTakenBack()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 1, 5);
        var copy = matrix.Clone();
        matrix.Add(0, 1, -5);
        matrix.Add(0, 0, 5);

        Assert.Equal((5, 0, 5), (matrix[0, 0], matrix[0, 1], matrix.Total));
        Assert.Equal((0, 5), (copy[0, 0], copy[0, 1]));
    }

    [Fact]
    public void ScoresOfNothingAreNull()
    {
        var scores = new SegmentationScores(new ConfusionMatrix(2));

        Assert.Null(scores.MeanIou);
        Assert.Null(scores.MeanAccuracy);
        Assert.Null(scores.WeightedIou);
    }

    [Fact]
    public void MatricesOfTwoScenesAddUp()
    {
        var (first, second) = (new ConfusionMatrix(2), new ConfusionMatrix(2));
        first.Add([0, 1], [0, 0]);
        second.Add([1, 1, 0], [0, 1, LabelSpace.Unlabelled]);

        first.Add(second);

        Assert.Equal((1, 2, 1, 1, 5), (first[0, 0], first[1, 0], first[1, 1], first.Missed(0), first.Total));
        Assert.Throws<ArgumentException>(() => first.Add(new ConfusionMatrix(3)));
    }

    private static void AssertEqual(JsonElement expected, double? actual)
    {
        if (expected.ValueKind == JsonValueKind.Null) Assert.Null(actual);
        else Assert.Equal(expected.GetDouble(), Assert.NotNull(actual), 1e-12);
    }
}
