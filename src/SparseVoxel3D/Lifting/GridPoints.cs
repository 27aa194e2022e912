using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>A depth image's points as cells of the world grid; its memory is used again for the next image.</summary>
internal sealed unsafe class GridPoints
{
    private const int LinesPerTask = 16;

    private int _width;
    private double[] _columns = [];
    private Bounds[] _bounds = [];
    private VoxelIndex[] _cells = []; // [H * W], meaningful where Rows >= 0

    /// <summary>Unprojects; the operations and their order are those of Unproject, Apply and FromPoint, so the cells are the same bit for bit.</summary>
    public void Unproject(float[] depth, CameraIntrinsics intrinsics, RigidTransform cameraToWorld, double voxelSize, double maxDepth, WorkerPool pool)
    {
        if (_width != intrinsics.Width) (_width, _columns) = (intrinsics.Width, LineUnprojection.Columns(intrinsics.Width));
        if (Rows.Length != depth.Length) (Rows, _cells) = (new int[depth.Length], new VoxelIndex[depth.Length]);
        var tasks = (intrinsics.Height + LinesPerTask - 1) / LinesPerTask;
        if (_bounds.Length != tasks) _bounds = new Bounds[tasks];
        pool.Run(tasks, new Lines(this, depth, intrinsics.Height, maxDepth, new LineUnprojection(_columns, intrinsics, cameraToWorld, voxelSize)));
        var all = new Bounds();
        foreach (var part in _bounds) all = all.With(part);
        Count = all.Count;
        Box = Count > 0 ? all.ToBox() : default;
    }

    /// <summary>[H * W]: -1 for pixels without a point; else 0, or the voxel's row once it is known.</summary>
    public int[] Rows { get; private set; } = [];

    /// <summary>Pixels with a point.</summary>
    public int Count { get; private set; }

    public VoxelBox Box { get; private set; }

    public VoxelIndex this[int pixel] => _cells[pixel];

    /// <summary>Marks every point's cell.</summary>
    public void Mark(BitGrid grid)
    {
        for (var pixel = 0; pixel < Rows.Length; pixel++)
        {
            if (Rows[pixel] >= 0) grid.Set(_cells[pixel].X, _cells[pixel].Y, _cells[pixel].Z);
        }
    }

    /// <summary>Turns every point's cell into its row.</summary>
    public void Number(BitGrid grid, WorkerPool pool) =>
        pool.Run((Rows.Length + Numbers.PixelsPerTask - 1) / Numbers.PixelsPerTask, new Numbers(this, grid));

    private void Keep(int first, double* cells, int pitch, ref Bounds bounds)
    {
        for (var u = 0; u < _width; u++)
        {
            if (Rows[first + u] < 0) continue;
            double x = cells[u], y = cells[pitch + u], z = cells[(2 * pitch) + u];
            bounds.Add(x, y, z);
            _cells[first + u] = new VoxelIndex((int)x, (int)y, (int)z);
        }
    }

    /// <summary>Unprojects some lines.</summary>
    private readonly struct Lines(GridPoints points, float[] depth, int height, double maxDepth, LineUnprojection unprojection) : IParallelJob
    {
        public void Run(int task)
        {
            var padded = unprojection.Padded;
            var z = (double*)Scratch.Current.A(4L * 2 * padded); // a double is two floats
            var cells = z + padded;
            var own = new Bounds();
            for (var line = task * LinesPerTask; line < Math.Min(height, (task + 1) * LinesPerTask); line++)
            {
                var first = line * points._width;
                for (var u = 0; u < points._width; u++)
                {
                    double value = depth[first + u];
                    var isInRange = value > 0 && value <= maxDepth; // false for NaN
                    points.Rows[first + u] = isInRange ? 0 : -1;
                    z[u] = isInRange ? value : 0;
                }
                unprojection.Run(line, new Span<double>(z, padded), new Span<double>(cells, 3 * padded));
                points.Keep(first, cells, padded, ref own);
            }
            points._bounds[task] = own;
        }
    }

    /// <summary>Numbers some pixels.</summary>
    private readonly struct Numbers(GridPoints points, BitGrid grid) : IParallelJob
    {
        public const int PixelsPerTask = 8192;

        public void Run(int task)
        {
            var (rows, cells) = (points.Rows, points._cells);
            for (var pixel = task * PixelsPerTask; pixel < Math.Min(rows.Length, (task + 1) * PixelsPerTask); pixel++)
            {
                if (rows[pixel] >= 0) rows[pixel] = grid.RowOf(cells[pixel].X, cells[pixel].Y, cells[pixel].Z);
            }
        }
    }

    /// <summary>Bounds in double: a pose far out must be noticed before it is cut to 32 bits.</summary>
    private record struct Bounds()
    {
        private double _minX = double.PositiveInfinity, _minY = double.PositiveInfinity, _minZ = double.PositiveInfinity;
        private double _maxX = double.NegativeInfinity, _maxY = double.NegativeInfinity, _maxZ = double.NegativeInfinity;

        public int Count { get; private set; }

        public void Add(double x, double y, double z)
        {
            Count++;
            if (x < _minX) _minX = x;
            if (x > _maxX) _maxX = x;
            if (y < _minY) _minY = y;
            if (y > _maxY) _maxY = y;
            if (z < _minZ) _minZ = z;
            if (z > _maxZ) _maxZ = z;
        }

        public readonly Bounds With(Bounds other) => this with
        {
            Count = Count + other.Count,
            _minX = Math.Min(_minX, other._minX),
            _minY = Math.Min(_minY, other._minY),
            _minZ = Math.Min(_minZ, other._minZ),
            _maxX = Math.Max(_maxX, other._maxX),
            _maxY = Math.Max(_maxY, other._maxY),
            _maxZ = Math.Max(_maxZ, other._maxZ),
        };

        public readonly VoxelBox ToBox()
        {
            var least = Math.Min(_minX, Math.Min(_minY, _minZ));
            var most = Math.Max(_maxX, Math.Max(_maxY, _maxZ));
            if (!(least >= int.MinValue && most <= int.MaxValue))
            {
                throw new ArgumentException($"A point lies in the voxel {least} or {most}, outside the world grid of 32-bit indices.");
            }
            return new VoxelBox(new VoxelIndex((int)_minX, (int)_minY, (int)_minZ), new VoxelIndex((int)_maxX, (int)_maxY, (int)_maxZ));
        }
    }
}
