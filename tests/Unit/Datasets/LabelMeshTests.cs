using System.Buffers.Binary;
using System.Text;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class LabelMeshTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["mesh.ply"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMeshSurvivesWritingAndReading(bool ascii)
    {
        var random = new Random(0);
        var mesh = new LabelMesh
        {
            Vertices = [.. Enumerable.Range(0, 300).Select(_ => (float)(random.NextDouble() - 0.5) * 7)],
            Colors = [.. Enumerable.Range(0, 300).Select(i => (byte)i)],
            LabelsNyu40 = [.. Enumerable.Range(0, 100).Select(i => (ushort)(i * 600))],
            Faces = [0, 1, 2, 97, 98, 99],
        };

        mesh.Write(FilePath, ascii);
        var read = LabelMesh.Read(FilePath);

        Assert.Equal(mesh.Vertices, read.Vertices);
        Assert.Equal(mesh.Colors, read.Colors);
        Assert.Equal(mesh.LabelsNyu40, read.LabelsNyu40);
        Assert.Equal(mesh.Faces, read.Faces);
        Assert.Equal((100, 2), (read.VertexCount, read.FaceCount));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void ALabelledPointCloudNeedsNeitherColoursNorFaces()
    {
        new LabelMesh { Vertices = [1, 2, 3], LabelsNyu40 = [39] }.Write(FilePath);

        var read = LabelMesh.Read(FilePath);

        Assert.Equal((new Vector3d(1, 2, 3), 39), (read.Vertex(0), read.LabelsNyu40[0]));
        Assert.Empty(read.Colors);
        Assert.Empty(read.Faces);
    }

    [Fact]
    public void BigEndianFilesWithOddPropertiesAreRead()
    {
        var header = "ply\r\nformat binary_big_endian 1.0\r\ncomment by hand\r\nelement camera 1\r\nproperty double f\r\nelement vertex 1\r\n"
            + "property int label\r\nproperty double z\r\nproperty float y\r\nproperty short x\r\nend_header\n";
        var body = new byte[8 + 4 + 8 + 4 + 2];
        BinaryPrimitives.WriteDoubleBigEndian(body, 577.5);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(8), 12);
        BinaryPrimitives.WriteDoubleBigEndian(body.AsSpan(12), 3.5);
        BinaryPrimitives.WriteSingleBigEndian(body.AsSpan(20), -2.25f);
        BinaryPrimitives.WriteInt16BigEndian(body.AsSpan(24), -1);
        File.WriteAllBytes(FilePath, [.. Encoding.ASCII.GetBytes(header), .. body]);

        var read = LabelMesh.Read(FilePath);

        Assert.Equal([-1, -2.25f, 3.5f], read.Vertices);
        Assert.Equal([12], read.LabelsNyu40);
    }

    [Fact]
    public void PolygonsBecomeFans()
    {
        File.WriteAllText(FilePath, Ascii("element vertex 5\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_index\n",
            "0 0 0 1 0 0 1 1 0 0 1 0 0 0 1\n5 0 1 2 3 4\n"));

        Assert.Equal([0, 1, 2, 0, 2, 3, 0, 3, 4], LabelMesh.Read(FilePath).Faces);
    }

    [Theory]
    [InlineData("", "does not begin with 'ply'")]
    [InlineData("element vertex 2\nproperty float x\nproperty float y\n", "no vertices with x, y and z")]
    [InlineData("element vertex 2\nproperty float x\nproperty float y\nproperty float z\n", "ends in vertex 1, expected 2")]
    [InlineData("element vertex 2000000000\nproperty float x\nproperty float y\nproperty float z\n", "announces 2000000000 vertices")]
    [InlineData("element vertex 1\nproperty quaternion x\n", "type 'quaternion'")]
    [InlineData("element vertex 1\nproperty float x\nproperty float y\nproperty float z\nproperty int label\n", "label -1")]
    [InlineData("element vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list char int vertex_indices\n", "face 0 names vertex 1", "1 2 3 3 0 1 0")]
    [InlineData("property float x\n", "line 3")]
    public void OddFilesAreRefusedWithThePlace(string header, string message, string body = "1 2 3 -1")
    {
        File.WriteAllText(FilePath, header.Length == 0 ? "solid cube\n" : Ascii(header, body));

        var error = Assert.Throws<InputException>(() => LabelMesh.Read(FilePath));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WordsAmongTheNumbersAreRefused()
    {
        File.WriteAllText(FilePath, Ascii("element vertex 1\nproperty float x\nproperty float y\nproperty float z\n", "1 two 3"));

        Assert.Contains("'two'", Assert.Throws<InputException>(() => LabelMesh.Read(FilePath)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => LabelMesh.Read(_folder["none.ply"])).Message, StringComparison.Ordinal);
    }

    private static string Ascii(string elements, string body) => $"ply\nformat ascii 1.0\n{elements}end_header\n{body}";
}
