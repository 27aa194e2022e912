using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class ScoreFilesTests
{
    [Fact]
    public void EveryDomainAndMethodHasItsFiles()
    {
        using var folder = new TemporaryFolder();
        var board = new ScoreBoard(LabelSpace.ScanNet20);
        board["voxel", "expert"].Add([0, 1, 1], [0, 1, 4]);
        board["voxel", "vote2d"].Add([0, 1, 1], [0, 0, LabelSpace.Unlabelled]);
        board.AddConfidence("voxel", "expert", 0, 0, 0.9);
        var curve = new MiouCurve("voxel", ["expert", "vote2d"]);
        curve.Add(1, [board["voxel", "expert"], board["voxel", "vote2d"]]);

        ScoreFiles.Write(folder.FullName, board, curve);

        Assert.Equal(
            ["confusion_voxel_expert.csv", "confusion_voxel_expert.png", "confusion_voxel_vote2d.csv", "confusion_voxel_vote2d.png",
                "miou_by_frames.csv", "miou_by_frames.png", "reliability_voxel_expert.png"],
            Directory.GetFiles(folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var picture in Directory.GetFiles(folder.FullName, "*.png")) Assert.NotNull(ImageCodec.DecodeColor(File.ReadAllBytes(picture)));
        var counts = File.ReadLines(folder["confusion_voxel_vote2d.csv"]).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["truth", "wall", "floor"], counts[0][..3]);
        Assert.Equal((21, 22), (counts.Length, counts[2].Length));
        Assert.Equal(("floor", "1", "1"), (counts[2][0], counts[2][1], counts[2][^1]));
    }

    [Fact]
    public void AScoreOfNothingCanBeDrawn()
    {
        using var folder = new TemporaryFolder();
        var board = new ScoreBoard(LabelSpace.ScanNet20);
        Assert.Equal(0, board["image", "expert"].Total);

        ScoreFiles.Write(folder.FullName, board, new MiouCurve("image", ["expert"]));

        Assert.True(File.Exists(folder["confusion_image_expert.png"]));
        Assert.False(File.Exists(folder["miou_by_frames.png"]));
    }

    [Fact]
    public void TheCellsOfAConfusionPictureAreAsDarkAsTheirShareOfTheRow()
    {
        var matrix = new ConfusionMatrix(20);
        matrix.Add(0, 0, 100);
        matrix.Add(1, 1, 40);
        matrix.Add(1, 4, 40);
        matrix.Add(1, LabelSpace.Unlabelled, 20);

        var cells = Cells(ConfusionPicture.Draw(matrix, LabelSpace.ScanNet20, "title"));

        Assert.Equal((2, 4), (cells.Length, cells[0].Length)); // wall, floor; wall, floor, chair, no label
        var (paper, full) = (cells[0][1], cells[0][0]);
        Assert.Equal(new Rgb(255, 255, 255), paper);
        Assert.True(full.Red < 60, $"{full}");
        Assert.Equal([paper, paper.Mixed(full, 0.4), paper.Mixed(full, 0.4), paper.Mixed(full, 0.2)], cells[1]);
    }

    [Fact]
    public void ABarOfTheReliabilityDiagramIsAsHighAsItsShareOfRightLabels()
    {
        var calibration = new Calibration();
        calibration.Add(0.97, true, 60);
        calibration.Add(0.97, false, 40);
        calibration.Add(0.03, false, 1);

        var canvas = ReliabilityPicture.Draw(calibration, "voxel, expert");

        const int Column = 90 + (int)(0.98 * 420);
        Assert.Equal(new Rgb(24, 84, 160), canvas[Column, 66 + (int)(0.5 * 420)]); // right: up to 0.6
        Assert.Equal(new Rgb(214, 96, 77), canvas[Column, 66 + (int)(0.2 * 420)]); // from 0.6 to the confidence of 0.97
        Assert.Equal(new Rgb(255, 255, 255), canvas[90 + (int)(0.5 * 420), 66 + (int)(0.2 * 420)]);
    }

    [Fact]
    public void TheCurveOfTheMapRunsThroughItsPoints()
    {
        var (half, full) = (new ConfusionMatrix(2), new ConfusionMatrix(2));
        half.Add([0, 0], [0, LabelSpace.Unlabelled]);
        full.Add([0, 0], [0, 0]);
        var curve = new MiouCurve("voxel", ["expert", "vote3d"]);
        curve.Add(10, [half, half]);
        curve.Add(20, [full, half]);

        var canvas = CurvePicture.Draw(curve);

        Assert.Equal(new Rgb(24, 84, 160), canvas[90 + 360, 50 + 200]); // (10, 0.5)
        Assert.Equal(new Rgb(24, 84, 160), canvas[90 + 540, 50 + 100]); // half way to (20, 1)
        Assert.Equal(new Rgb(214, 96, 77), canvas[90 + 540, 50 + 200]);
    }

    [Fact]
    public void TicksAreRoundAndNotTooMany()
    {
        foreach (var high in new[] { 0.05, 0.44, 0.5, 0.95, 1, 7, 60, 168, 2000, 123_456 })
        {
            var ticks = ChartFrame.Ticks(high);
            Assert.InRange(ticks.Count, 4, 9);
            Assert.InRange(ticks[^1], 0.7 * high, high + 1e-9);
        }

        Assert.Equal([0, 10, 20, 30, 40, 50, 60], ChartFrame.Ticks(60));
    }

    // The cells' colours beside their numbers: found by the grid's lines, so that the layout may change.
    private static Rgb[][] Cells(Canvas canvas)
    {
        var grid = new Rgb(222, 222, 222);
        var rows = Enumerable.Range(0, canvas.Height).Where(y => Enumerable.Range(0, canvas.Width).Count(x => canvas[x, y] == grid) > 60).ToArray();
        var columns = Enumerable.Range(0, canvas.Width).Where(x => Enumerable.Range(0, canvas.Height).Count(y => canvas[x, y] == grid) > 30).ToArray();
        return [.. rows.Select(y => columns.Select(x => canvas[x + 2, y + 2]).ToArray())];
    }
}
