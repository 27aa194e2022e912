using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// The levels of detail of one set of voxels (stride 1, 2, 4, ...) and the kernel maps within and between them. Each is built when it is
/// first asked for and then shared by all layers. Not safe for use by several threads at once.
/// </summary>
public sealed partial class KernelMaps
{
    private readonly List<Level> _levels = [new Level()];
    private int _known = 1; // levels whose voxels are those of the present set

    /// <summary>The maps of voxels in canonical order.</summary>
    public KernelMaps(VoxelIndex[] voxels)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        for (var i = 1; i < voxels.Length; i++)
        {
            if (voxels[i - 1] < voxels[i]) continue;
            throw new ArgumentException($"Voxel {i} is {voxels[i]} after {voxels[i - 1]}; expected each voxel once, in canonical order.", nameof(voxels));
        }
        Refill(voxels, voxels.Length, null);
    }

    /// <summary>The maps of voxels whose canonical order is known, with their look-up if there is one.</summary>
    internal KernelMaps(VoxelIndex[] voxels, VoxelLookup? lookup) => Refill(voxels, voxels.Length, lookup);

    /// <summary>Becomes the maps of other voxels, in the same memory: whatever was asked for before must no longer be used.</summary>
    /// <param name="voxels">In canonical order, and what a larger set left behind.</param>
    /// <param name="count">How many are meant.</param>
    /// <param name="lookup">Finds them, if there is one.</param>
    internal void Refill(VoxelIndex[] voxels, int count, VoxelLookup? lookup)
    {
        foreach (var level in _levels) level.Forget();
        _levels[0].Take(voxels, count, lookup);
        _known = 1;
    }

    /// <summary>The voxels of a level in canonical order, in units of its stride: floor(v / stride).</summary>
    /// <param name="stride">1, 2, 4, ...</param>
    public VoxelIndex[] Voxels(int stride) => At(stride).Exactly();

    /// <summary>Number of a level's voxels.</summary>
    /// <param name="stride">1, 2, 4, ...</param>
    public int Count(int stride) => At(stride).Count;

    /// <summary>The map of a submanifold convolution on a level: outputs are the level's own voxels.</summary>
    /// <param name="stride">1, 2, 4, ...</param>
    /// <param name="kernelSize">1, 3 or 5: voxels along an edge.</param>
    public KernelMap Submanifold(int stride, int kernelSize = 3)
    {
        if (kernelSize is not (1 or 3 or 5)) throw new ArgumentException($"The kernel size is {kernelSize}, expected 1, 3 or 5.");
        return At(stride).Submanifold(kernelSize);
    }

    /// <summary>The map from a level to the next coarser one: 2x2x2 kernel, stride 2.</summary>
    public KernelMap Down(int stride)
    {
        var level = At(stride);
        if (!level.Down.IsFilled) Connect(level, At(2 * stride));
        return level.Down;
    }

    /// <summary>The map from the next coarser level (stride 2 x <paramref name="stride"/>) back to a level: the transpose of <see cref="Down"/>.</summary>
    public KernelMap Up(int stride) => Down(stride).Back;

    private static void Connect(Level fine, Level coarse)
    {
        var children = fine.Down.Resize(fine.Count, coarse.Count)!;
        var parents = fine.Down.Back.Resize(coarse.Count, fine.Count)!;
        children.AsSpan(0, Level.ChildrenOfAVoxel * coarse.Count).Fill(-1);
        parents.AsSpan(0, Level.ChildrenOfAVoxel * fine.Count).Fill(-1);
        WorkerPool.Shared.Run((fine.Count + Links.RowsPerTask - 1) / Links.RowsPerTask, new Links(fine, coarse.Lookup, coarse.Count, children, parents));
        fine.Down.IsFilled = true;
    }

    private Level At(int stride)
    {
        if (stride < 1 || !int.IsPow2(stride)) throw new ArgumentException($"The stride is {stride}, expected 1, 2, 4, ...");
        var index = int.Log2(stride);
        for (; _known <= index; _known++)
        {
            if (_levels.Count == _known) _levels.Add(new Level());
            _levels[_known].TakeCoarser(_levels[_known - 1]);
        }
        return _levels[index];
    }

    /// <summary>Links some fine voxels and their parents, both ways; a parent has one child at most under an offset.</summary>
    private readonly struct Links(Level fine, VoxelLookup coarse, int parentCount, int[] children, int[] parents) : IParallelJob
    {
        public const int RowsPerTask = 2048;

        public void Run(int task)
        {
            var voxels = fine.Voxels;
            for (var row = task * RowsPerTask; row < Math.Min(voxels.Length, (task + 1) * RowsPerTask); row++)
            {
                var voxel = voxels[row];
                var parent = coarse.Find(voxel.X >> 1, voxel.Y >> 1, voxel.Z >> 1);
                var offset = ((voxel.X & 1) * 4) + ((voxel.Y & 1) * 2) + (voxel.Z & 1);
                children[(offset * parentCount) + parent] = row;
                parents[(offset * voxels.Length) + row] = parent;
            }
        }
    }

    private sealed partial class Level
    {
        public const int ChildrenOfAVoxel = 8;

        private readonly KernelMap?[] _submanifold = new KernelMap?[3]; // kernels of 1, 3 and 5 voxels
        private VoxelIndex[] _voxels = [];
        private VoxelLookup? _lookup;
        private BitGrid? _grid;

        public Level()
        {
            Down = new KernelMap(ChildrenOfAVoxel, isMirror: false);
            KernelMap.Pair(Down, new KernelMap(ChildrenOfAVoxel, isMirror: false));
        }

        public int Count { get; private set; }

        public ReadOnlySpan<VoxelIndex> Voxels => _voxels.AsSpan(0, Count);

        public VoxelLookup Lookup => _lookup ??= VoxelLookup.Over(Voxels, ref _grid);

        /// <summary>To the next coarser level.</summary>
        public KernelMap Down { get; }

        public VoxelIndex[] Exactly() => _voxels.Length == Count ? _voxels : Voxels.ToArray();

        public void Forget()
        {
            Down.IsFilled = false;
            foreach (var map in _submanifold)
            {
                if (map is not null) map.IsFilled = false;
            }
        }

        public void Take(VoxelIndex[] voxels, int count, VoxelLookup? lookup) => (_voxels, Count, _lookup) = (voxels, count, lookup);

        public void TakeCoarser(Level finer) => (Count, _lookup) = (finer.Lookup.Coarser(ref _voxels), null);

        public KernelMap Submanifold(int size)
        {
            var map = _submanifold[size / 2] ??= size == 1 ? KernelMap.Pointwise(0) : new KernelMap(size * size * size, isMirror: true);
            if (map.IsFilled) return map;
            if (map.Resize(Count, Count) is { } rows) Lookup.FindNeighbours(size, rows, WorkerPool.Shared);
            map.IsFilled = true;
            return map;
        }
    }
}
