using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AlsterNode.Core;

namespace AlsterNode.Pipeline;

/// <summary>One named array of a safetensors file: <c>F16</c> or <c>F32</c>, row-major, little-endian.</summary>
public sealed record StoredTensor(string Name, string Type, long[] Shape, byte[] Data)
{
    /// <summary>The values in single precision.</summary>
    public float[] ToFloats()
    {
        var values = new float[Shape.Aggregate(1L, (count, size) => count * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Type == "F16"
                ? (float)BinaryPrimitives.ReadHalfLittleEndian(Data.AsSpan(i * 2))
                : BinaryPrimitives.ReadSingleLittleEndian(Data.AsSpan(i * 4));
        }
        return values;
    }

    /// <summary>Stores values in half precision when <paramref name="half"/>, else in single precision.</summary>
    public static StoredTensor FromFloats(string name, long[] shape, ReadOnlySpan<float> values, bool half)
    {
        var data = new byte[values.Length * (half ? 2 : 4)];
        for (var i = 0; i < values.Length; i++)
        {
            if (half) BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(i * 2), (Half)values[i]);
            else BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * 4), values[i]);
        }
        return new StoredTensor(name, half ? "F16" : "F32", shape, data);
    }
}

/// <summary>
/// Reads and writes the safetensors format: u64 header length, a JSON header {name: {dtype, shape, data_offsets}, __metadata__}, then the
/// data. Weights travel to and from PyTorch in it.
/// </summary>
public static class SafeTensors
{
    private const int LongestHeader = 16 << 20;

    public static void Write(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        var next = path + ".tmp";
        using (var file = File.Create(next))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header.GetBuffer().AsSpan(0, (int)header.Length));
            foreach (var tensor in tensors) file.Write(tensor.Data);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true); // a reader never sees half a file
    }

    public static (IReadOnlyList<StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"Model file '{path}' does not exist.");
        var bytes = File.ReadAllBytes(path);
        var headerLength = bytes.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : -1;
        if (headerLength is < 2 or > LongestHeader || headerLength > bytes.Length - 8)
            throw new InputException($"'{path}' is no safetensors file: its header would be {headerLength} bytes long in a file of {bytes.Length}.");
        try
        {
            using var header = JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, (int)headerLength));
            var tensors = new List<StoredTensor>();
            var metadata = new Dictionary<string, string>();
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    foreach (var item in entry.Value.EnumerateObject()) metadata[item.Name] = item.Value.GetString() ?? "";
                    continue;
                }
                tensors.Add(ReadTensor(path, entry, bytes.AsSpan(8 + (int)headerLength)));
            }
            return (tensors, metadata);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"'{path}' is no safetensors file: {problem.Message}", problem);
        }
    }

    private static StoredTensor ReadTensor(string path, JsonProperty entry, ReadOnlySpan<byte> data)
    {
        var type = entry.Value.GetProperty("dtype").GetString() ?? "";
        var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        var width = type switch { "F16" => 2, "F32" => 4, _ => 0 };
        if (width == 0) throw new InputException($"'{path}': tensor {entry.Name} has type {type}; expected F16 or F32.");
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length)
            throw new InputException($"'{path}' is cut off: tensor {entry.Name} should end at byte {offsets[^1]} of {data.Length} bytes of data.");
        long count = 1;
        foreach (var size in shape) count = checked(count * size);
        if (count < 0 || count * width != offsets[1] - offsets[0])
            throw new InputException($"'{path}': tensor {entry.Name} of shape [{string.Join(", ", shape)}] has {offsets[1] - offsets[0]} bytes, expected {count * width}.");
        return new StoredTensor(entry.Name, type, shape, data[(int)offsets[0]..(int)offsets[1]].ToArray());
    }
}
