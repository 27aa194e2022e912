using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// A triangle mesh with a label per vertex, as ScanNet's <c>*_vh_clean_2.labels.ply</c> (vertex property <c>label</c>, NYU40 ids). Without
/// faces it is a labelled point cloud.
/// </summary>
public sealed class LabelMesh
{
    /// <summary>Positions in the world [m], [N, 3].</summary>
    public required float[] Vertices { get; init; }

    /// <summary>NYU40 ids, [N]; empty when the file has none. 0 is unlabelled.</summary>
    public ushort[] LabelsNyu40 { get; init; } = [];

    /// <summary>RGB, [N, 3]; empty when the file has none.</summary>
    public byte[] Colors { get; init; } = [];

    /// <summary>Vertex numbers, [F, 3].</summary>
    public int[] Faces { get; init; } = [];

    /// <summary>Number of vertices.</summary>
    public int VertexCount => Vertices.Length / 3;

    /// <summary>Number of triangles.</summary>
    public int FaceCount => Faces.Length / 3;

    /// <summary>Position of a vertex in the world [m].</summary>
    public Vector3d Vertex(int index) => new(Vertices[3 * index], Vertices[(3 * index) + 1], Vertices[(3 * index) + 2]);

    /// <summary>The mesh in a world turned so that <paramref name="up"/> becomes +Z, as a recording read with that world up.</summary>
    public LabelMesh Turned(Vector3d up)
    {
        var toUpright = RigidTransform.RotationBetween(up, new Vector3d(0, 0, 1));
        var vertices = new float[Vertices.Length];
        for (var i = 0; i < VertexCount; i++)
        {
            var turned = toUpright.Apply(Vertex(i));
            (vertices[3 * i], vertices[(3 * i) + 1], vertices[(3 * i) + 2]) = ((float)turned.X, (float)turned.Y, (float)turned.Z);
        }
        return new LabelMesh { Vertices = vertices, LabelsNyu40 = LabelsNyu40, Colors = Colors, Faces = Faces };
    }

    /// <summary>Reads an ASCII or binary PLY file; polygons become fans of triangles.</summary>
    public static LabelMesh Read(string path) => PlyReader.Read(path);

    /// <summary>Writes a PLY file; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ascii">Text in place of binary little endian.</param>
    public void Write(string path, bool ascii = false)
    {
        var hasColors = Colors.Length > 0;
        var hasLabels = LabelsNyu40.Length > 0;
        if ((hasColors && Colors.Length != Vertices.Length) || (hasLabels && LabelsNyu40.Length != VertexCount))
            throw new InvalidOperationException($"The mesh has {VertexCount} vertices, {Colors.Length / 3} colours and {LabelsNyu40.Length} labels.");
        var part = path + ".part";
        using (var file = new BufferedStream(File.Create(part), 1 << 16))
        {
            file.Write(Encoding.ASCII.GetBytes(Header(ascii, hasColors, hasLabels)));
            for (var i = 0; i < VertexCount; i++)
            {
                if (ascii) WriteVertexText(file, i, hasColors, hasLabels);
                else WriteVertex(file, i, hasColors, hasLabels);
            }
            for (var i = 0; i < FaceCount; i++)
            {
                if (ascii) file.Write(Encoding.ASCII.GetBytes($"3 {Faces[3 * i]} {Faces[(3 * i) + 1]} {Faces[(3 * i) + 2]}\n"));
                else WriteFace(file, i);
            }
        }
        File.Move(part, path, overwrite: true);
    }

    private string Header(bool ascii, bool hasColors, bool hasLabels) =>
        $"ply\nformat {(ascii ? "ascii" : "binary_little_endian")} 1.0\nelement vertex {VertexCount}\n"
        + "property float x\nproperty float y\nproperty float z\n"
        + (hasColors ? "property uchar red\nproperty uchar green\nproperty uchar blue\nproperty uchar alpha\n" : "")
        + (hasLabels ? "property ushort label\n" : "")
        + (FaceCount > 0 ? $"element face {FaceCount}\nproperty list uchar int vertex_indices\n" : "")
        + "end_header\n";

    private void WriteVertex(Stream file, int i, bool hasColors, bool hasLabels)
    {
        Span<byte> row = stackalloc byte[18];
        for (var axis = 0; axis < 3; axis++) BinaryPrimitives.WriteSingleLittleEndian(row[(4 * axis)..], Vertices[(3 * i) + axis]);
        var length = 12;
        if (hasColors)
        {
            Colors.AsSpan(3 * i, 3).CopyTo(row[length..]);
            row[length + 3] = 255;
            length += 4;
        }
        if (hasLabels)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(row[length..], LabelsNyu40[i]);
            length += 2;
        }
        file.Write(row[..length]);
    }

    private void WriteVertexText(Stream file, int i, bool hasColors, bool hasLabels)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{Vertices[3 * i]:R} {Vertices[(3 * i) + 1]:R} {Vertices[(3 * i) + 2]:R}");
        if (hasColors) line += $" {Colors[3 * i]} {Colors[(3 * i) + 1]} {Colors[(3 * i) + 2]} 255";
        if (hasLabels) line += $" {LabelsNyu40[i]}";
        file.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }

    private void WriteFace(Stream file, int i)
    {
        Span<byte> row = stackalloc byte[13];
        row[0] = 3;
        for (var corner = 0; corner < 3; corner++) BinaryPrimitives.WriteInt32LittleEndian(row[(1 + (4 * corner))..], Faces[(3 * i) + corner]);
        file.Write(row);
    }
}
