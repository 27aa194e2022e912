using System.Globalization;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>How <see cref="ScanNetWriter"/> writes.</summary>
public sealed class ScanNetWriterOptions
{
    /// <summary>Colour as PNG (exact, large) in place of JPEG.</summary>
    public bool ColorAsPng { get; init; }

    /// <summary>JPEG quality, 0 to 100; ScanNet's own images look like 95.</summary>
    public int JpegQuality { get; init; } = 95;

    /// <summary>The space of <see cref="RgbdFrame.Labels"/>.</summary>
    public LabelSpace LabelSpace { get; init; } = LabelSpace.ScanNet20;

    /// <summary>The sceneType of the scene's text file.</summary>
    public string SceneType { get; init; } = "unknown";
}

/// <summary>
/// Writes ScanNet's exported layout: color/N.jpg, depth/N.png (16 bit, mm), pose/N.txt (camera to world), intrinsic/, label-filt/N.png (16
/// bit, NYU40 ids), instance-filt/N.png, NAME.txt. Every file appears whole (written beside, then renamed), a frame's pose last.
/// </summary>
public sealed class ScanNetWriter : IDisposable
{
    private readonly CameraIntrinsics _color;
    private readonly CameraIntrinsics _depth;
    private readonly ScanNetWriterOptions _options;
    private readonly ushort[] _toNyu40 = new ushort[256];
    private bool _extrinsicsWritten;

    /// <summary>Creates the folder with its intrinsics; frames that are there already are overwritten one by one.</summary>
    public ScanNetWriter(string folder, CameraIntrinsics color, CameraIntrinsics depth, ScanNetWriterOptions? options = null)
    {
        Folder = Path.GetFullPath(folder);
        (_color, _depth, _options) = (color, depth, options ?? new ScanNetWriterOptions());
        for (var id = 0; id < _toNyu40.Length; id++) _toNyu40[id] = (ushort)_options.LabelSpace.ToNyu40((byte)id);
        WriteText("intrinsic", "intrinsic_color.txt", MatrixFile.Format(Matrix(color), 4));
        WriteText("intrinsic", "intrinsic_depth.txt", MatrixFile.Format(Matrix(depth), 4));
    }

    /// <summary>The scene's folder.</summary>
    public string Folder { get; }

    /// <summary>Frames written so far.</summary>
    public int FramesWritten { get; private set; }

    /// <summary>Writes one frame.</summary>
    /// <param name="number">The number in the file names.</param>
    /// <param name="frame">Of the cameras given to the constructor; its labels are written when <paramref name="labelsNyu40"/> is empty.</param>
    /// <param name="labelsNyu40">NYU40 ids on the colour image's pixels, [Hc, Wc]; 0 is unlabelled.</param>
    /// <param name="instances">Instance ids on the colour image's pixels, [Hc, Wc].</param>
    public void Write(int number, RgbdFrame frame, ReadOnlySpan<ushort> labelsNyu40 = default, ReadOnlySpan<ushort> instances = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var color = frame.Color;
        if (color.Width != _color.Width || color.Height != _color.Height)
            throw new ArgumentException($"Colour of frame {number} is {color.Width} x {color.Height}, expected {_color.Width} x {_color.Height}.");
        if (!_extrinsicsWritten) WriteExtrinsics(frame.DepthToColor);
        WriteFile("color", $"{number}.{(_options.ColorAsPng ? "png" : "jpg")}",
            _options.ColorAsPng ? ImageCodec.EncodePng(color) : ImageCodec.EncodeJpeg(color, _options.JpegQuality));
        WriteDepth("depth", number, frame.Depth);
        if (!labelsNyu40.IsEmpty) WriteImage16("label-filt", number, color.Width, color.Height, labelsNyu40);
        else if (frame.Labels is { } labels) WriteImage16("label-filt", number, labels.Width, labels.Height, ToNyu40(labels.Labels));
        if (!instances.IsEmpty) WriteImage16("instance-filt", number, color.Width, color.Height, instances);
        WritePose("pose", number, frame.CameraToWorld);
        FramesWritten++;
    }

