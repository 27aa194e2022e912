using System.IO.Compression;
using System.Runtime.InteropServices;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Writes ScanNet's .sens file, version 4, frame by frame: colour as JPEG, depth in millimetres with zlib, no IMU data.</summary>
public sealed class SensWriter : IDisposable
{
    private const float MillimetresPerMetre = 1000;

    private readonly BinaryWriter _writer;
    private readonly string _path;
    private readonly int _jpegQuality;
    private SensHeader _header;

    /// <summary>Begins the file; it gets its name when it is complete.</summary>
    public SensWriter(string path, CameraIntrinsics color, CameraIntrinsics depth, RigidTransform depthToColor, string sensorName = "AlsterNode",
        int jpegQuality = 95)
    {
        (_path, _jpegQuality) = (path, jpegQuality);
        _header = new SensHeader
        {
            SensorName = sensorName,
            Color = color,
            Depth = depth,
            ColorExtrinsic = depthToColor.Inverse().ToMatrix(),
            DepthExtrinsic = RigidTransform.Identity.ToMatrix(),
            ColorCoding = SensColor.Jpeg,
            DepthCoding = SensDepth.Zlib,
            DepthShift = MillimetresPerMetre,
            FrameCount = 0,
        };
        _writer = new BinaryWriter(new FileStream(PartPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16));
        _header.Write(_writer);
    }

    private string PartPath => _path + ".part";

    /// <summary>Appends a frame of the cameras given to the constructor.</summary>
    public void Write(RgbdFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        WriteHeadAndImages(frame.CameraToWorld.ToMatrix(), frame.Stamp, frame.Color, frame.Depth);
    }

    /// <summary>Appends a frame whose pose is lost: ScanNet marks it with -inf in all 16 values.</summary>
    public void WriteLost(long stamp, ColorImage color, DepthImage depth) =>
        WriteHeadAndImages([.. Enumerable.Repeat(double.NegativeInfinity, 16)], stamp, color, depth);

    /// <summary>Writes the frame count and gives the file its name.</summary>
    public void Dispose()
    {
        _writer.Write(0ul); // IMU frames
        _writer.Seek(0, SeekOrigin.Begin);
        _header.Write(_writer);
        _writer.Dispose();
        File.Move(PartPath, _path, overwrite: true);
    }

    private void WriteHeadAndImages(double[] cameraToWorld, long stamp, ColorImage color, DepthImage depth)
    {
        CheckSize("Colour", color.Width, color.Height, _header.Color);
        CheckSize("Depth", depth.Width, depth.Height, _header.Depth);
        var colorBytes = ImageCodec.EncodeJpeg(color, _jpegQuality);
        var depthBytes = Deflate(depth.ToUnits(MillimetresPerMetre));
        SensHeader.WriteMatrix(_writer, cameraToWorld);
        var microseconds = (ulong)(stamp / 1000);
        _writer.Write(microseconds);
        _writer.Write(microseconds);
        _writer.Write((ulong)colorBytes.Length);
        _writer.Write((ulong)depthBytes.Length);
        _writer.Write(colorBytes);
        _writer.Write(depthBytes);
        _header = _header with { FrameCount = _header.FrameCount + 1 };
    }

    private static byte[] Deflate(ushort[] pixels)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
        return bytes.ToArray();
    }

    private static void CheckSize(string kind, int width, int height, CameraIntrinsics camera)
    {
        if (width != camera.Width || height != camera.Height)
            throw new ArgumentException($"{kind} is {width} x {height}, expected {camera.Width} x {camera.Height}.");
    }
}
