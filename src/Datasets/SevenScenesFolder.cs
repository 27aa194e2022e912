using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// A folder of frame-NNNNNN.color.png (or .jpg), frame-NNNNNN.depth.png and frame-NNNNNN.pose.txt: a sequence of Microsoft's 7-Scenes, or a
/// recording of the Princeton vision toolkit (recognised by its camera-intrinsics.color.txt).
/// </summary>
public sealed class SevenScenesFolder : IFrameSource
{
    // 7-Scenes does not register colour to depth. Focal lengths and the offset between the cameras as published with the kapture format
    // (naver/kapture, samples/7scenes: sensors.txt, rigs.txt); the depth camera's 585 is also what the dataset's page gives. rigs.txt turns
    // the colour camera by 0.7 degrees as well, which the images contradict: depth edges fall on colour edges 2.3 times as strong as the
    // average pixel without that rotation, 1.3 times with it or its inverse (RedKitchen, 20 frames), so it is left out.
    private const double DepthFocalLength = 585;
    private const double ColorFocalLength = 525;
    private static readonly RigidTransform KinectDepthToColor =
        RigidTransform.Identity with { Translation = new Vector3d(-0.025558943178152542, 0.00010109636268061706, 0.002031832172948704) };

    private readonly SourceOptions _options;
    private readonly FrameAssembler _assembler;
    private readonly bool _isPrinceton;
    private readonly List<(int Number, string Stem)> _frames = [];

    /// <summary>Lists the folder; throws <see cref="InputException"/> when there is nothing to read.</summary>
    public SevenScenesFolder(string folder, SourceOptions? options = null)
    {
        Folder = folder;
        _options = options ?? new SourceOptions();
        foreach (var path in Directory.EnumerateFiles(folder, "frame-*.depth.png"))
        {
            var stem = path[..^".depth.png".Length];
            var digits = Path.GetFileName(stem)["frame-".Length..];
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _frames.Add((number, stem));
        }
        if (_frames.Count == 0) throw new InputException($"'{folder}' has no frame-NNNNNN.depth.png, expected a 7-Scenes sequence.");
        _frames.Sort();
        var depthSize = ImageFiles.CommonSize("depth", [.. _frames.Select(frame => frame.Stem + ".depth.png")]);
        var colorSize = ImageFiles.CommonSize("colour", [.. _frames.Select(frame => ColorPath(frame.Stem)).OfType<string>()]);
        var registered = Path.Combine(folder, "camera-intrinsics.color.txt");
        _isPrinceton = File.Exists(registered);
        _assembler = _isPrinceton ? Princeton(registered, colorSize, depthSize) : SevenScenes(colorSize, depthSize);
    }

    /// <summary>The sequence's folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public string Description => $"{(_isPrinceton ? "Princeton RGB-D" : "7-Scenes")} folder '{Folder}'";

    /// <inheritdoc/>
    public int? FrameCount => _frames.Count;

    /// <summary>True for a folder with frame-*.depth.png files.</summary>
    internal static bool Recognises(string folder) => Directory.EnumerateFiles(folder, "frame-*.depth.png").Any();

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

    private FrameReading ReadFrame(int index)
    {
        var (number, stem) = _frames[index];
        var reason = MatrixFile.TryReadPose(stem + ".pose.txt", out var pose);
        if (reason is not null) return FrameReading.Drop(index, reason);
        var color = ImageFiles.TryRead(ColorPath(stem));
        return _assembler.Assemble(index, new RawFrame((long)(number / _options.FramesPerSecond * 1e9), pose,
            ImageCodec.DecodeColor(color), ImageFiles.TryReadDepth(stem + ".depth.png"), ColorFile: color));
    }

    private static string? ColorPath(string stem) =>
        File.Exists(stem + ".color.png") ? stem + ".color.png" : File.Exists(stem + ".color.jpg") ? stem + ".color.jpg" : null;

    /// <summary>camera-intrinsics.txt, where there is one, is the depth camera; depth in mm; colour by the rig above.</summary>
    private FrameAssembler SevenScenes((int Width, int Height) colorSize, (int Width, int Height) depthSize)
    {
        var path = Path.Combine(Folder, "camera-intrinsics.txt");
        var depth = File.Exists(path) ? MatrixFile.ReadIntrinsics(path, depthSize.Width, depthSize.Height)
            : new CameraIntrinsics(depthSize.Width, depthSize.Height, DepthFocalLength, DepthFocalLength, 320, 240);
        var color = new CameraIntrinsics(colorSize.Width, colorSize.Height, ColorFocalLength, ColorFocalLength, 320, 240);
        if (_options.DepthIntrinsics is null) ImageFiles.CheckPrincipalPoint("depth", depth, "the dataset's intrinsics");
        if (_options.ColorIntrinsics is null) ImageFiles.CheckPrincipalPoint("colour", color, "the dataset's intrinsics");
        return new FrameAssembler(color, depth, KinectDepthToColor, DepthTable.Linear(1000), _options);
    }

    /// <summary>Depth is registered to colour, its bits are rotated.</summary>
    private FrameAssembler Princeton(string path, (int Width, int Height) colorSize, (int Width, int Height) depthSize)
    {
        var color = MatrixFile.ReadIntrinsics(path, colorSize.Width, colorSize.Height);
        var depth = color with { Width = depthSize.Width, Height = depthSize.Height };
        if (_options.ColorIntrinsics is null) ImageFiles.CheckPrincipalPoint("colour", color, $"'{path}'");
        if (_options.DepthIntrinsics is null) ImageFiles.CheckPrincipalPoint("depth", depth, $"'{path}'");
        return new FrameAssembler(color, depth, RigidTransform.Identity, DepthTable.RotatedBits(), _options);
    }
}
