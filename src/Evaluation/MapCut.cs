using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Opens a map like a doll's house: finds the floor, takes the ceiling off, and lowers the walls between the viewer and the room. Works on
/// geometry alone, so that a picture is readable however wrong the labels are.
/// </summary>
internal sealed class MapCut
{
    private const double TallHeight = 1.2; // m: columns that reach this high can hide the room
    private const double KeptHeight = 0.2; // m: what is left of a lowered wall
    private const double WallThickness = 0.2; // m
    private const double LookAhead = 1.5; // m
    private const double MostOccupied = 0.15; // of the way from the wall to the viewer: less means that the wall is the map's border
    private const int MostColumns = 50_000_000;

    private readonly VoxelIndex[] _voxels;
    private readonly double _voxelSize;
    private readonly bool[] _shown;
    private readonly Plan? _plan;

    /// <summary>Finds the floor of the map and drops what lies more than <paramref name="cutHeight"/> [m] above it.</summary>
    public MapCut(VoxelIndex[] voxels, double voxelSize, double cutHeight)
    {
        (_voxels, _voxelSize) = (voxels, voxelSize);
        FloorZ = LowestFullLayer(voxels);
        TopZ = FloorZ + (int)Math.Round(cutHeight / voxelSize);
        _shown = Array.ConvertAll(voxels, v => v.Z <= TopZ);
        _plan = Plan.Of(voxels, _shown);
    }

    /// <summary>z of the floor's voxels.</summary>
    public int FloorZ { get; }

    /// <summary>z of the highest voxels shown.</summary>
    public int TopZ { get; }

    /// <summary>Which voxels are shown from above, [N].</summary>
    public ReadOnlySpan<bool> WithoutCeiling => _shown;

    /// <summary>Which voxels are shown to a viewer at <paramref name="azimuth"/> [rad], [N].</summary>
    public bool[] WithoutNearWalls(double azimuth)
    {
        var shown = (bool[])_shown.Clone();
        if (_plan is null) return shown;
        var tallZ = FloorZ + (int)(TallHeight / _voxelSize);
        var keptZ = FloorZ + (int)(KeptHeight / _voxelSize);
        var lowered = new Dictionary<(int, int), bool>();
        for (var i = 0; i < _voxels.Length; i++)
        {
            var (x, y, z) = (_voxels[i].X, _voxels[i].Y, _voxels[i].Z);
            if (!shown[i] || z <= keptZ || _plan.HighestAt(x, y) < tallZ) continue;
            if (!lowered.TryGetValue((x, y), out var isNear)) lowered.Add((x, y), isNear = IsBorder(_plan, x, y, azimuth));
            shown[i] = !isNear;
        }

        return shown;
    }

    private bool IsBorder(Plan plan, int x, int y, double azimuth)
    {
        var (dy, dx) = Math.SinCos(azimuth);
        var (first, last) = ((int)(WallThickness / _voxelSize), (int)(LookAhead / _voxelSize));
        var occupied = 0;
        for (var step = first; step <= last; step++)
        {
            if (plan.IsOccupied(x + (int)Math.Round(step * dx), y + (int)Math.Round(step * dy))) occupied++;
        }

        return occupied <= MostOccupied * (last - first + 1);
    }

    // The lowest layer with a good share of the fullest one's voxels; what lies below is noise.
    private static int LowestFullLayer(VoxelIndex[] voxels)
    {
        const double GoodShare = 0.3;
        if (voxels.Length == 0) return 0;
        var layers = voxels.GroupBy(v => v.Z).Select(g => (Z: g.Key, Count: g.Count())).OrderBy(l => l.Z).ToArray();
        var fullest = layers.Max(l => l.Count);
        return layers.First(l => l.Count >= GoodShare * fullest).Z;
    }

    /// <summary>The highest voxel of each column; seen from above.</summary>
    private sealed class Plan
    {
        private readonly int[] _highest; // [X, Y], int.MinValue = nothing
        private readonly int _minX;
        private readonly int _minY;
        private readonly int _sizeX;
        private readonly int _sizeY;

        private Plan(int minX, int minY, int sizeX, int sizeY)
        {
            (_minX, _minY, _sizeX, _sizeY) = (minX, minY, sizeX, sizeY);
            _highest = new int[sizeX * sizeY];
            Array.Fill(_highest, int.MinValue);
        }

        /// <summary>The plan of the shown voxels; null when it would be too large to draw anyway.</summary>
        public static Plan? Of(VoxelIndex[] voxels, bool[] shown)
        {
            if (voxels.Length == 0) return null;
            var (minX, maxX) = (voxels.Min(v => v.X), voxels.Max(v => v.X));
            var (minY, maxY) = (voxels.Min(v => v.Y), voxels.Max(v => v.Y));
            if (((long)maxX - minX + 1) * ((long)maxY - minY + 1) > MostColumns) return null;
            var plan = new Plan(minX, minY, maxX - minX + 1, maxY - minY + 1);
            for (var i = 0; i < voxels.Length; i++)
            {
                if (!shown[i]) continue;
                ref var highest = ref plan._highest[((voxels[i].X - minX) * plan._sizeY) + voxels[i].Y - minY];
                highest = Math.Max(highest, voxels[i].Z);
            }

            return plan;
        }

        public bool IsOccupied(int x, int y) => HighestAt(x, y) != int.MinValue;

        public int HighestAt(int x, int y) =>
            (uint)(x - _minX) < (uint)_sizeX && (uint)(y - _minY) < (uint)_sizeY ? _highest[((x - _minX) * _sizeY) + y - _minY] : int.MinValue;
    }
}
