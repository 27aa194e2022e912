using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public class KernelMapsTests
{
    public static TheoryData<string> Sets => ["sparse", "dense", "corner", "one", "none", "outliers", "tall", "ends of the grid"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void NeighboursAreThoseOfBruteForce(string set)
    {
        var maps = new KernelMaps(VoxelsOf(set));
        foreach (var stride in new[] { 1, 2, 4, 8 })
        {
            var voxels = maps.Voxels(stride);
            var rows = RowsOf(voxels);
            foreach (var size in new[] { 3, 5 })
            {
                var map = maps.Submanifold(stride, size);
                Assert.Equal((size * size * size, voxels.Length, voxels.Length), (map.Offsets, map.Inputs, map.Outputs));
                for (var entry = 0; entry < map.Offsets * voxels.Length; entry++)
                {
                    var (k, row) = Math.DivRem(entry, voxels.Length);
                    var (dx, dy, dz) = ((k / (size * size)) - (size / 2), (k / size % size) - (size / 2), (k % size) - (size / 2));
                    var expected = rows.GetValueOrDefault((voxels[row].X + (long)dx, voxels[row].Y + (long)dy, voxels[row].Z + (long)dz), -1);
                    Assert.True(expected == map.InputOf(k, row), $"{set}: stride {stride}, voxel {voxels[row]}, offset {dx} {dy} {dz}: "
                        + $"{map.InputOf(k, row)} instead of {expected}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void CoarseVoxelsAreFloorsOfHalvesInCanonicalOrder(string set)
    {
        var fine = VoxelsOf(set);
        var maps = new KernelMaps(fine);
        for (var stride = 2; stride <= 64; stride *= 2)
        {
            VoxelIndex[] expected = [.. fine.Select(v => new VoxelIndex(Floor(v.X, stride), Floor(v.Y, stride), Floor(v.Z, stride))).Distinct().Order()];
            Assert.Equal(expected, maps.Voxels(stride));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void EachVoxelHasOneParentAndIsItsChild(string set)
    {
        var maps = new KernelMaps(VoxelsOf(set));
        KernelMap down = maps.Down(1), up = maps.Up(1);
        VoxelIndex[] fine = maps.Voxels(1), coarse = maps.Voxels(2);
        for (var row = 0; row < fine.Length; row++)
        {
            var v = fine[row];
            var offset = Enumerable.Range(0, 8).Single(k => up.InputOf(k, row) >= 0);
            Assert.Equal(new VoxelIndex(v.X & 1, v.Y & 1, v.Z & 1), new VoxelIndex(offset / 4, offset / 2 % 2, offset % 2));
            var parent = up.InputOf(offset, row);
            Assert.Equal(new VoxelIndex(Floor(v.X, 2), Floor(v.Y, 2), Floor(v.Z, 2)), coarse[parent]);
            Assert.Equal(row, down.InputOf(offset, parent));
        }
        Assert.Equal(fine.Length, down.CountPairs());
        Assert.Same(down, up.Back);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public unsafe void MapsForASingleUseFindTheRowsOfThoseThatAreKept(string set)
    {
        var maps = new KernelMaps(VoxelsOf(set));
        foreach (var stride in new[] { 1, 2, 4 })
        {
            (KernelMap Kept, KernelMap Once)[] pairs =
            [
                (maps.Submanifold(stride, 3), maps.SubmanifoldOnce(stride, 3)), (maps.Submanifold(stride, 5), maps.SubmanifoldOnce(stride, 5)),
                (maps.Down(stride), maps.DownOnce(stride)), (maps.Up(stride), maps.UpOnce(stride)),
            ];
            foreach (var (kept, once) in pairs)
            {
                Assert.Equal(RowsOf(kept), RowsOf(once));
                Assert.Equal(kept.CountPairs(), once.CountPairs());
                if (once.Blocks is null) continue; // only a hash table is at hand
                for (int first = 0, count = 1; first < once.Outputs; first += count, count = (count * 2) + 1)
                {
                    count = Math.Min(count, once.Outputs - first);
                    var rows = new int[once.Offsets * count];
                    fixed (int* to = rows)
                    {
                        for (var k = 0; k < once.Offsets; k += once.Blocks.OffsetsAtOnce) once.Blocks.Find(k, first, count, to + (k * count));
                    }
                    Assert.Equal(Enumerable.Range(0, rows.Length).Select(entry => kept.InputOf(entry / count, first + (entry % count))), rows);
                }
            }
        }
    }

    [Fact]
    public void GridAndHashAgree()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var voxels = seed % 4 == 0 ? VoxelSets.Columns(2 + seed, 90) : VoxelSets.Random(seed, 300, 4 + seed);
            var box = VoxelBox.Around(voxels);
            VoxelLookup grid = new BitGrid().Fill(voxels, box), slow = new BitGrid { InBytes = false }.Fill(voxels, box), hash = new VoxelHash(voxels);
            foreach (var size in new[] { 3, 5 })
            {
                Assert.Equal(Neighbours(hash, size, voxels.Length), Neighbours(grid, size, voxels.Length));
                Assert.Equal(Neighbours(hash, size, voxels.Length), Neighbours(slow, size, voxels.Length));
            }
            Assert.Equal(Coarser(hash), Coarser(grid));
            for (var row = 0; row < voxels.Length; row++) Assert.Equal(row, grid.Find(voxels[row].X, voxels[row].Y, voxels[row].Z));
        }
    }

    [Fact]
    public void AStrayVoxelDoesNotCostGigabytes()
    {
        var voxels = VoxelsOf("outliers");
        BitGrid? grid = null;
        Assert.IsType<VoxelHash>(VoxelLookup.Over(voxels, ref grid));
        Assert.IsType<BitGrid>(VoxelLookup.Over(VoxelSets.Corner(30), ref grid));
        var before = GC.GetAllocatedBytesForCurrentThread();
        new KernelMaps(voxels).Submanifold(1);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void MapsAreBuiltOnce()
    {
        var maps = new KernelMaps(VoxelSets.Corner(10));
        Assert.Same(maps.Submanifold(2), maps.Submanifold(2));
        Assert.Same(maps.Down(2), maps.Down(2));
        Assert.NotSame(maps.Submanifold(1), maps.Submanifold(2));
    }

    [Fact]
    public void MapsThatAreFilledAgainEqualFreshOnes()
    {
        var again = new KernelMaps([]);
        foreach (var set in new[] { "corner", "sparse", "none", "outliers", "dense", "one", "corner" })
        {
            var voxels = VoxelsOf(set);
            var fresh = new KernelMaps(voxels);

            again.Refill(voxels, voxels.Length, lookup: null);

            foreach (var stride in new[] { 1, 2, 4 })
            {
                Assert.Equal(fresh.Voxels(stride), again.Voxels(stride));
                foreach (var size in new[] { 1, 3, 5 }) Assert.Equal(RowsOf(fresh.Submanifold(stride, size)), RowsOf(again.Submanifold(stride, size)));
                Assert.Equal(RowsOf(fresh.Down(stride)), RowsOf(again.Down(stride)));
                Assert.Equal(RowsOf(fresh.Up(stride)), RowsOf(again.Up(stride)));
                Assert.Equal(fresh.Submanifold(stride).CountPairs(), again.Submanifold(stride).CountPairs());
            }
        }
    }

    [Fact]
    public void VoxelsOutOfOrderOrTwiceAreRefused()
    {
        VoxelIndex a = new(0, 0, 1), b = new(0, 1, 0);
        Assert.Contains("canonical", Assert.Throws<ArgumentException>(() => new KernelMaps([b, a])).Message, StringComparison.Ordinal);
        Assert.Contains("canonical", Assert.Throws<ArgumentException>(() => new KernelMaps([a, a])).Message, StringComparison.Ordinal);
    }

    private static VoxelIndex[] VoxelsOf(string set) => set switch
    {
        "sparse" => VoxelSets.Random(0, 400, 60),
        "dense" => VoxelSets.Random(1, 900, 5),
        "corner" => VoxelSets.Corner(20),
        "one" => [new VoxelIndex(-1, -5, 64)],
        "none" => [],
        "tall" => VoxelSets.Columns(4, 150),
        "outliers" => [.. VoxelSets.Random(2, 300, 6).Append(new(40_000_000, -9, 3)).Append(new(-2, 1_000_000_000, -1_000_000_000)).Order()],
        _ => [.. VoxelSets.Random(3, 50, 3).Append(new(int.MaxValue, int.MinValue, int.MaxValue)).Append(new(int.MinValue, int.MaxValue, 0)).Order()],
    };

    private static int[] Neighbours(VoxelLookup lookup, int size, int voxels)
    {
        const int Untouched = -7;
        var rows = new int[(size * size * size * voxels) + 64];
        rows.AsSpan().Fill(Untouched);
        lookup.FindNeighbours(size, rows, WorkerPool.Shared);
        Assert.All(rows[^64..], row => Assert.Equal(Untouched, row)); // nothing is written behind the last
        return rows;
    }

    private static VoxelIndex[] Coarser(VoxelLookup lookup)
    {
        VoxelIndex[] voxels = [];
        var count = lookup.Coarser(ref voxels);
        return voxels[..count];
    }

    private static int[] RowsOf(KernelMap map) =>
        [map.Inputs, map.Outputs, .. from k in Enumerable.Range(0, map.Offsets) from row in Enumerable.Range(0, map.Outputs) select map.InputOf(k, row)];

    private static int Floor(int value, int stride) => (int)Math.Floor((double)value / stride);

    private static Dictionary<(long X, long Y, long Z), int> RowsOf(VoxelIndex[] voxels) =>
        voxels.Select((v, row) => (v, row)).ToDictionary(p => ((long)p.v.X, (long)p.v.Y, (long)p.v.Z), p => p.row);
}
