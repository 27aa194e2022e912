using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Draws a confusion matrix: a row for each class that occurs, its cells in percent of the row (how the class is called), the last column for no
/// label at all, and the row's count at its end.
/// </summary>
public static class ConfusionPicture
{
    private const int CellWidth = 44; // px
    private const int CellHeight = 30;
    private const int Gap = 12;
    private const string NoLabel = "no label";

    private static readonly Rgb Paper = new(255, 255, 255);
    private static readonly Rgb Ink = new(40, 40, 40);
    private static readonly Rgb Full = new(24, 84, 160);
    private static readonly Rgb Grid = new(222, 222, 222);

    /// <summary>Draws the classes that occur in the truth or in the predictions.</summary>
    public static Canvas Draw(ConfusionMatrix matrix, LabelSpace labelSpace, string title)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(labelSpace);
        var rows = Enumerable.Range(0, matrix.Classes).Where(c => matrix.TruthCount(c) > 0).ToArray();
        var columns = Enumerable.Range(0, matrix.Classes).Where(c => matrix.TruthCount(c) > 0 || matrix.PredictionCount(c) > 0).ToArray();
        var names = columns.Select(c => labelSpace.Classes[c].Name).Append(NoLabel).ToArray();
        var nameWidth = names.Max(name => Canvas.TextWidth(name));
        var (left, top) = (nameWidth + (2 * Gap), 44 + nameWidth + Gap);
        var countWidth = Canvas.TextWidth("1000000000");
        var canvas = new Canvas(Math.Max(left + (names.Length * CellWidth) + countWidth + (2 * Gap), Canvas.TextWidth(title) + (2 * Gap)),
            top + (rows.Length * CellHeight) + (2 * Gap), Paper);
        canvas.DrawText(Gap, Gap, title, Ink);
        for (var x = 0; x < names.Length; x++) canvas.DrawTextUp(left + (x * CellWidth) + ((CellWidth - 14) / 2), top - Gap, names[x], Ink);
        for (var y = 0; y < rows.Length; y++)
        {
            DrawRow(canvas, matrix, rows[y], columns, left, top + (y * CellHeight));
            var name = labelSpace.Classes[rows[y]].Name;
            canvas.DrawText(left - Gap - Canvas.TextWidth(name), top + (y * CellHeight) + 8, name, Ink);
            canvas.DrawText(left + (names.Length * CellWidth) + Gap, top + (y * CellHeight) + 8, $"{matrix.TruthCount(rows[y])}", Ink);
        }

        return canvas;
    }

    private static void DrawRow(Canvas canvas, ConfusionMatrix matrix, int truth, int[] columns, int left, int top)
    {
        var total = matrix.TruthCount(truth);
        for (var x = 0; x <= columns.Length; x++)
        {
            var count = x < columns.Length ? matrix[truth, columns[x]] : matrix.Missed(truth);
            var share = (double)count / total;
            var at = left + (x * CellWidth);
            canvas.FillRectangle(at, top, CellWidth, CellHeight, Grid);
            canvas.FillRectangle(at + 1, top + 1, CellWidth - 1, CellHeight - 1, Paper.Mixed(Full, share));
            var percent = Math.Round(100 * share);
            if (percent < 1) continue;
            var text = $"{percent}";
            canvas.DrawText(at + ((CellWidth - Canvas.TextWidth(text)) / 2), top + 8, text, share > 0.5 ? Paper : Ink);
        }
    }
}
