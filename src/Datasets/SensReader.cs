using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// ScanNet's .sens file, version 4, read as a stream: one frame in memory at a time. Colour raw, PNG or JPEG; depth raw or zlib. Of a file
/// that is cut off, the frames before the cut are read, then an <see cref="InputException"/> says where it ends. Label images in a folder
/// beside the file (label-filt/, as ScanNet's archive of that name unpacks) become the frames' labels.
/// </summary>
public sealed class SensReader : IFrameSource
{
    private const int MaxInflation = 1032; // of zlib

    private readonly SourceOptions _options;
    private readonly FrameAssembler _assembler;
    private readonly LabelIds _labelIds;
    private readonly SensHeader _header;
    private readonly long _firstFrame;

    /// <summary>Reads the file's header.</summary>
    public SensReader(string path, SourceOptions? options = null)
    {
        FilePath = path;
        _options = options ?? new SourceOptions();
        using var file = OpenFile();
        using var reader = new BinaryReader(file);
        _header = SensHeader.Read(path, reader);
        _firstFrame = file.Position;
        _labelIds = LabelIds.Of(Folder, _options);
        _assembler = new FrameAssembler(_header.Color, _header.Depth, DepthToColor(), DepthTable.Linear(_header.DepthShift), _options);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The sensor's name as recorded.</summary>
    public string SensorName => _header.SensorName;

    /// <inheritdoc/>
    public string Description => $".sens file '{FilePath}'";

    /// <inheritdoc/>
    public int? FrameCount => (int)Math.Min(_header.FrameCount, int.MaxValue);

    /// <inheritdoc/>
    public bool HasLabels => Directory.Exists(LabelFolder) && Directory.EnumerateFiles(LabelFolder, "*.png").Any();

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(FilePath))!;

    private string LabelFolder => Path.Combine(Folder, _options.LabelFolder);

    /// <summary>True for a file that begins as .sens files do, or is named like one.</summary>
    internal static bool Recognises(string path)
    {
        if (Path.GetExtension(path).Equals(".sens", StringComparison.OrdinalIgnoreCase)) return true;
        Span<byte> head = stackalloc byte[12];
        using var file = File.OpenRead(path);
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return false;
        return BinaryPrimitives.ReadUInt32LittleEndian(head) == SensHeader.Version && BinaryPrimitives.ReadUInt64LittleEndian(head[4..]) <= 256;
    }

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        using var file = OpenFile();
        using var reader = new BinaryReader(file);
        file.Position = _firstFrame;
        for (var number = 0; number < _header.FrameCount; number++)
        {
            if (cancellation.IsCancellationRequested) yield break;
            if (!TryReadHead(file, reader, number, wanted, out var pose, out var stamp, out var colorBytes, out var depthBytes)) yield break;
            var end = file.Position + colorBytes + depthBytes;
            if (wanted is null || wanted(number)) yield return ReadFrame(reader, number, pose, stamp, colorBytes, depthBytes);
            file.Position = end;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    /// <summary>False where the file is cut off and no later frame is wanted either.</summary>
    private bool TryReadHead(FileStream file, BinaryReader reader, int number, Predicate<int>? wanted, out double[] pose, out long stamp,
        out int colorBytes, out int depthBytes)
    {
        var start = file.Position;
        (pose, stamp, colorBytes, depthBytes) = ([], 0, 0, 0);
        ulong color = 0, depth = 0;
        var needed = (ulong)SensHeader.FrameHeadBytes;
        var left = (ulong)(file.Length - start);
        if (left >= needed)
        {
            pose = SensHeader.ReadMatrix(reader);
            var (colorStamp, depthStamp) = (reader.ReadUInt64(), reader.ReadUInt64()); // microseconds
            stamp = Stamp(number, colorStamp, depthStamp);
            (color, depth) = (reader.ReadUInt64(), reader.ReadUInt64());
            needed = color > int.MaxValue || depth > int.MaxValue ? ulong.MaxValue : needed + color + depth;
        }
        (colorBytes, depthBytes) = ((int)color, (int)depth);
        if (left >= needed) return true;
        for (long later = number; later < _header.FrameCount; later++)
        {
            if (wanted is not null && !wanted((int)later)) continue;
            var size = needed == ulong.MaxValue ? "an impossible number of" : $"{needed}";
            throw new InputException($"'{FilePath}' is cut off: frame {number} of {_header.FrameCount} begins at byte {start} and has {size} bytes, "
                + $"the file ends at byte {file.Length}.");
        }
        return false;
    }

    private long Stamp(int number, ulong color, ulong depth) =>
        depth > 0 ? (long)depth * 1000 : color > 0 ? (long)color * 1000 : (long)(number / _options.FramesPerSecond * 1e9);

    private FrameReading ReadFrame(BinaryReader reader, int number, double[] matrix, long stamp, int colorBytes, int depthBytes)
    {
        if (!RigidTransform.TryFromMatrix(matrix, out var pose, out var reason)) return FrameReading.Drop(number, reason);
        var file = reader.ReadBytes(colorBytes);
        var color = DecodeColor(file);
        var depth = DecodeDepth(reader.ReadBytes(depthBytes));
        return _assembler.Assemble(number, new RawFrame(stamp, pose, color, depth, _labelIds.TryRead(LabelFile(number)), ColorFile: _header.ColorCoding == SensColor.Raw ? null : file));
    }

    private string? LabelFile(int number)
    {
        var path = Path.Combine(LabelFolder, $"{number}.png");
        return File.Exists(path) ? path : null;
    }

    private ColorImage? DecodeColor(byte[] bytes)
    {
        if (_header.ColorCoding != SensColor.Raw) return ImageCodec.DecodeColor(bytes);
        var (width, height) = (_header.Color.Width, _header.Color.Height);
        return bytes.Length == width * height * 3 ? new ColorImage(width, height, bytes) : null; // RGB
    }

    private Image16? DecodeDepth(byte[] bytes)
    {
        if ((long)_header.Depth.Width * _header.Depth.Height * sizeof(ushort) > (long)bytes.Length * MaxInflation) return null; // before memory is asked for
        var pixels = new ushort[_header.Depth.Width * _header.Depth.Height];
        var raw = MemoryMarshal.AsBytes(pixels.AsSpan());
        if (_header.DepthCoding == SensDepth.Zlib ? !TryInflate(bytes, raw) : bytes.Length != raw.Length) return null;
        if (_header.DepthCoding == SensDepth.Raw) bytes.CopyTo(raw);
        return new Image16(_header.Depth.Width, _header.Depth.Height, pixels);
    }

    /// <summary>True when the data is whole and fills the image exactly.</summary>
    private static bool TryInflate(byte[] bytes, Span<byte> raw)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
            return zlib.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false) == raw.Length && zlib.ReadByte() < 0;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException) // the latter has codes of zlib that are not expected
        {
            return false; // the frame is dropped as unreadable
        }
    }

    private RigidTransform DepthToColor()
    {
        if (_options.DepthToColor is { } given) return given;
        return RigidTransform.TryFromMatrix(_header.DepthExtrinsic, out var depth, out _) && RigidTransform.TryFromMatrix(_header.ColorExtrinsic, out var color, out _)
            ? depth.Then(color.Inverse()) // a camera's extrinsic maps its points into the sensor's frame
            : throw new InputException($"'{FilePath}' has extrinsics that are no rigid motions, expected 4 x 4 matrices of a rotation and a translation.");
    }

    private FileStream OpenFile()
    {
        try
        {
            return new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{FilePath}' cannot be opened: {e.Message}", e);
        }
    }
}
