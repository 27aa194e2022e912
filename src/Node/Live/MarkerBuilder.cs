using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>
/// Makes visualization_msgs/MarkerArray of a scene: one list of cubes for each class that is there, named after the class. Its points are
/// reused for the next array: one thread at a time.
/// </summary>
internal sealed class MarkerBuilder
{
    private readonly string _mapFrame;
    private readonly double _voxelSize;
    private readonly LabelSpace _labelSpace;
    private readonly StoredBlock _block = new();
    private readonly List<VoxelIndex>[] _voxels = [.. Enumerable.Range(0, 256).Select(_ => new List<VoxelIndex>())];
    private readonly bool[] _shown = new bool[256]; // classes of the last array
    private readonly List<Point> _points = [];

    public MarkerBuilder(string mapFrame, double voxelSize, LabelSpace labelSpace) => (_mapFrame, _voxelSize, _labelSpace) = (mapFrame, voxelSize, labelSpace);

    /// <summary>Voxels that the last array should have had and that were more than the most.</summary>
    public int Omitted { get; private set; }

    /// <summary>
    /// The whole map's markers. When a class of the last array is gone, or the map is another one, a first marker deletes what viewers show.
    /// </summary>
    public MarkerArray Build(SemanticScene scene, PublishOptions options, bool isReplaced)
    {
        var outline = scene.Outline();
        Sort(scene, outline.Blocks, options);
        var header = MapMessages.Header(outline.LastStamp, _mapFrame);
        var markers = new List<Marker>();
        if (isReplaced || Enumerable.Range(0, 256).Any(label => _shown[label] && _voxels[label].Count == 0))
            markers.Add(new Marker { Header = header, Action = Marker.DELETEALL });
        var points = 0;
        for (var label = 0; label < 256; label++)
        {
            _shown[label] = _voxels[label].Count > 0;
            if (_shown[label]) markers.Add(Cubes(header, (byte)label, ref points));
        }
        return new MarkerArray { Markers = [.. markers] };
    }

    private void Sort(SemanticScene scene, BlockIndex[] blocks, PublishOptions options)
    {
        foreach (var voxels in _voxels) voxels.Clear();
        var count = 0;
        Omitted = 0;
        foreach (var index in blocks)
        {
            scene.TryRead(index, _block);
            for (var i = 0; i < _block.Count; i++)
            {
                if (_block.Confidences[i] < options.MinConfidence || _block.Observations[i] < options.MinObservations) continue;
                if (count == options.MaxMarkers)
                {
                    Omitted++;
                    continue;
                }
                _voxels[_block.Labels[i]].Add(index.Voxel(_block.Cells[i]));
                count++;
            }
        }
    }

    private Marker Cubes(Header header, byte label, ref int used)
    {
        var voxels = _voxels[label];
        var points = new Point[voxels.Count];
        for (var i = 0; i < points.Length; i++)
        {
            if (used == _points.Count) _points.Add(new Point());
            var center = voxels[i].Center(_voxelSize);
            points[i] = _points[used++];
            (points[i].X, points[i].Y, points[i].Z) = (center.X, center.Y, center.Z);
        }
        var (red, green, blue) = MapPicture.ColorOf(_labelSpace, label);
        return new Marker
        {
            Header = header,
            Ns = MapMessages.ClassName(label, _labelSpace),
            Type = Marker.CUBE_LIST,
            Action = Marker.ADD,
            Scale = new Vector3 { X = _voxelSize, Y = _voxelSize, Z = _voxelSize },
            Color = new ColorRGBA { R = red / 255f, G = green / 255f, B = blue / 255f, A = 1 },
            Points = points,
        };
    }
}
