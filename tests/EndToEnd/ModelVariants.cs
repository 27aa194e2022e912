using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>Damaged and changed copies of the shipped model, made on the level of the file format.</summary>
internal static class ModelVariants
{
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "models", "mobile.safetensors");

    public static string WithoutTensor(string path, string name)
    {
        var bytes = File.ReadAllBytes(Shipped);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, length))!.AsObject();
        Assert.True(header.Remove(name), $"{name} is not in the shipped model");
        var text = Encoding.UTF8.GetBytes(header.ToJsonString().PadRight(length)); // the data keeps its place
        text.CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static string WithOtherWeights(string path)
    {
        var bytes = File.ReadAllBytes(Shipped);
        bytes[^2] ^= 1; // the last value, by one bit
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
