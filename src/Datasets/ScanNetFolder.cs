using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// A scan as ScanNet's tools export it: color/N.jpg, depth/N.png (16 bit, mm), pose/N.txt (camera to world), intrinsic/, and ground truth
/// as label-filt/N.png (<see cref="LabelIds"/>) where there is some. Colour may be larger than depth; frames are in numerical order.
/// </summary>
public sealed class ScanNetFolder : IFrameSource
{
    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png"];

    private readonly SourceOptions _options;
    private readonly FrameAssembler _assembler;
    private readonly Dictionary<int, string> _color;
    private readonly Dictionary<int, string> _depth;
    private readonly Dictionary<int, string> _poses;
    private readonly Dictionary<int, string> _labels;
    private readonly LabelIds _labelIds;
    private readonly int[] _numbers;

    /// <summary>Lists the folder and reads its cameras; throws <see cref="InputException"/> when one of them is missing.</summary>
    public ScanNetFolder(string folder, SourceOptions? options = null)
    {
        Folder = folder;
        _options = options ?? new SourceOptions();
        _color = List("color", required: true, ImageExtensions);
        _depth = List(_options.DepthFolder, required: true, ".png");
        _poses = List(_options.PoseFolder, required: true, ".txt");
        _labels = List(_options.LabelFolder, required: false, ".png");
        _labelIds = LabelIds.Of(folder, _options);
        _numbers = [.. _color.Keys.Union(_depth.Keys).Order()];
        if (_numbers.Length == 0) throw new InputException($"'{folder}' has no frames in color/ and {_options.DepthFolder}/, expected 0.jpg, 0.png, ...");
        var color = ReadCamera("color", "colour", _color);
        var depth = ReadCamera("depth", "depth", _depth);
        _assembler = new FrameAssembler(color, depth, ReadDepthToColor(), DepthTable.Linear(1000), _options); // ScanNet depth is in millimetres
    }

    /// <summary>The scan's folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public string Description => $"ScanNet folder '{Folder}'";

    /// <inheritdoc/>
    public int? FrameCount => _numbers.Length;

    /// <inheritdoc/>
    public bool HasLabels => _labels.Count > 0;

    /// <inheritdoc/>
    public int FileNumber(int number) => _numbers[number];

    /// <summary>True for a folder with color/ and a depth folder.</summary>
    internal static bool Recognises(string folder, SourceOptions options) => Directory.Exists(Path.Combine(folder, "color"))
        && (Directory.Exists(Path.Combine(folder, "depth")) || Directory.Exists(Path.Combine(folder, options.DepthFolder)));

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        for (var index = 0; index < _numbers.Length; index++)
        {
            if (cancellation.IsCancellationRequested) yield break;
            if (wanted is null || wanted(index)) yield return ReadFrame(index);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    private FrameReading ReadFrame(int index)
    {
        var number = _numbers[index];
        var reason = _poses.TryGetValue(number, out var posePath) ? MatrixFile.TryReadPose(posePath, out var pose) : Missing(out pose);
        if (reason is not null) return FrameReading.Drop(index, reason);
        var color = ImageFiles.TryRead(_color.GetValueOrDefault(number));
        return _assembler.Assemble(index, new RawFrame((long)(number / _options.FramesPerSecond * 1e9), pose,
            ImageCodec.DecodeColor(color),
            ImageFiles.TryReadDepth(_depth.GetValueOrDefault(number)),
            _labelIds.TryRead(_labels.GetValueOrDefault(number)), ColorFile: color));
    }

    private static string Missing(out RigidTransform pose)
    {
        pose = RigidTransform.Identity;
        return DropReason.PoseMissing;
    }

    /// <summary>Files named by a number, by that number.</summary>
    private Dictionary<int, string> List(string subfolder, bool required, params string[] extensions)
    {
        var files = new Dictionary<int, string>();
        var folder = Path.Combine(Folder, subfolder);
        if (!Directory.Exists(folder))
        {
            if (!required) return files;
            throw new InputException($"'{Folder}' has no folder '{subfolder}', expected color/, {_options.DepthFolder}/, {_options.PoseFolder}/ and intrinsic/.");
        }
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var isNumber = int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (isNumber && extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) files[number] = path;
        }
        return files;
    }

    private CameraIntrinsics ReadCamera(string name, string kind, Dictionary<int, string> images)
    {
        var (width, height) = ImageFiles.CommonSize(kind, [.. images.OrderBy(image => image.Key).Select(image => image.Value)]);
        if ((name == "color" ? _options.ColorIntrinsics : _options.DepthIntrinsics) is not null) return new CameraIntrinsics(width, height, 1, 1, 0, 0);
        var path = Path.Combine(Folder, "intrinsic", $"intrinsic_{name}.txt");
        var camera = MatrixFile.ReadIntrinsics(path, width, height);
        ImageFiles.CheckPrincipalPoint(kind, camera, $"'{path}'");
        CheckSummary(name, kind, camera);
        return camera;
    }

    /// <summary>NAME.txt says how large the images were when the intrinsics were measured.</summary>
    private void CheckSummary(string name, string kind, CameraIntrinsics camera)
    {
        var summary = ScanNetSummary.TryRead(Folder);
        if (summary is null) return;
        var sameCamera = Math.Abs(summary.Number($"fx_{name}") - camera.Fx) < 1e-3 * camera.Fx;
        var (width, height) = (summary.Number($"{name}Width"), summary.Number($"{name}Height"));
        if (sameCamera && width > 0 && height > 0 && (width != camera.Width || height != camera.Height))
            throw new InputException($"The {kind} images are {camera.Width} x {camera.Height}, '{summary.Path}' says {width} x {height}, and the intrinsics are those of that size.");
    }

    /// <summary>ScanNet's extrinsics map a camera's points into the sensor's frame; both are the identity in the released scans.</summary>
    private RigidTransform ReadDepthToColor() => ReadExtrinsic("depth").Then(ReadExtrinsic("color").Inverse());

    private RigidTransform ReadExtrinsic(string name)
    {
        var path = Path.Combine(Folder, "intrinsic", $"extrinsic_{name}.txt");
        if (!File.Exists(path)) return RigidTransform.Identity; // exporters leave them out for registered images
        return MatrixFile.TryReadPose(path, out var extrinsic) is null ? extrinsic
            : throw new InputException($"'{path}' is no rigid motion, expected a 4 x 4 matrix of a rotation and a translation.");
    }
}
