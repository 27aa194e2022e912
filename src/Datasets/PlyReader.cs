using System.Globalization;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Reads the vertices, colours, labels and faces of a PLY file: ASCII, binary little endian or big endian.</summary>
internal static class PlyReader
{
    private sealed record Property(string Name, PlyType Type, PlyType? CountType);

    private sealed record Element(string Name, int Count, List<Property> Properties);

    /// <summary>Reads a file; throws <see cref="InputException"/> with the place where it stops being a PLY file.</summary>
    public static LabelMesh Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist; expected a PLY file.");
        var bytes = File.ReadAllBytes(path);
        var (format, elements, bodyStart) = ReadHeader(path, bytes);
        IPlyBody body = format switch
        {
            "ascii" => new PlyText(bytes, bodyStart),
            "binary_little_endian" => new PlyBinary(bytes, bodyStart, bigEndian: false),
            "binary_big_endian" => new PlyBinary(bytes, bodyStart, bigEndian: true),
            _ => throw new InputException($"'{path}' has PLY format '{format}', expected ascii, binary_little_endian or binary_big_endian."),
        };
        var vertex = elements.Find(e => e.Name == "vertex");
        if (vertex is null || vertex.Properties.Count(p => p.Name is "x" or "y" or "z") != 3)
            throw new InputException($"'{path}' has no vertices with x, y and z.");
        if (vertex.Count > bytes.Length) throw new InputException($"'{path}' announces {vertex.Count} vertices in {bytes.Length} bytes.");
        var mesh = new LabelMesh
        {
            Vertices = new float[3 * vertex.Count],
            Colors = vertex.Properties.Exists(p => p.Name == "red") ? new byte[3 * vertex.Count] : [],
            LabelsNyu40 = vertex.Properties.Exists(p => p.Name == "label") ? new ushort[vertex.Count] : [],
        };
        var faces = new List<int>();
        foreach (var element in elements) ReadElement(path, body, element, mesh, faces);
        return new LabelMesh { Vertices = mesh.Vertices, Colors = mesh.Colors, LabelsNyu40 = mesh.LabelsNyu40, Faces = [.. faces] };
    }

    private static (string Format, List<Element> Elements, int BodyStart) ReadHeader(string path, byte[] bytes)
    {
        var elements = new List<Element>();
        var format = "";
        var at = 0;
        for (var number = 1; ; number++)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end < 0 || end - at > 4096) throw new InputException($"'{path}' has no end_header in line {number}; expected a PLY file.");
            var words = Encoding.ASCII.GetString(bytes, at, end - at).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            at = end + 1;
            switch (words)
            {
                case ["ply"] when number == 1: break;
                case var _ when number == 1: throw new InputException($"'{path}' does not begin with 'ply'; expected a PLY file.");
                case ["format", var name, ..]: format = name; break;
                case ["element", var name, var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var n) && n >= 0:
                    elements.Add(new Element(name, n, []));
                    break;
                case ["property", "list", var countType, var type, var name] when elements.Count > 0:
                    elements[^1].Properties.Add(new Property(name, PlyTypes.Parse(path, type), PlyTypes.Parse(path, countType)));
                    break;
                case ["property", var type, var name] when elements.Count > 0:
                    elements[^1].Properties.Add(new Property(name, PlyTypes.Parse(path, type), null));
                    break;
                case [] or ["comment", ..] or ["obj_info", ..]: break;
                case ["end_header"]: return (format, elements, at);
                default: throw new InputException($"'{path}' line {number} is '{string.Join(' ', words)}', expected a PLY header line.");
            }
        }
    }

    private static void ReadElement(string path, IPlyBody body, Element element, LabelMesh mesh, List<int> faces)
    {
        var isVertex = element.Name == "vertex";
        var corners = new List<int>();
        for (var row = 0; row < element.Count; row++)
        {
            try
            {
                foreach (var property in element.Properties)
                {
                    if (property.CountType is { } countType)
                    {
                        var isFace = element.Name == "face" && property.Name is "vertex_indices" or "vertex_index";
                        corners.Clear();
                        for (var left = (int)body.Next(countType); left > 0; left--) corners.Add((int)body.Next(property.Type));
                        if (isFace) AddFan(path, corners, mesh.VertexCount, row, faces);
                        continue;
                    }
                    var value = body.Next(property.Type);
                    if (isVertex) SetVertex(path, mesh, row, property.Name, value);
                }
            }
            catch (EndOfStreamException)
            {
                throw new InputException($"'{path}' ends in {element.Name} {row}, expected {element.Count}.");
            }
            catch (FormatException e)
            {
                throw new InputException($"'{path}' {element.Name} {row} has '{e.Message}', expected a number.");
            }
        }
    }

    private static void SetVertex(string path, LabelMesh mesh, int row, string name, double value)
    {
        switch (name)
        {
            case "x": mesh.Vertices[3 * row] = (float)value; break;
            case "y": mesh.Vertices[(3 * row) + 1] = (float)value; break;
            case "z": mesh.Vertices[(3 * row) + 2] = (float)value; break;
            case "red": mesh.Colors[3 * row] = (byte)value; break;
            case "green" when mesh.Colors.Length > 0: mesh.Colors[(3 * row) + 1] = (byte)value; break;
            case "blue" when mesh.Colors.Length > 0: mesh.Colors[(3 * row) + 2] = (byte)value; break;
            case "label" when value is >= 0 and <= ushort.MaxValue: mesh.LabelsNyu40[row] = (ushort)value; break;
            case "label": throw new InputException($"'{path}' vertex {row} has label {value}, expected 0 to 65535.");
            default: break; // alpha, normals, quality: not ours
        }
    }

    private static void AddFan(string path, List<int> corners, int vertexCount, int row, List<int> faces)
    {
        foreach (var corner in corners)
        {
            if ((uint)corner >= (uint)vertexCount) throw new InputException($"'{path}' face {row} names vertex {corner}, the file has {vertexCount}.");
        }
        for (var i = 2; i < corners.Count; i++) faces.AddRange([corners[0], corners[i - 1], corners[i]]);
    }
}
