using AlsterNode.Core;
using AlsterNode.Training;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Training;

public sealed class RecentStatesTests
{
    private static readonly VoxelIndex A = new(0, 0, 0), B = new(1, 0, 0), C = new(2, 0, 0);

    [Fact]
    public void AVoxelSeenEarlierInTheStepIsRememberedWithItsGradient()
    {
        using var scope = NewDisposeScope();
        var recent = new RecentStates(scenes: 2);
        var weights = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        recent.Add(weights.view(3, 1) * 10, [[A, B], [A]]); // rows: scene 0's A and B, scene 1's A

        var past = recent.Over(tensor(new float[] { 5, 6, 7, 8 }).view(4, 1), [[B, C], [A, B]]);
        past.sum().backward();

        Assert.Equal([20, 6, 30, 8], past.data<float>().ToArray());
        Assert.Equal([0, 10, 10], weights.grad!.data<float>().ToArray());
    }

    [Fact]
    public void TheNewestStateOfAVoxelCounts()
    {
        using var scope = NewDisposeScope();
        var recent = new RecentStates(scenes: 1);
        recent.Add(tensor(new float[] { 1, 2 }).view(2, 1), [[A, B]]);
        recent.Add(tensor(new float[] { 3 }).view(1, 1), [[B]]);

        var past = recent.Over(zeros(2, 1), [[A, B]]);

        Assert.Equal([1, 3], past.data<float>().ToArray());
    }

    [Fact]
    public void AFinishedSequenceIsForgotten()
    {
        using var scope = NewDisposeScope();
        var recent = new RecentStates(scenes: 2);
        recent.Add(tensor(new float[] { 1, 2 }).view(2, 1), [[A], [A]]);

        recent.Forget(0);

        Assert.Equal([0, 2], recent.Over(zeros(2, 1), [[A], [A]]).data<float>().ToArray());
    }
}
