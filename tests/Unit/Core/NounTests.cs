using AlsterNode.Core;

namespace AlsterNode.Tests.Unit.Core;

public sealed class NounTests
{
    [Theory]
    [InlineData(0.039, 0)]
    [InlineData(0.041, 1)]
    [InlineData(-0.001, -1)] // floor, not truncation
    [InlineData(-0.041, -2)]
    public void AVoxelHoldsTheHalfOpenIntervalOfItsEdge(double x, int expected) =>
        Assert.Equal(expected, VoxelIndex.FromPoint(new Vector3d(x, 0, 0), 0.04).X);

    [Fact]
    public void TheCentreOfAVoxelLiesInIt()
    {
        var random = new Random(0);
        for (var i = 0; i < 1000; i++)
        {
            var voxel = new VoxelIndex(random.Next(-1000, 1000), random.Next(-1000, 1000), random.Next(-1000, 1000));
            Assert.Equal(voxel, VoxelIndex.FromPoint(voxel.Center(0.04), 0.04));
        }
    }

    [Fact]
    public void VoxelsAreOrderedByXThenYThenZ()
    {
        VoxelIndex[] ordered = [new(-2, 5, 5), new(0, -1, 9), new(0, 0, -3), new(0, 0, 4), new(1, -9, -9)];

        Assert.Equal(ordered, ordered.Reverse().Order());
    }

    [Fact]
    public void ProjectionUndoesUnprojection()
    {
        var camera = new CameraIntrinsics(640, 480, 577.9, 578.7, 318.9, 242.7);

        var (u, v) = camera.Project(camera.Unproject(100.25, 333.5, 2.5));

        Assert.Equal(100.25, u, 9);
        Assert.Equal(333.5, v, 9);
    }

    [Fact]
    public void AScaledCameraSeesTheSamePointAtTheScaledPixelCentre()
    {
        var camera = new CameraIntrinsics(640, 480, 577.9, 578.7, 318.9, 242.7);
        var point = new Vector3d(0.3, -0.2, 1.7);
        var (u, v) = camera.Project(point);

        var (halfU, halfV) = camera.ScaledTo(320, 240).Project(point);

        Assert.Equal((u + 0.5) / 2, halfU + 0.5, 9);
        Assert.Equal((v + 0.5) / 2, halfV + 0.5, 9);
    }

    [Fact]
    public void ScanNetsTwentyClassesHaveTheBenchmarksNyu40Ids()
    {
        int[] benchmark = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 24, 28, 33, 34, 36, 39];

        Assert.Equal(benchmark, LabelSpace.ScanNet20.Classes.Select(item => item.Nyu40Id));
        Assert.All(benchmark, (id, position) => Assert.Equal(position, LabelSpace.ScanNet20.FromNyu40(id)));
        Assert.Equal(LabelSpace.Unlabelled, LabelSpace.ScanNet20.FromNyu40(0));
        Assert.Equal(LabelSpace.Unlabelled, LabelSpace.ScanNet20.FromNyu40(13));
    }

    [Fact]
    public void ImagesOfAnotherSizeAreRefusedWithBothSizes()
    {
        var error = Assert.Throws<ArgumentException>(() => new DepthImage(64, 48, new float[10]));

        Assert.Equal("Depth has 10 pixels, expected 64 x 48.", error.Message);
    }
}
