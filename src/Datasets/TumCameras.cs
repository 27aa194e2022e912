using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>The cameras of the TUM RGB-D dataset.</summary>
internal static class TumCameras
{
    private const int Width = 640;
    private const int Height = 480;

    // The colour cameras as calibrated by the dataset's authors (its page "file formats", table of intrinsics), with lens distortion.
    private static readonly CameraIntrinsics Freiburg1 = new(Width, Height, 517.3, 516.5, 318.6, 255.3)
    {
        Distortion = new Distortion(0.2624, -0.9531, -0.0054, 0.0026, 1.1633),
    };

    private static readonly CameraIntrinsics Freiburg2 = new(Width, Height, 520.9, 521.0, 325.1, 249.7)
    {
        Distortion = new Distortion(0.2312, -0.7849, -0.0033, -0.0001, 0.9172),
    };

    private static readonly CameraIntrinsics Freiburg3 = new(Width, Height, 535.4, 539.2, 320.1, 247.6); // published rectified

    /// <summary>
    /// The camera of a sequence: from its camera-intrinsics.txt or intrinsics.txt (a 3 x 3 matrix, or "fx fy cx cy" with or without "k1 k2 p1
    /// p2 k3"), or by "freiburg1", 2 or 3 in its folder's name.
    /// </summary>
    public static CameraIntrinsics Find(string folder, int width, int height)
    {
        foreach (var name in new[] { "camera-intrinsics.txt", "intrinsics.txt" })
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            var camera = Read(path, width, height);
            ImageFiles.CheckPrincipalPoint("colour", camera, $"'{path}'");
            return camera;
        }
        var sequence = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        CameraIntrinsics? known = null;
        foreach (var (key, camera) in new[] { ("freiburg1", Freiburg1), ("freiburg2", Freiburg2), ("freiburg3", Freiburg3) })
        {
            if (sequence.Contains(key, StringComparison.OrdinalIgnoreCase)) known = camera;
        }
        return known?.ScaledTo(width, height)
            ?? throw new InputException($"'{folder}' has no camera-intrinsics.txt and no freiburg1, freiburg2 or freiburg3 in its name, expected one of them.");
    }

    private static CameraIntrinsics Read(string path, int width, int height)
    {
        if (MatrixFile.TryRead(path) is not { Length: 4 or 5 + 4 } numbers) return MatrixFile.ReadIntrinsics(path, width, height);
        if (numbers.Length == 9 && numbers[1] == 0 && numbers[3] == 0) return MatrixFile.ReadIntrinsics(path, width, height); // a 3 x 3 matrix
        var camera = new CameraIntrinsics(width, height, numbers[0], numbers[1], numbers[2], numbers[3]);
        return numbers.Length == 4 ? camera
            : camera with { Distortion = new Distortion(numbers[4], numbers[5], numbers[6], numbers[7], numbers[8]) };
    }
}
