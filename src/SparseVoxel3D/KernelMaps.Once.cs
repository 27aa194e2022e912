namespace AlsterNode.SparseVoxel3D;

/// <content>Maps for a single use: the engine asks for the rows of a block of outputs when it computes the block.</content>
public sealed partial class KernelMaps
{
    /// <summary>As <see cref="Submanifold"/>, for one layer.</summary>
    internal KernelMap SubmanifoldOnce(int stride, int kernelSize) =>
        At(stride).NeighboursOnce(kernelSize) ?? Submanifold(stride, kernelSize);

    /// <summary>As <see cref="Down"/>, for one layer.</summary>
    internal KernelMap DownOnce(int stride) => At(stride).Children(At(2 * stride));

    /// <summary>As <see cref="Up"/>, for one layer.</summary>
    internal KernelMap UpOnce(int stride) => At(stride).Parents(At(2 * stride));

    private sealed unsafe partial class Level
    {
        private KernelMap? _neighboursOnce, _children, _parents;

        /// <summary>Null where only a hash table is at hand.</summary>
        public KernelMap? NeighboursOnce(int size)
        {
            if (size == 1 || Lookup is not BitGrid) return null;
            if (_neighboursOnce?.Offsets != size * size * size) _neighboursOnce = new KernelMap(size * size * size, new Neighbours(this, size));
            _neighboursOnce.Resize(Count, Count);
            return _neighboursOnce;
        }

        public KernelMap Children(Level coarse)
        {
            _children ??= new KernelMap(ChildrenOfAVoxel, new ChildrenOf(this, coarse));
            _children.Resize(Count, coarse.Count);
            return _children;
        }

        public KernelMap Parents(Level coarse)
        {
            _ = coarse.Lookup; // made before several threads ask for it
            _parents ??= new KernelMap(ChildrenOfAVoxel, new ParentsOf(this, coarse));
            _parents.Resize(coarse.Count, Count);
            return _parents;
        }
    }

    private sealed unsafe class Neighbours(Level level, int size) : IBlockLookup
    {
        /// <summary>One plane of the kernel: the rows of a block stay in the cache.</summary>
        public int OffsetsAtOnce => size * size;

        public void Find(int offset, int first, int count, int* rows)
        {
            var dx = (offset / OffsetsAtOnce) - (size / 2);
            ((BitGrid)level.Lookup).FindNeighbours(size, dx, dx, first, count, rows, count);
        }
    }

    private sealed unsafe class ChildrenOf(Level fine, Level coarse) : IBlockLookup
    {
        public int OffsetsAtOnce => Level.ChildrenOfAVoxel;

        public void Find(int offset, int first, int count, int* rows)
        {
            var lookup = fine.Lookup;
            foreach (var voxel in coarse.Voxels.Slice(first, count))
            {
                var (x, y, z) = (2 * voxel.X, 2 * voxel.Y, 2 * voxel.Z);
                for (var k = 0; k < Level.ChildrenOfAVoxel; k++) rows[k * count] = lookup.Find(x + (k >> 2), y + ((k >> 1) & 1), z + (k & 1));
                rows++;
            }
        }
    }

    private sealed unsafe class ParentsOf(Level fine, Level coarse) : IBlockLookup
    {
        public int OffsetsAtOnce => Level.ChildrenOfAVoxel;

        public void Find(int offset, int first, int count, int* rows)
        {
            var lookup = coarse.Lookup;
            new Span<int>(rows, Level.ChildrenOfAVoxel * count).Fill(-1);
            foreach (var voxel in fine.Voxels.Slice(first, count))
            {
                var k = ((voxel.X & 1) * 4) + ((voxel.Y & 1) * 2) + (voxel.Z & 1);
                rows[k * count] = lookup.Find(voxel.X >> 1, voxel.Y >> 1, voxel.Z >> 1);
                rows++;
            }
        }
    }
}
