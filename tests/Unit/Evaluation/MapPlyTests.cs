using System.Text;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class MapPlyTests
{
    [Fact]
    public void EveryVoxelIsAVertexWithItsCentreColourLabelConfidenceAndCount()
    {
        using var folder = new TemporaryFolder();
        StoredVoxel[] voxels = [new(new(0, -1, 2), 4, 0.75f, 12, 1, 9), new(new(5, 5, 5), LabelSpace.Unlabelled, 0, 1, 1, 1)];

        var written = MapPly.Write(folder["map.ply"], voxels, LabelSpace.ScanNet20, 0.04);

        var bytes = File.ReadAllBytes(folder["map.ply"]);
        var bodyAt = Encoding.ASCII.GetString(bytes).IndexOf("end_header\n", StringComparison.Ordinal) + "end_header\n".Length;
        using var body = new BinaryReader(new MemoryStream(bytes, bodyAt, bytes.Length - bodyAt));
        Assert.Equal(2, written);
        Assert.Equal((0.02f, -0.02f, 0.1f), (body.ReadSingle(), body.ReadSingle(), body.ReadSingle()));
        Assert.Equal([188, 189, 34, 4], body.ReadBytes(4)); // chair
        Assert.Equal((0.75f, 12), (body.ReadSingle(), body.ReadInt32()));
        Assert.Equal(255, body.ReadBytes(12 + 4)[15]);
        Assert.Equal(8, body.BaseStream.Length - body.BaseStream.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(1234)]
    public void TheHeaderTellsTheCountThatWasStreamed(int count)
    {
        using var folder = new TemporaryFolder();

        MapPly.Write(folder["map.ply"], Enumerable.Range(0, count).Select(i => new StoredVoxel(new(i, 0, 0), 1, 1, 1, 0, 0)), LabelSpace.ScanNet20, 0.04);

        var bytes = File.ReadAllBytes(folder["map.ply"]);
        var text = Encoding.ASCII.GetString(bytes);
        var bodyAt = text.IndexOf("end_header\n", StringComparison.Ordinal) + "end_header\n".Length;
        Assert.StartsWith("ply\nformat binary_little_endian 1.0\n", text);
        Assert.Contains($"\nelement vertex {count}\n", text);
        Assert.Contains("\ncomment class 15 shower curtain\n", text);
        Assert.Equal(24 * count, bytes.Length - bodyAt);
    }
}
