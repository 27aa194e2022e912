using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>How a .sens file keeps colour.</summary>
internal enum SensColor
{
    Raw = 0,
    Png = 1,
    Jpeg = 2,
}

/// <summary>How a .sens file keeps depth.</summary>
internal enum SensDepth
{
    Raw = 0,
    Zlib = 1,
    Occi = 2,
}

/// <summary>The head of a .sens file, version 4: little endian, packed.</summary>
internal sealed record SensHeader
{
    public const uint Version = 4;

    /// <summary>Bytes of a frame before its images: pose, two stamps, two sizes.</summary>
    public const int FrameHeadBytes = (16 * 4) + (4 * 8);

    private const int MaxNameBytes = 4096;
    private const long MaxFrames = 1 << 24; // six days at 30 Hz

    public required string SensorName { get; init; }

    public required CameraIntrinsics Color { get; init; }

    public required CameraIntrinsics Depth { get; init; }

    /// <summary>4 x 4, row-major; a camera's points into the sensor's frame.</summary>
    public required double[] ColorExtrinsic { get; init; }

    /// <inheritdoc cref="ColorExtrinsic"/>
    public required double[] DepthExtrinsic { get; init; }

    public required SensColor ColorCoding { get; init; }

    public required SensDepth DepthCoding { get; init; }

    /// <summary>Depth image values per metre.</summary>
    public required float DepthShift { get; init; }

    public required long FrameCount { get; init; }

    /// <summary>Reads the head; throws <see cref="InputException"/> for anything else than version 4 in codings we know.</summary>
    public static SensHeader Read(string path, BinaryReader reader)
    {
        try
        {
            var version = reader.ReadUInt32();
            if (version != Version) throw new InputException($"'{path}' has .sens version {version}, expected {Version}.");
            var nameBytes = reader.ReadUInt64();
            if (nameBytes > MaxNameBytes) throw new InputException($"'{path}' has a sensor name of {nameBytes} bytes, expected a .sens file.");
            var name = Encoding.UTF8.GetString(reader.ReadBytes((int)nameBytes));
            var (colorK, colorE, depthK, depthE) = (ReadMatrix(reader), ReadMatrix(reader), ReadMatrix(reader), ReadMatrix(reader));
            var (colorCoding, depthCoding) = (reader.ReadInt32(), reader.ReadInt32());
            var (colorWidth, colorHeight) = (reader.ReadUInt32(), reader.ReadUInt32());
            var (depthWidth, depthHeight) = (reader.ReadUInt32(), reader.ReadUInt32());
            return new SensHeader
            {
                SensorName = name,
                Color = Camera(path, "colour", colorK, colorWidth, colorHeight),
                Depth = Camera(path, "depth", depthK, depthWidth, depthHeight),
                ColorExtrinsic = colorE,
                DepthExtrinsic = depthE,
                ColorCoding = ParseColor(path, colorCoding),
                DepthCoding = ParseDepth(path, depthCoding),
                DepthShift = reader.ReadSingle(),
                FrameCount = ParseFrameCount(path, reader.ReadUInt64()),
            };
        }
        catch (EndOfStreamException)
        {
            throw new InputException($"'{path}' ends at byte {reader.BaseStream.Length} within the header of a .sens file.");
        }
    }

    public void Write(BinaryWriter writer)
    {
        var name = Encoding.UTF8.GetBytes(SensorName);
        writer.Write(Version);
        writer.Write((ulong)name.Length);
        writer.Write(name);
        WriteMatrix(writer, Matrix(Color));
        WriteMatrix(writer, ColorExtrinsic);
        WriteMatrix(writer, Matrix(Depth));
        WriteMatrix(writer, DepthExtrinsic);
        writer.Write((int)ColorCoding);
        writer.Write((int)DepthCoding);
        foreach (var size in new[] { Color.Width, Color.Height, Depth.Width, Depth.Height }) writer.Write((uint)size);
        writer.Write(DepthShift);
        writer.Write((ulong)FrameCount);
    }

    public static double[] ReadMatrix(BinaryReader reader)
    {
        var matrix = new double[16];
        for (var i = 0; i < matrix.Length; i++) matrix[i] = reader.ReadSingle();
        return matrix;
    }

    public static void WriteMatrix(BinaryWriter writer, double[] matrix)
    {
        foreach (var value in matrix) writer.Write((float)value);
    }

    private static double[] Matrix(CameraIntrinsics k) => [k.Fx, 0, k.Cx, 0, 0, k.Fy, k.Cy, 0, 0, 0, 1, 0, 0, 0, 0, 1];

    private static CameraIntrinsics Camera(string path, string kind, double[] k, uint width, uint height)
    {
        if (width is 0 or > 16384 || height is 0 or > 16384)
            throw new InputException($"'{path}' has {kind} images of {width} x {height}, expected 1 to 16384 pixels a side.");
        if (!(k[0] > 0 && k[5] > 0))
            throw new InputException($"'{path}' has {kind} focal lengths {k[0]} and {k[5]}, expected positive numbers of pixels.");
        return new CameraIntrinsics((int)width, (int)height, k[0], k[5], k[2], k[6]);
    }

    private static long ParseFrameCount(string path, ulong count) => count <= MaxFrames ? (long)count
        : throw new InputException($"'{path}' has {count} frames, expected {MaxFrames} at most.");

    private static SensColor ParseColor(string path, int coding) => coding is >= 0 and <= 2 ? (SensColor)coding
        : throw new InputException($"'{path}' has colour coding {coding}, expected 0 (raw), 1 (PNG) or 2 (JPEG).");

    private static SensDepth ParseDepth(string path, int coding) => coding switch
    {
        0 or 1 => (SensDepth)coding,
        2 => throw new InputException($"'{path}' has its depth coded with OCCI (Occipital's proprietary coder), expected raw or zlib."),
        _ => throw new InputException($"'{path}' has depth coding {coding}, expected 0 (raw) or 1 (zlib)."),
    };
}
