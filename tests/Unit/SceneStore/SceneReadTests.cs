using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public sealed class SceneReadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scene").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatIsReadWhileMappingGoesOnIsOfWholeFramesAndWholeBlocks(bool isPaged)
    {
        const int Walls = 40, FrameCount = 120, Shift = 104; // walls that share no block
        var options = new SceneOptions { Path = isPaged ? Path.Combine(_folder, "map.alster") : null, MemoryBudgetBytes = 2 << 20, CommitInterval = 0.01 };
        using var scene = SemanticScene.Create(options);
        var voxelsOfWall = Frames.Wall().Length;
        var mapping = Task.Factory.StartNew(
            () =>
            {
                for (var frame = 0; frame < FrameCount; frame++)
                {
                    var labels = new byte[voxelsOfWall];
                    Array.Fill(labels, (byte)frame);
                    var wall = scene.Crop(Frames.Wall(Shift * (frame % Walls)));
                    scene.WriteBack(wall, new float[voxelsOfWall * 40], labels, new float[voxelsOfWall], frame * 1_000_000L);
                }
            },
            TaskCreationOptions.LongRunning);

        var block = new StoredBlock();
        var (torn, outlines, random) = (0, 0, new Random(0));
        for (; !mapping.IsCompleted; outlines++)
        {
            var outline = scene.Outline();
            Assert.Equal(voxelsOfWall * Math.Min(outline.LastFrame, Walls), outline.VoxelCount);
            Assert.Equal(Math.Max(0, outline.LastFrame - 1) * 1_000_000, outline.LastStamp);
            Assert.Equal(0, scene.VoxelCount % voxelsOfWall);
            for (var i = 0; i < Math.Min(20, outline.Blocks.Length); i++)
            {
                Assert.True(scene.TryRead(outline.Blocks[random.Next(outline.Blocks.Length)], block));
                var label = block.Labels[0];
                if (block.Labels.ContainsAnyExcept(label) || block.LastSeen.ContainsAnyExcept(label * 1_000_000L)) torn++;
            }
        }

        await mapping;
        Assert.Equal(0, torn);
        Assert.InRange(outlines, 10, int.MaxValue);
        Assert.Equal((FrameCount, Walls * voxelsOfWall), (scene.LastFrame, scene.Voxels().Count()));
    }

    [Fact]
    public void RandomBoxesAgreeWithAFilterOverAllVoxels()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(5);
        frames.Integrate(scene, frames.Voxels(3000, 60), 1);
        frames.Integrate(scene, [new(-8388608, 8388607, 5), new(8388607, 0, -8388608)], 2);
        var all = scene.Voxels().ToArray();
        var random = new Random(0);
        VoxelIndex Corner(int reach) => new(random.Next(-reach, reach), random.Next(-reach, reach), random.Next(-reach, reach));

        for (var round = 0; round < 300; round++)
        {
            var (min, size) = (Corner(80), Corner(round % 3 == 0 ? 4 : 150)); // some boxes are inverted
            var max = round % 10 == 0 ? new VoxelIndex(int.MaxValue, int.MaxValue, HighestZ()) : new VoxelIndex(min.X + size.X, min.Y + size.Y, min.Z + size.Z);
            if (round % 20 == 0) min = new VoxelIndex(int.MinValue, int.MinValue, int.MinValue);

            var expected = all.Where(v => v.Index.X >= min.X && v.Index.X <= max.X && v.Index.Y >= min.Y && v.Index.Y <= max.Y && v.Index.Z >= min.Z && v.Index.Z <= max.Z);

            Assert.Equal(expected, scene.Query(min, max));
            Assert.Equal(expected.Select(v => BlockIndex.Of(v.Index)).Distinct(), scene.Blocks(min, max).Where(b => expected.Any(v => BlockIndex.Of(v.Index) == b)));
            int HighestZ() => random.Next(2) == 0 ? int.MaxValue : 10;
        }

        Assert.Empty(scene.Query(new VoxelIndex(9_000_000, 0, 0), new VoxelIndex(9_000_010, 10, 10)));
    }

    [Fact]
    public void ASmallBoxCostsNoCopyOfTheScenesKeys()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        for (var i = 0; i < 100; i++) new Frames(1).Integrate(scene, Frames.Wall(104 * (i % 10), 16 * (i / 10)), i);
        Assert.InRange(scene.BlockCount, 8_000, long.MaxValue); // 64 KB of keys
        Assert.Equal(8, scene.Query(new VoxelIndex(0, 20, 20), new VoxelIndex(1, 21, 21)).Count());

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = scene.Query(new VoxelIndex(0, 20, 20), new VoxelIndex(1, 21, 21)).Count();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(8, count);
        Assert.InRange(allocated, 0, 32_000);
    }

    [Fact]
    public void ABlockIsReadByItsIndexAndAnAbsentOneIsEmpty()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(3);
        frames.Integrate(scene, frames.Voxels(2000, 20), 1_000_000_000);
        frames.Integrate(scene, frames.Voxels(2000, 20), 1_033_300_000);
        var block = new StoredBlock();
        var read = new List<StoredVoxel>();

        foreach (var index in scene.Outline().Blocks)
        {
            Assert.True(scene.TryRead(index, block));
            Assert.Equal(index, block.Index);
            for (var place = 0; place < block.Count; place++)
            {
                Assert.Equal(block[place].Index, index.Voxel(block.Cells[place]));
                Assert.Equal(place, block.IndexOf(block.Cells[place]));
                Assert.Equal((index, block.Cells[place]), (BlockIndex.Of(block[place].Index), BlockIndex.Cell(block[place].Index)));
                read.Add(block[place]);
            }
        }

        Assert.Equal(scene.Voxels(), read);
        Assert.Equal((1_033_300_000, 1_033_000_000), (scene.LastStamp, scene.LastSeen));
        Assert.Equal(1_033_000_000, read.Max(voxel => voxel.LastSeen));
        foreach (var absent in (BlockIndex[])[new(100, 0, 0), new(int.MaxValue, 0, 0), new(0, int.MinValue, 0), new(0, 0, 1 << 20)])
        {
            Assert.False(scene.TryRead(absent, block));
            Assert.Equal(0, block.Count);
            Assert.InRange(block.IndexOf(0), int.MinValue, -1);
        }
    }

    [Fact]
    public void TheBoundsHoldEveryBlockAlsoAfterReopening()
    {
        var path = Path.Combine(_folder, "map.alster");
        using (var scene = SemanticScene.Create(new SceneOptions { Path = path }))
        {
            Assert.Null(scene.Bounds);
            var frames = new Frames(6);
            for (var frame = 0; frame < 10; frame++)
            {
                frames.Integrate(scene, frames.Voxels(20, 50, new(frame * 10, -7 * frame, 3)), frame);
                Assert.Equal(Extent(scene.Outline().Blocks), scene.Bounds);
            }
        }

        using var reopened = SemanticScene.Open(path, readOnly: true);

        Assert.Equal(Extent(reopened.Outline().Blocks), reopened.Bounds);
        static (BlockIndex, BlockIndex)? Extent(BlockIndex[] blocks) => (
            new(blocks.Min(b => b.X), blocks.Min(b => b.Y), blocks.Min(b => b.Z)), new(blocks.Max(b => b.X), blocks.Max(b => b.Y), blocks.Max(b => b.Z)));
    }

    [Fact]
    public void AnUpdateSaysWhatTheMapKeeps()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(4);
        frames.Integrate(scene, Frames.Wall(), 1_000_000_123);

        var update = frames.Integrate(scene, Frames.Wall(), 1_066_654_321);

        var kept = scene.Voxels().ToDictionary(voxel => voxel.Index);
        for (var i = 0; i < update.Voxels.Length; i++)
        {
            Assert.Equal(
                new StoredVoxel(update.Voxels[i], update.Labels[i], update.Confidences[i], update.Observations[i], kept[update.Voxels[i]].FirstSeen, update.LastSeen),
                kept[update.Voxels[i]]);
        }
    }

    [Fact]
    public void AClosedSceneRefusesToBeRead()
    {
        var scene = SemanticScene.Create(new SceneOptions());
        new Frames(1).Integrate(scene, [default], 1);
        scene.Dispose();

        Assert.Throws<ObjectDisposedException>(() => scene.TryRead(default, new StoredBlock()));
        Assert.Throws<ObjectDisposedException>(() => scene.Hash());
    }
}
