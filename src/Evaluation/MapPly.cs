using System.Buffers.Binary;
using System.Text;
using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Evaluation;

/// <summary>
/// Writes map.ply: the voxels' centres as a binary little-endian point cloud with class colour, class id (255 = none), confidence and
/// observation count. The header's comments name the classes.
/// </summary>
public static class MapPly
{
    private const int VertexBytes = (3 * 4) + 3 + 1 + 4 + 4;

    /// <summary>Streams the voxels into the file, in the given order.</summary>
    /// <returns>The number of voxels written.</returns>
    public static long Write(string path, IEnumerable<StoredVoxel> voxels, LabelSpace labelSpace, double voxelSize)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(labelSpace);
        var count = 0L;
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(count, labelSpace, voxelSize));
            Span<byte> vertex = stackalloc byte[VertexBytes];
            foreach (var voxel in voxels)
            {
                Fill(vertex, voxel, labelSpace, voxelSize);
                stream.Write(vertex);
                count++;
            }

            stream.Position = 0;
            stream.Write(Header(count, labelSpace, voxelSize)); // as long as the first: the count is known only now
        });
        return count;
    }

    private static byte[] Header(long count, LabelSpace labelSpace, double voxelSize)
    {
        var header = new StringBuilder("ply\nformat binary_little_endian 1.0\n");
        header.Append($"comment voxel_size {voxelSize} m\ncomment label_space {labelSpace.Name}\n");
        for (var id = 0; id < labelSpace.Count; id++) header.Append($"comment class {id} {labelSpace.Classes[id].Name}\n");
        var digits = count.ToString();
        header.Append($"comment {new string('.', 20 - digits.Length)}\nelement vertex {digits}\n"); // together always as long
        header.Append("property float x\nproperty float y\nproperty float z\n");
        header.Append("property uchar red\nproperty uchar green\nproperty uchar blue\n");
        header.Append("property uchar label\nproperty float confidence\nproperty int observations\nend_header\n");
        return Encoding.ASCII.GetBytes(header.ToString());
    }

    private static void Fill(Span<byte> vertex, StoredVoxel voxel, LabelSpace labelSpace, double voxelSize)
    {
        var center = voxel.Index.Center(voxelSize);
        var (red, green, blue) = MapPicture.ColorOf(labelSpace, voxel.Label);
        BinaryPrimitives.WriteSingleLittleEndian(vertex, (float)center.X);
        BinaryPrimitives.WriteSingleLittleEndian(vertex[4..], (float)center.Y);
        BinaryPrimitives.WriteSingleLittleEndian(vertex[8..], (float)center.Z);
        (vertex[12], vertex[13], vertex[14], vertex[15]) = (red, green, blue, voxel.Label);
        BinaryPrimitives.WriteSingleLittleEndian(vertex[16..], voxel.Confidence);
        BinaryPrimitives.WriteInt32LittleEndian(vertex[20..], voxel.Observations);
    }
}
