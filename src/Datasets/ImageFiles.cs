using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>The image files of a recording.</summary>
internal static class ImageFiles
{
    private const int Probes = 9;
    private const int HeaderBytes = 1 << 17; // a JPEG may carry a preview before its size

    /// <summary>The bytes of a file; null when it is not there or cannot be read.</summary>
    public static byte[]? TryRead(string? path)
    {
        if (path is null) return null;
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static Image16? TryReadDepth(string? path) => ImageCodec.DecodeDepth(TryRead(path));

    public static Image16? TryReadIds(string? path) => ImageCodec.DecodeIds(TryRead(path));

    /// <summary>The size most images have, by the headers of a few spread over the recording; single odd ones are dropped later.</summary>
    /// <param name="kind">"colour" or "depth", for the message.</param>
    /// <param name="paths">All files, in order.</param>
    public static (int Width, int Height) CommonSize(string kind, IReadOnlyList<string> paths)
    {
        var counts = new Dictionary<(int, int), int>();
        var step = Math.Max(1, paths.Count / Probes);
        for (var i = 0; i < paths.Count; i += step)
        {
            if (TryReadSize(paths[i]) is { } size) counts[size] = counts.GetValueOrDefault(size) + 1;
        }
        if (counts.Count > 0) return counts.MaxBy(count => count.Value).Key;
        throw new InputException(paths.Count == 0
            ? $"There are no {kind} images, expected PNG or JPEG files."
            : $"None of the {kind} images tried can be read, beginning with '{paths[0]}'; expected PNG or JPEG files.");
    }

    /// <summary>Refuses intrinsics whose principal point is far from the middle of the images: they belong to another resolution.</summary>
    public static void CheckPrincipalPoint(string kind, CameraIntrinsics camera, string where)
    {
        if (Math.Abs((camera.Cx / camera.Width) - 0.5) < 0.25 && Math.Abs((camera.Cy / camera.Height) - 0.5) < 0.25) return;
        throw new InputException($"The {kind} images are {camera.Width} x {camera.Height}, but the principal point in {where} is "
            + FormattableString.Invariant($"({camera.Cx:0.#}, {camera.Cy:0.#}), expected one near the middle of the image: ")
            + "images and intrinsics have different resolutions.");
    }

    private static (int Width, int Height)? TryReadSize(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var header = new byte[(int)Math.Min(file.Length, HeaderBytes)];
            file.ReadExactly(header);
            return ImageHeader.TryReadSize(header, out var width, out var height) ? (width, height) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
