using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// The levels of detail of one set of voxels (stride 1, 2, 4, ...) and the kernel maps within and between them. Each is built when it is
/// first asked for and then shared by all layers. Not safe for use by several threads at once.
/// </summary>
public sealed class KernelMaps
{
    private readonly List<Level> _levels;

    /// <summary>The maps of voxels in canonical order.</summary>
    public KernelMaps(VoxelIndex[] voxels)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        for (var i = 1; i < voxels.Length; i++)
        {
            if (voxels[i - 1] < voxels[i]) continue;
            throw new ArgumentException($"Voxel {i} is {voxels[i]} after {voxels[i - 1]}; expected each voxel once, in canonical order.", nameof(voxels));
        }
        _levels = [new Level(voxels)];
    }

    /// <summary>The maps of voxels whose canonical order is known, with their look-up if there is one.</summary>
    internal KernelMaps(VoxelIndex[] voxels, VoxelLookup? lookup) => _levels = [new Level(voxels, lookup)];

    /// <summary>The voxels of a level in canonical order, in units of its stride: floor(v / stride).</summary>
    /// <param name="stride">1, 2, 4, ...</param>
    public VoxelIndex[] Voxels(int stride) => At(stride).Voxels;

    /// <summary>The map of a submanifold convolution on a level: outputs are the level's own voxels.</summary>
    /// <param name="stride">1, 2, 4, ...</param>
    /// <param name="kernelSize">1, 3, 5, ...: voxels along an edge.</param>
    public KernelMap Submanifold(int stride, int kernelSize = 3)
    {
        if (kernelSize < 1 || kernelSize % 2 == 0) throw new ArgumentException($"The kernel size is {kernelSize}, expected an odd number.");
        var level = At(stride);
        if (!level.Submanifold.TryGetValue(kernelSize, out var map)) level.Submanifold[kernelSize] = map = level.BuildSubmanifold(kernelSize);
        return map;
    }

    /// <summary>The map from a level to the next coarser one: 2x2x2 kernel, stride 2.</summary>
    public KernelMap Down(int stride)
    {
        var level = At(stride);
        return level.Down ??= BuildDown(level, At(2 * stride));
    }

    /// <summary>The map from the next coarser level (stride 2 x <paramref name="stride"/>) back to a level: the transpose of <see cref="Down"/>.</summary>
    public KernelMap Up(int stride) => Down(stride).Back;

    private static KernelMap BuildDown(Level fine, Level coarse)
    {
        const int Children = 8;
        int fineCount = fine.Voxels.Length, coarseCount = coarse.Voxels.Length;
        int[] children = new int[Children * coarseCount], parents = new int[Children * fineCount];
        Array.Fill(children, -1);
        Array.Fill(parents, -1);
        for (var row = 0; row < fineCount; row++)
        {
            var voxel = fine.Voxels[row];
            var parent = coarse.Lookup.Find(voxel.X >> 1, voxel.Y >> 1, voxel.Z >> 1);
            var offset = ((voxel.X & 1) * 4) + ((voxel.Y & 1) * 2) + (voxel.Z & 1);
            children[(offset * coarseCount) + parent] = row;
            parents[(offset * fineCount) + row] = parent;
        }
        var down = new KernelMap(Children, fineCount, coarseCount, children, isMirror: false);
        KernelMap.Pair(down, new KernelMap(Children, coarseCount, fineCount, parents, isMirror: false));
        return down;
    }

    private Level At(int stride)
    {
        if (stride < 1 || !int.IsPow2(stride)) throw new ArgumentException($"The stride is {stride}, expected 1, 2, 4, ...");
        var index = int.Log2(stride);
        while (_levels.Count <= index) _levels.Add(new Level(_levels[^1].Lookup.Coarser()));
        return _levels[index];
    }

    private sealed class Level(VoxelIndex[] voxels, VoxelLookup? lookup = null)
    {
        private VoxelLookup? _lookup = lookup;

        public VoxelIndex[] Voxels { get; } = voxels;

        public VoxelLookup Lookup => _lookup ??= VoxelLookup.Over(Voxels);

        public Dictionary<int, KernelMap> Submanifold { get; } = [];

        public KernelMap? Down { get; set; }

        public KernelMap BuildSubmanifold(int kernelSize)
        {
            var count = Voxels.Length;
            if (kernelSize == 1) return KernelMap.Pointwise(count);
            var rows = kernelSize == 3 ? Lookup.NeighbourRows(WorkerPool.Shared) : WiderNeighbours(kernelSize);
            return new KernelMap(kernelSize * kernelSize * kernelSize, count, count, rows, isMirror: true);
        }

        private int[] WiderNeighbours(int size)
        {
            var count = Voxels.Length;
            var rows = new int[size * size * size * count];
            for (var entry = 0; entry < rows.Length; entry++)
            {
                var (k, row) = Math.DivRem(entry, count);
                long x = (long)Voxels[row].X + (k / (size * size)) - (size / 2), y = (long)Voxels[row].Y + (k / size % size) - (size / 2);
                var z = (long)Voxels[row].Z + (k % size) - (size / 2);
                rows[entry] = x == (int)x && y == (int)y && z == (int)z ? Lookup.Find((int)x, (int)y, (int)z) : -1;
            }
            return rows;
        }
    }
}
