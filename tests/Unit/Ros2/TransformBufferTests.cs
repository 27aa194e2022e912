using AlsterNode.Core;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Tf;
using AlsterNode.Tests.Unit.Datasets;

namespace AlsterNode.Tests.Unit.Ros2;

public class TransformBufferTests
{
    private const long Millisecond = 1_000_000;

    private static readonly RigidTransform QuarterTurn = new(0, 0, Math.Sqrt(0.5), Math.Sqrt(0.5), new Vector3d(1, 0, 0));

    [Fact]
    public void ChainsRunThroughTheCommonAncestor()
    {
        var buffer = Robot();
        Assert.True(buffer.TryLookup("camera", "lidar", 100 * Millisecond, out var cameraToLidar, out _));
        Scenes.AssertNear(QuarterTurn.Then(new RigidTransform(0, 0, 0, 1, new Vector3d(0, 0, -2))), cameraToLidar);
        Assert.True(buffer.TryLookup("lidar", "camera", 100 * Millisecond, out var lidarToCamera, out _));
        Scenes.AssertNear(cameraToLidar.Inverse(), lidarToCamera);
    }

    [Fact]
    public void MovingEdgesAreInterpolatedAndNeverExtended()
    {
        var buffer = Robot();
        Assert.True(buffer.TryLookup("base", "map", 50 * Millisecond, out var baseToMap, out _));
        Scenes.AssertNear(new RigidTransform(0, 0, Math.Sin(Math.PI / 8), Math.Cos(Math.PI / 8), new Vector3d(0.5, 0, 0)), baseToMap);
        Assert.False(buffer.TryLookup("base", "map", 101 * Millisecond, out _, out var problem));
        Assert.Equal("'map' -> 'base' ends 1 ms before the image", problem);
        Assert.False(buffer.TryLookup("camera", "map", -30 * Millisecond, out _, out problem));
        Assert.Equal("'map' -> 'base' begins 30 ms after the image", problem);
    }

    [Fact]
    public void AGapIsNamedButASlowEdgeIsNone()
    {
        var (gap, slow) = (new TransformBuffer(), new TransformBuffer());
        for (var i = 0; i < 20; i++)
        {
            if (i is < 8 or > 16) gap.Add("map", "base", i * 50 * Millisecond, RigidTransform.Identity, isStatic: false);
            slow.Add("map", "base", i * 1000 * Millisecond, RigidTransform.Identity, isStatic: false);
        }
        Assert.False(gap.TryLookup("base", "map", 600 * Millisecond, out _, out var problem));
        Assert.Equal("'map' -> 'base' has a gap of 500 ms around the image", problem);
        Assert.True(gap.TryLookup("base", "map", 875 * Millisecond, out _, out _));
        Assert.True(slow.TryLookup("base", "map", 1500 * Millisecond, out _, out _));
    }

    [Fact]
    public void AMissingFrameIsAnsweredWithTheTree()
    {
        Assert.False(Robot().TryLookup("camera", "odom", 0, out _, out var problem));
        Assert.Equal("no transform from 'camera' to 'odom': the tf tree holds base -> camera (static), base -> lidar (static), map -> base", problem);
        Assert.False(new TransformBuffer().TryLookup("camera", "odom", 0, out _, out problem));
        Assert.Equal("no transform from 'camera' to 'odom': the tf tree is empty", problem);
    }

    [Fact]
    public void SamplesMayComeLateAndOldOnesGo()
    {
        var buffer = new TransformBuffer(TransformBuffer.DefaultKeep);
        for (var second = 0; second <= 20; second += 2) buffer.Add("map", "base", second * 1000 * Millisecond, Shift(second), isStatic: false);
        buffer.Add("map", "base", 15_000 * Millisecond, Shift(15), isStatic: false);
        Assert.True(buffer.TryLookup("base", "map", 15_000 * Millisecond, out var late, out _));
        Assert.Equal(15, late.Translation.X);
        Assert.False(buffer.TryLookup("base", "map", 9_000 * Millisecond, out _, out _));
        Assert.True(buffer.TryLookup("base", "map", 11_000 * Millisecond, out _, out _));
    }

    [Fact]
    public void AJumpOfTheClockLeavesStaticEdgesOnly()
    {
        var buffer = Robot();
        buffer.ClearMoving();
        Assert.False(buffer.TryLookup("base", "map", 0, out _, out _));
        Assert.True(buffer.TryLookup("camera", "lidar", 5, out _, out _));
        Assert.True(buffer.IsRigid("camera", "lidar"));
        Assert.False(Robot().IsRigid("camera", "map"));
    }

    [Fact]
    public void TransformsThatAreNoRigidMotionsAreRefused()
    {
        var buffer = new TransformBuffer();
        TransformStamped Message(double w, string child) => new() { Header = { FrameId = "map" }, ChildFrameId = child, Transform = { Rotation = { W = w } } };
        Assert.False(buffer.TryAdd(Message(0, "base"), isStatic: false, out var reason));
        Assert.Equal(DropReason.PoseNotRigid, reason);
        Assert.False(buffer.TryAdd(Message(double.NaN, "base"), isStatic: false, out _));
        Assert.False(buffer.TryAdd(Message(1, "map"), isStatic: false, out reason));
        Assert.Equal("'map' is its own parent", reason);
        Assert.True(buffer.TryAdd(Message(1, "/base"), isStatic: false, out _));
        Assert.True(buffer.TryLookup("base", "map", 0, out _, out _));
    }

    [Fact]
    public void ACircleOfFramesEnds()
    {
        var buffer = new TransformBuffer();
        buffer.Add("a", "b", 0, RigidTransform.Identity, isStatic: true);
        buffer.Add("b", "a", 0, RigidTransform.Identity, isStatic: true);
        Assert.Equal(["a", "b"], buffer.Ancestors("a"));
        Assert.False(buffer.TryLookup("a", "map", 0, out _, out _));
    }

    /// <summary>map -> base moves for 100 ms from the identity to a quarter turn; base carries a turned camera and a lidar 2 m up.</summary>
    private static TransformBuffer Robot()
    {
        var buffer = new TransformBuffer();
        buffer.Add("map", "base", 0, RigidTransform.Identity, isStatic: false);
        buffer.Add("map", "base", 100 * Millisecond, QuarterTurn, isStatic: false);
        buffer.Add("base", "camera", 0, QuarterTurn, isStatic: true);
        buffer.Add("base", "lidar", 0, new RigidTransform(0, 0, 0, 1, new Vector3d(0, 0, 2)), isStatic: true);
        return buffer;
    }

    private static RigidTransform Shift(double x) => RigidTransform.Identity with { Translation = new Vector3d(x, 0, 0) };
}
