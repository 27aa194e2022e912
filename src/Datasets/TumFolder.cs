using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// A TUM RGB-D sequence: rgb.txt and depth.txt list the images with their stamps, groundtruth.txt the poses. Depth is registered to colour,
/// 5000 units a metre. Images within 20 ms of each other make a frame; its pose is interpolated at the depth image's stamp.
/// </summary>
public sealed class TumFolder : IFrameSource
{
    private const double MaxColorToDepth = 0.020; // as the dataset's own association script
    private const double UnitsPerMetre = 5000;

    private readonly FrameAssembler _assembler;
    private readonly TumTrajectory _trajectory;
    private readonly List<(double Stamp, string Color, string Depth)> _frames;

    /// <summary>Reads the lists; throws <see cref="InputException"/> when one is missing or the cameras are not known.</summary>
    public TumFolder(string folder, SourceOptions? options = null)
    {
        Folder = folder;
        options ??= new SourceOptions();
        var color = ReadList("rgb.txt");
        var depth = ReadList("depth.txt");
        _frames = Associate(color, depth);
        if (_frames.Count == 0)
            throw new InputException($"'{folder}' lists {color.Count} colour and {depth.Count} depth images, none of them within 20 ms of each other.");
        _trajectory = TumTrajectory.Read(Path.Combine(folder, "groundtruth.txt"));
        var colorSize = ImageFiles.CommonSize("colour", [.. _frames.Select(frame => frame.Color)]);
        var depthSize = ImageFiles.CommonSize("depth", [.. _frames.Select(frame => frame.Depth)]);
        var camera = options is { ColorIntrinsics: not null, DepthIntrinsics: not null } ? new CameraIntrinsics(colorSize.Width, colorSize.Height, 1, 1, 0, 0)
            : TumCameras.Find(folder, colorSize.Width, colorSize.Height);
        _assembler = new FrameAssembler(camera, camera with { Width = depthSize.Width, Height = depthSize.Height }, RigidTransform.Identity,
            DepthTable.Linear(UnitsPerMetre), options);
    }

    /// <summary>The sequence's folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public string Description => $"TUM RGB-D folder '{Folder}'";

    /// <inheritdoc/>
    public int? FrameCount => _frames.Count;

    /// <summary>True for a folder with rgb.txt and depth.txt.</summary>
    internal static bool Recognises(string folder) => File.Exists(Path.Combine(folder, "rgb.txt")) && File.Exists(Path.Combine(folder, "depth.txt"));

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        for (var index = 0; index < _frames.Count; index++)
        {
            if (cancellation.IsCancellationRequested) yield break;
            if (wanted is null || wanted(index)) yield return ReadFrame(index);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    /// <summary>Pairs images by stamp, the closest pairs first, each image once.</summary>
    internal static List<(double Stamp, string Color, string Depth)> Associate(List<(double Stamp, string Path)> color, List<(double Stamp, string Path)> depth)
    {
        var pairs = new List<(double Difference, int Color, int Depth)>();
        var first = 0;
        for (var d = 0; d < depth.Count; d++)
        {
            while (first < color.Count && color[first].Stamp < depth[d].Stamp - MaxColorToDepth) first++;
            for (var c = first; c < color.Count && color[c].Stamp <= depth[d].Stamp + MaxColorToDepth; c++)
            {
                pairs.Add((Math.Abs(color[c].Stamp - depth[d].Stamp), c, d));
            }
        }
        pairs.Sort();
        var (usedColor, colorOf) = (new bool[color.Count], new int[depth.Count]);
        Array.Fill(colorOf, -1);
        foreach (var (_, c, d) in pairs)
        {
            if (usedColor[c] || colorOf[d] >= 0) continue;
            (usedColor[c], colorOf[d]) = (true, c);
        }
        return [.. Enumerable.Range(0, depth.Count).Where(d => colorOf[d] >= 0).Select(d => (depth[d].Stamp, color[colorOf[d]].Path, depth[d].Path))];
    }

    private FrameReading ReadFrame(int index)
    {
        var (stamp, color, depth) = _frames[index];
        var reason = _trajectory.TryInterpolate(stamp, out var cameraToWorld);
        if (reason is not null) return FrameReading.Drop(index, reason);
        var file = ImageFiles.TryRead(color);
        return _assembler.Assemble(index, new RawFrame((long)Math.Round(stamp * 1e6) * 1000, cameraToWorld, // stamps have microseconds
            ImageCodec.DecodeColor(file), ImageFiles.TryReadDepth(depth), ColorFile: file));
    }

    /// <summary>Lines "stamp file", in order of stamp; '#' begins a comment.</summary>
    private List<(double Stamp, string Path)> ReadList(string name)
    {
        var path = Path.Combine(Folder, name);
        var entries = new List<(double Stamp, string Path)>();
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var words = line.Split([' ', '\t', ','], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length != 2 || !double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var stamp) || !double.IsFinite(stamp))
                throw new InputException($"'{path}' has the line '{line}', expected a time stamp and a file name.");
            entries.Add((stamp, Path.Combine(Folder, words[1])));
        }
        entries.Sort((a, b) => a.Stamp.CompareTo(b.Stamp));
        return entries;
    }
}
