using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Matrices as text: rows of numbers between blanks, as every RGB-D dataset keeps poses and intrinsics.</summary>
internal static class MatrixFile
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n', ','];

    /// <summary>The numbers of a file in reading order (inf and nan included); null when something is no number.</summary>
    public static double[]? TryRead(string path)
    {
        var words = File.ReadAllText(path).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!TryParse(words[i], out numbers[i])) return null;
        }
        return numbers;
    }

    /// <summary>One number, in C's spellings of infinity and NaN as well.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, out double value)
    {
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return true;
        var sign = word.StartsWith("-") ? -1 : 1;
        var name = word.TrimStart("+-");
        value = name.StartsWith("inf", StringComparison.OrdinalIgnoreCase) || name.StartsWith("1.#INF", StringComparison.OrdinalIgnoreCase)
            ? sign * double.PositiveInfinity : double.NaN;
        return double.IsInfinity(value) || name.StartsWith("nan", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("1.#", StringComparison.Ordinal);
    }

    /// <summary>A camera from a 3 x 3 or 4 x 4 intrinsic matrix; throws when the file is missing or holds something else.</summary>
    public static CameraIntrinsics ReadIntrinsics(string path, int width, int height)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' is missing; expected a 3 x 3 or 4 x 4 intrinsic matrix.");
        var k = TryRead(path);
        if (k is not { Length: 9 or 16 })
            throw new InputException($"'{path}' holds {(k is null ? "words" : $"{k.Length} numbers")}, expected a 3 x 3 or 4 x 4 intrinsic matrix.");
        var row = k.Length == 9 ? 3 : 4;
        var camera = new CameraIntrinsics(width, height, k[0], k[row + 1], k[2], k[row + 2]);
        if (!(camera.Fx > 0 && camera.Fy > 0 && double.IsFinite(camera.Fx + camera.Fy + camera.Cx + camera.Cy)))
            throw new InputException($"'{path}' has focal lengths {camera.Fx} and {camera.Fy}, expected positive numbers of pixels.");
        return camera;
    }

    /// <summary>A pose file: the motion, or the reason why there is none.</summary>
    public static string? TryReadPose(string path, out RigidTransform pose)
    {
        pose = RigidTransform.Identity;
        if (!File.Exists(path)) return DropReason.PoseMissing;
        var matrix = TryRead(path);
        if (matrix is not { Length: 16 }) return matrix is { Length: 0 } ? DropReason.PoseMissing : DropReason.PoseNotRigid;
        return RigidTransform.TryFromMatrix(matrix, out pose, out var reason) ? null : reason;
    }

    /// <summary>The rows of a matrix as text, nine digits after the point.</summary>
    public static string Format(ReadOnlySpan<double> matrix, int columns)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < matrix.Length; i++)
        {
            text.Append(matrix[i].ToString("F9", CultureInfo.InvariantCulture)).Append((i + 1) % columns == 0 ? '\n' : ' ');
        }
        return text.ToString();
    }
}
