using AlsterNode.Core;
using AlsterNode.Datasets.Rosbag2;

namespace AlsterNode.Datasets;

/// <summary>Opens recordings, whatever their format.</summary>
public static class FrameSources
{
    private const string Expected = "a .sens file, a rosbag2 (a folder with metadata.yaml, a .mcap or .db3 file), a ScanNet folder (color/, depth/, pose/, intrinsic/), "
        + "a 7-Scenes folder (frame-NNNNNN.depth.png, ...) or a TUM RGB-D folder (rgb.txt, depth.txt, groundtruth.txt)";

    /// <summary>
    /// Opens a recording, recognised by its content. Throws <see cref="InputException"/> when there is none, with what was found.
    /// </summary>
    public static IFrameSource Open(string path, SourceOptions? options = null)
    {
        options ??= new SourceOptions();
        if (options.FramesPerSecond is not (> 0 and < 1e6))
            throw new InputException($"The recording is to be read at {options.FramesPerSecond} frames per second, expected a positive number.");
        if (BagReader.Recognises(path)) return Unchoosable(new RosbagSource(path, options), options);
        if (File.Exists(path)) return SensReader.Recognises(path) ? Unchoosable(new SensReader(path, options), options)
            : throw new InputException($"'{path}' is a file that {Describe(path)}, expected {Expected}.");
        if (!Directory.Exists(path)) throw new InputException($"'{path}' does not exist, expected {Expected}.");
        if (ScanNetFolder.Recognises(path, options)) return new ScanNetFolder(path, options);
        if (SevenScenesFolder.Recognises(path)) return Unchoosable(new SevenScenesFolder(path, options), options);
        if (TumFolder.Recognises(path)) return Unchoosable(new TumFolder(path, options), options);
        var sens = Directory.GetFiles(path, "*.sens");
        if (sens.Length == 1) return Unchoosable(new SensReader(sens[0], options), options); // a scan as it is downloaded
        throw new InputException($"'{path}' {Contents(path)}, expected {Expected}.");
    }

    /// <summary>The labelled mesh of a recording (ScanNet's *_vh_clean_2.labels.ply, in the folder or beside the file); null when there is none.</summary>
    public static string? FindLabelMesh(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is null || !Directory.Exists(folder) ? null
            : Directory.EnumerateFiles(folder, "*.labels.ply").Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Only ScanNet folders can hold more than one depth and pose; a choice that would be ignored is refused.</summary>
    private static IFrameSource Unchoosable(IFrameSource source, SourceOptions options)
    {
        var defaults = new SourceOptions();
        if (options.DepthFolder == defaults.DepthFolder && options.PoseFolder == defaults.PoseFolder) return source;
        source.Dispose();
        throw new InputException($"{source.Description} has one depth and one pose a frame, '{options.DepthFolder}' and '{options.PoseFolder}' cannot be chosen in it.");
    }

    private static string Describe(string path)
    {
        var length = new FileInfo(path).Length;
        if (length == 0) return "is empty";
        Span<byte> head = stackalloc byte[8];
        using var file = File.OpenRead(path);
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        return $"has {length} bytes and begins with {Convert.ToHexString(head)}";
    }

    private static string Contents(string folder)
    {
        var names = Directory.EnumerateFileSystemEntries(folder)
            .Select(entry => Path.GetFileName(entry) + (Directory.Exists(entry) ? "/" : "")).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return "is an empty folder";
        var first = string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", ..." : "");
        return $"is a folder of {names.Count} {(names.Count == 1 ? "entry" : "entries")} ({first})";
    }
}
