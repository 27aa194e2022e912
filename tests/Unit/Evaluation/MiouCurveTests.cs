using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class MiouCurveTests
{
    [Fact]
    public void PointsAreCopiesOfTheCountsThatGoOn()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 0);
        var curve = new MiouCurve("voxel", ["expert"]);

        curve.Add(1, [matrix]);
        matrix.Add(0, 1);
        curve.Add(2, [matrix]);

        Assert.Equal([1.0, 0.25], curve.Points.Select(point => point.MeanIous[0]));
        Assert.Throws<ArgumentException>(() => curve.Add(3, [matrix, matrix]));
    }

    [Fact]
    public void TheTableHasARowAPointAndNothingWhereThereIsNoScore()
    {
        using var folder = new TemporaryFolder();
        var (half, none) = (new ConfusionMatrix(2), new ConfusionMatrix(2));
        half.Add([0, 0], [0, LabelSpace.Unlabelled]);
        var curve = new MiouCurve("voxel", ["expert", "vote3d"]);
        curve.Add(5, [half, none]);

        curve.WriteCsv(folder["curve.csv"]);

        Assert.Equal(["frames,expert,vote3d", "5,0.500000,"], File.ReadLines(folder["curve.csv"]));
    }

    [Fact]
    public void RecordingsOfDifferentLengthAreAddedAtTheSameShareOfTheirFrames()
    {
        var (shorter, longer) = (Curve(right: [1, 2], frames: [10, 20]), Curve(right: [0, 1, 2, 3], frames: [1, 2, 3, 4]));

        var sum = MiouCurve.Sum([shorter, longer]);

        Assert.Equal([50, 100], sum.Points.Select(point => point.At));
        Assert.Equal([1 + 1, 2 + 3], sum.Points.Select(point => point.Matrices[0][0, 0]));
        Assert.Equal("percent_of_frames", sum.Axis);
        Assert.Equal(2, shorter.Points[1].Matrices[0][0, 0]); // untouched
    }

    private static MiouCurve Curve(long[] right, double[] frames)
    {
        var curve = new MiouCurve("voxel", ["expert"]);
        foreach (var (count, at) in right.Zip(frames))
        {
            var matrix = new ConfusionMatrix(2);
            matrix.Add(0, 0, count);
            curve.Add(at, [matrix]);
        }

        return curve;
    }
}
