using AlsterNode.Core;

namespace AlsterNode.Node.Live;

/// <summary>
/// The voxels of a box that a ray passes, in order, [AmanatidesWoo]. Every step crosses the nearest of the three planes ahead. A plane's
/// distance is computed from its index, not summed up, so that errors do not grow along the ray; planes at one distance are crossed together.
/// </summary>
internal struct VoxelTraversal
{
    private Axis _x, _y, _z;

    /// <summary>Begins at the ray's origin, or where it enters the box.</summary>
    /// <param name="origin">Where the ray begins [m].</param>
    /// <param name="direction">Of any length but zero.</param>
    /// <param name="voxelSize">Edge of a voxel [m].</param>
    /// <param name="min">The box's first voxel.</param>
    /// <param name="max">The box's last voxel.</param>
    public VoxelTraversal(Vector3d origin, Vector3d direction, double voxelSize, VoxelIndex min, VoxelIndex max)
    {
        var largest = Math.Max(Math.Abs(direction.X), Math.Max(Math.Abs(direction.Y), Math.Abs(direction.Z)));
        var unit = (direction / largest).Normalized(); // the square of a tiny or huge direction would not be a number
        _x = new Axis(origin.X / voxelSize, unit.X / voxelSize, min.X, max.X);
        _y = new Axis(origin.Y / voxelSize, unit.Y / voxelSize, min.Y, max.Y);
        _z = new Axis(origin.Z / voxelSize, unit.Z / voxelSize, min.Z, max.Z);
        Distance = Math.Max(0, Math.Max(_x.Enter, Math.Max(_y.Enter, _z.Enter)));
        IsInside = Distance < Math.Min(_x.Leave, Math.Min(_y.Leave, _z.Leave));
        if (!IsInside) return;
        _x.BeginAt(Distance);
        _y.BeginAt(Distance);
        _z.BeginAt(Distance);
    }

    /// <summary>The ray has not left the box.</summary>
    public bool IsInside { get; private set; }

    /// <summary>From the origin to where the ray enters the voxel [m].</summary>
    public double Distance { get; private set; }

    /// <summary>The voxel the ray passes.</summary>
    public readonly VoxelIndex Voxel => new(_x.Index, _y.Index, _z.Index);

    /// <summary>Goes on to the next voxel.</summary>
    public void Step()
    {
        var nearest = Math.Min(_x.Next, Math.Min(_y.Next, _z.Next));
        Distance = Math.Max(Distance, nearest);
        if (_x.Next == nearest) IsInside &= _x.Step();
        if (_y.Next == nearest) IsInside &= _y.Step();
        if (_z.Next == nearest) IsInside &= _z.Step();
    }

    /// <summary>One axis, in voxels.</summary>
    private struct Axis
    {
        private readonly double _origin;
        private readonly double _speed; // voxels per metre of the ray
        private readonly int _min, _max;

        public Axis(double origin, double speed, int min, int max)
        {
            (_origin, _speed, _min, _max) = (origin, speed, min, max);
            var (toMin, toMax) = (DistanceTo(min), DistanceTo(max + 1.0));
            (Enter, Leave) = speed > 0 ? (toMin, toMax) : speed < 0 ? (toMax, toMin)
                : origin >= min && origin < max + 1.0 ? (double.NegativeInfinity, double.PositiveInfinity) : (double.PositiveInfinity, double.NegativeInfinity);
        }

        /// <summary>Distances at which the ray enters and leaves the box's extent along this axis [m].</summary>
        public double Enter { get; }

        public double Leave { get; }

        /// <summary>The voxel's index.</summary>
        public int Index { get; private set; }

        /// <summary>Distance of the next plane [m].</summary>
        public double Next { get; private set; }

        public void BeginAt(double distance)
        {
            var at = _speed == 0 ? _origin : _origin + (_speed * distance);
            var index = _speed < 0 ? Math.Ceiling(at) - 1 : Math.Floor(at); // on a plane: the side the ray goes to
            Index = (int)Math.Clamp(index, _min, _max);
            Look();
        }

        /// <summary>Crosses the next plane; false when that leaves the box.</summary>
        public bool Step()
        {
            Index += Math.Sign(_speed);
            Look();
            return Index >= _min && Index <= _max;
        }

        private void Look() => Next = _speed > 0 ? DistanceTo(Index + 1.0) : _speed < 0 ? DistanceTo(Index) : double.PositiveInfinity;

        private readonly double DistanceTo(double plane) => (plane - _origin) / _speed;
    }
}