    /// <summary>Writes a depth image in mm; no measurement becomes 0, as does what 16 bits cannot hold.</summary>
    /// <param name="subfolder">"depth", "depth_noisy", ...</param>
    /// <param name="number">The number in the file name.</param>
    /// <param name="depth">[m].</param>
    public void WriteDepth(string subfolder, int number, DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        if (depth.Width != _depth.Width || depth.Height != _depth.Height)
            throw new ArgumentException($"Depth of frame {number} is {depth.Width} x {depth.Height}, expected {_depth.Width} x {_depth.Height}.");
        WriteImage16(subfolder, number, depth.Width, depth.Height, depth.ToUnits(1000));
    }

    /// <summary>Writes a 16-bit image.</summary>
    public void WriteImage16(string subfolder, int number, int width, int height, ReadOnlySpan<ushort> ids) =>
        WriteFile(subfolder, $"{number}.png", ImageCodec.EncodePng16(width, height, ids));

    /// <summary>Writes a pose.</summary>
    /// <param name="subfolder">"pose", "pose_noisy", ...</param>
    /// <param name="number">The number in the file name.</param>
    /// <param name="cameraToWorld">Of the depth camera.</param>
    public void WritePose(string subfolder, int number, RigidTransform cameraToWorld) =>
        WriteText(subfolder, $"{number}.txt", MatrixFile.Format(cameraToWorld.ToMatrix(), 4));

    /// <summary>Writes NAME.txt, the scene's summary.</summary>
    public void Dispose()
    {
        if (!_extrinsicsWritten) WriteExtrinsics(RigidTransform.Identity);
        string N(double value) => value.ToString("F6", CultureInfo.InvariantCulture);
        var lines = new[]
        {
            $"colorHeight = {_color.Height}", $"colorWidth = {_color.Width}",
            $"depthHeight = {_depth.Height}", $"depthWidth = {_depth.Width}",
            $"fx_color = {N(_color.Fx)}", $"fx_depth = {N(_depth.Fx)}", $"fy_color = {N(_color.Fy)}", $"fy_depth = {N(_depth.Fy)}",
            $"mx_color = {N(_color.Cx)}", $"mx_depth = {N(_depth.Cx)}", $"my_color = {N(_color.Cy)}", $"my_depth = {N(_depth.Cy)}",
            $"numColorFrames = {FramesWritten}", $"numDepthFrames = {FramesWritten}", "numIMUmeasurements = 0",
            $"sceneType = {_options.SceneType}",
        };
        WriteText("", $"{Path.GetFileName(Folder)}.txt", string.Join('\n', lines) + "\n");
    }

    /// <summary>ScanNet's extrinsics map a camera's points into the sensor's frame, which is the depth camera's here.</summary>
    private void WriteExtrinsics(RigidTransform depthToColor)
    {
        WriteText("intrinsic", "extrinsic_color.txt", MatrixFile.Format(depthToColor.Inverse().ToMatrix(), 4));
        WriteText("intrinsic", "extrinsic_depth.txt", MatrixFile.Format(RigidTransform.Identity.ToMatrix(), 4));
        _extrinsicsWritten = true;
    }

    private ushort[] ToNyu40(byte[] labels) => Array.ConvertAll(labels, id => _toNyu40[id]);

    private static double[] Matrix(CameraIntrinsics k) => [k.Fx, 0, k.Cx, 0, 0, k.Fy, k.Cy, 0, 0, 0, 1, 0, 0, 0, 0, 1];

    private void WriteText(string subfolder, string name, string text) => WriteFile(subfolder, name, Encoding.ASCII.GetBytes(text));

    private void WriteFile(string subfolder, string name, byte[] bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, subfolder)).FullName;
        var whole = Path.Combine(folder, name);
        var part = whole + ".part";
        File.WriteAllBytes(part, bytes);
        File.Move(part, whole, overwrite: true);
    }
}
