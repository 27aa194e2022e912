using AlsterNode.Core;
using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

/// <summary>The whole process's memory: no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(ProcessMemory), DisableParallelization = true)]
public class ProcessMemory;

[Collection(nameof(ProcessMemory))]
public class BaselinesMemoryTests
{
    [Fact]
    public void MemoryIsLinearInVoxels()
    {
        const int Classes = 20;
        const int Frames = 50;
        var probabilities = new float[4096 * Classes];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var baselines = new Baselines(Classes);
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var repeat = 0; repeat < 2; repeat++)
            {
                VoxelIndex[] voxels = [.. Enumerable.Range(0, 4096).Select(i => new VoxelIndex(frame, i, 0))];
                baselines.OnFrame(Predictions.Of(Classes, voxels, probabilities, probabilities, probabilities, [0], width: 1, truth: null));
            }
        }

        var bytesPerVoxel = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)baselines.VoxelCount;
        Assert.Equal(Frames * 4096, baselines.VoxelCount);
        Assert.InRange(bytesPerVoxel, 0, (8 * Classes) + 80);
    }
}
