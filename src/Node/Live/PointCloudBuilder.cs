using System.Buffers.Binary;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>Makes sensor_msgs/PointCloud2 of voxels' centres with class colours. Its buffers are reused: one thread at a time.</summary>
internal sealed class PointCloudBuilder(string mapFrame, double voxelSize, LabelSpace labelSpace)
{
    /// <summary>Bytes of a point.</summary>
    public const int PointBytes = 24;

    private static readonly PointField[] Fields =
    [
        Field("x", 0, PointField.FLOAT32),
        Field("y", 4, PointField.FLOAT32),
        Field("z", 8, PointField.FLOAT32),
        Field("rgb", 12, PointField.FLOAT32), // the float's bits are 0x00RRGGBB, as PCL began it
        Field("label", 16, PointField.UINT16),
        Field("confidence", 20, PointField.FLOAT32),
    ];

    private readonly StoredBlock _block = new();
    private byte[] _points = [];
    private int _count;

    /// <summary>The voxels that one frame changed.</summary>
    public PointCloud2 Frame(SceneUpdate update, PublishOptions options)
    {
        _count = 0;
        for (var i = 0; i < update.Voxels.Length; i++)
        {
            if (update.Confidences[i] >= options.MinConfidence && update.Observations[i] >= options.MinObservations)
                Add(update.Voxels[i], update.Labels[i], update.Confidences[i]);
        }
        return Cloud(update.Stamp);
    }

    /// <summary>The whole map.</summary>
    public PointCloud2 Map(SemanticScene scene, PublishOptions options)
    {
        _count = 0;
        var outline = scene.Outline();
        foreach (var index in outline.Blocks)
        {
            scene.TryRead(index, _block);
            for (var i = 0; i < _block.Count; i++)
            {
                if (_block.Confidences[i] >= options.MinConfidence && _block.Observations[i] >= options.MinObservations)
                    Add(index.Voxel(_block.Cells[i]), _block.Labels[i], _block.Confidences[i]);
            }
        }
        return Cloud(outline.LastStamp);
    }

    private void Add(VoxelIndex voxel, byte label, float confidence)
    {
        if ((_count + 1) * PointBytes > _points.Length) Array.Resize(ref _points, Math.Max(1024 * PointBytes, checked(_points.Length * 2)));
        var point = _points.AsSpan(_count++ * PointBytes, PointBytes);
        var center = voxel.Center(voxelSize);
        var (red, green, blue) = MapPicture.ColorOf(labelSpace, label);
        BinaryPrimitives.WriteSingleLittleEndian(point, (float)center.X);
        BinaryPrimitives.WriteSingleLittleEndian(point[4..], (float)center.Y);
        BinaryPrimitives.WriteSingleLittleEndian(point[8..], (float)center.Z);
        BinaryPrimitives.WriteInt32LittleEndian(point[12..], (red << 16) | (green << 8) | blue);
        BinaryPrimitives.WriteInt32LittleEndian(point[16..], MapMessages.Label(label)); // and two bytes of padding
        BinaryPrimitives.WriteSingleLittleEndian(point[20..], confidence);
    }

    private PointCloud2 Cloud(long stamp) => new()
    {
        Header = MapMessages.Header(stamp, mapFrame),
        Height = 1,
        Width = (uint)_count,
        Fields = Fields,
        PointStep = PointBytes,
        RowStep = (uint)(_count * PointBytes),
        Data = _points.AsSpan(0, _count * PointBytes).ToArray(),
        IsDense = true,
    };

    private static PointField Field(string name, uint offset, byte type) => new() { Name = name, Offset = offset, Datatype = type, Count = 1 };
}
