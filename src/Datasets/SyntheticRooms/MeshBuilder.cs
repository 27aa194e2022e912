using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// Collects labelled triangles. Shapes are given in the frame set by <see cref="At"/>, under the class and instance set by
/// <see cref="Object"/>; both end with their <c>using</c> block. All arithmetic is double: the same mesh on every machine.
/// </summary>
internal sealed partial class MeshBuilder(RigidTransform roomToWorld)
{
    private readonly List<Vector3> _positions = [];
    private readonly List<Vector3> _normals = [];
    private readonly List<Vector2> _coordinates = [];
    private readonly List<ushort> _materialIds = [];
    private readonly List<byte> _nyu40Ids = [];
    private readonly List<ushort> _instanceIds = [];
    private readonly List<Material> _materials = [];
    private readonly Dictionary<Material, ushort> _materialRows = new(ReferenceEqualityComparer.Instance);
    private RigidTransform _toWorld = roomToWorld;
    private byte _class = Nyu40.OtherProp;
    private ushort _instance;
    private ushort _instances;

    /// <summary>Number of triangles so far.</summary>
    public int Count => _materialIds.Count;

    /// <summary>Objects begun so far.</summary>
    public int Instances => _instances;

    /// <summary>Shapes until the end of the using block are one new object of a class.</summary>
    public Restore Object(byte nyu40Id)
    {
        var restore = new Restore(this);
        _class = nyu40Id;
        _instance = ++_instances;
        return restore;
    }

    /// <summary>Shapes until the end of the using block belong to the present object but carry another class (a pane in a door).</summary>
    public Restore As(byte nyu40Id)
    {
        var restore = new Restore(this);
        _class = nyu40Id;
        return restore;
    }

    /// <summary>Shapes until the end of the using block are moved by (x, y, z) [m] after a turn about z (yaw), then x (tilt) [rad].</summary>
    public Restore At(double x, double y, double z, double yaw = 0, double tilt = 0)
    {
        var restore = new Restore(this);
        var turn = new RigidTransform(Math.Sin(tilt / 2), 0, 0, Math.Cos(tilt / 2), Vector3d.Zero)
            .Then(new RigidTransform(0, 0, Math.Sin(yaw / 2), Math.Cos(yaw / 2), new Vector3d(x, y, z)));
        _toWorld = turn.Then(_toWorld);
        return restore;
    }

    /// <summary>The mesh of everything added.</summary>
    public RoomMesh Build() => new()
    {
        Positions = [.. _positions],
        Normals = [.. _normals],
        Coordinates = [.. _coordinates],
        MaterialIds = [.. _materialIds],
        Nyu40Ids = [.. _nyu40Ids],
        InstanceIds = [.. _instanceIds],
        Materials = [.. _materials],
    };

    /// <summary>A triangle with a normal and surface coordinates at each corner; one without area is left out.</summary>
    private void Triangle(Material material, in Corner a, in Corner b, in Corner c)
    {
        if (Vector3d.Cross(b.Position - a.Position, c.Position - a.Position).Length < 1e-9) return;
        if (!_materialRows.TryGetValue(material, out var row))
        {
            row = (ushort)_materials.Count;
            _materials.Add(material);
            _materialRows.Add(material, row);
        }
        Add(a);
        Add(b);
        Add(c);
        _materialIds.Add(row);
        _nyu40Ids.Add(_class);
        _instanceIds.Add(_instance);
    }

    private void Add(in Corner corner)
    {
        var p = _toWorld.Apply(corner.Position);
        var n = _toWorld.Rotate(corner.Normal).Normalized();
        _positions.Add(new Vector3((float)p.X, (float)p.Y, (float)p.Z));
        _normals.Add(new Vector3((float)n.X, (float)n.Y, (float)n.Z));
        _coordinates.Add(new Vector2((float)corner.U, (float)corner.V));
    }

    private readonly record struct Corner(Vector3d Position, Vector3d Normal, double U, double V);

    /// <summary>Puts frame, class and instance back at the end of a using block.</summary>
    public readonly struct Restore(MeshBuilder builder) : IDisposable
    {
        private readonly RigidTransform _toWorld = builder._toWorld;
        private readonly byte _class = builder._class;
        private readonly ushort _instance = builder._instance;

        public void Dispose() => (builder._toWorld, builder._class, builder._instance) = (_toWorld, _class, _instance);
    }
}
