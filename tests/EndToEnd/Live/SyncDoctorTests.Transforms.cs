using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Tests.EndToEnd.Live;

public sealed partial class SyncDoctorTests
{
    [Fact]
    public void AMissingTransformIsNamedWithWhatTheTreeHolds()
    {
        var tree = new TransformBuffer();
        tree.Add("odom", "base_link", 0, RigidTransform.Identity, isStatic: false);
        tree.Add("base_link", "camera_depth_optical_frame", 0, RigidTransform.Identity, isStatic: true);
        tree.TryLookup("camera_depth_optical_frame", "map", 0, out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!) with { DepthFrameAncestors = tree.Ancestors("camera_depth_optical_frame") });

        Assert.Equal(("transform.missing", RosLogLevel.Error), (finding.Key, finding.Severity));
        Assert.Contains("no transform from 'camera_depth_optical_frame' to 'map': the tf tree holds base_link -> camera_depth_optical_frame (static), odom -> base_link", finding.Text);
        Assert.Contains("set frames.map to 'odom'", finding.Text);
    }

    [Fact]
    public void WithoutAnyPublisherOfTfThatIsNamed()
    {
        new TransformBuffer().TryLookup("camera", "map", 0, out _, out var problem);

        Assert.Contains("nobody publishes /tf", OnlyFinding(facts => WithoutTransform(facts, problem!) with { Endpoints = Without(facts, "/tf") }).Text);
    }

    [Theory]
    [InlineData(180, "transform.late", "raise tf.wait_ms from 300 to 550 or more")]
    [InlineData(60_000, "transform.stopped", "has stopped, or its clock is behind")]
    public void TransformsThatComeLateAreNamedWithTheWaitThatWouldDo(int lateMs, string key, string advice)
    {
        var tree = new TransformBuffer();
        tree.Add("map", "camera", 1_000_000_000, RigidTransform.Identity, isStatic: false);
        tree.TryLookup("camera", "map", 1_000_000_000 + (lateMs * 1_000_000L), out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!));

        Assert.Equal(key, finding.Key);
        Assert.Contains($"ends {lateMs} ms before the image", finding.Text);
        Assert.Contains(advice, finding.Text);
        Assert.Contains(("late_ms", $"{lateMs}"), finding.Values);
    }

    [Fact]
    public void AGapInTheTransformsIsNamedWithItsLength()
    {
        var tree = new TransformBuffer();
        tree.Add("map", "camera", 0, RigidTransform.Identity, isStatic: false);
        for (var i = 0; i < 10; i++) tree.Add("map", "camera", 1_000_000_000 + (i * 10_000_000), RigidTransform.Identity, isStatic: false);
        tree.TryLookup("camera", "map", 500_000_000, out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!));

        Assert.Contains("has a gap of 1000 ms around the image; publish it more often", finding.Text);
    }

    [Fact]
    public void ATransformLostNowAndThenIsNoFinding() => Assert.Empty(After(facts => facts with
    {
        Dropped = new Dictionary<string, long> { [DropReason.TransformMissing] = facts.Usable / 2 },
        TransformProblem = "'map' -> 'camera' ends 5 ms before the image",
    }));

    [Theory]
    [InlineData(-86_400, "is published, so set use_sim_time to true", "86400.0 s behind")]
    [InlineData(3, "(chrony)", "3.0 s ahead of")]
    public void ClocksThatDifferAreNamed(int stampsAheadSeconds, string advice, string difference)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Depth = facts.Depth with { LastStamp = facts.Depth.LastArrival + (stampsAheadSeconds * 1_000_000_000L) },
            Endpoints = stampsAheadSeconds < 0 ? [.. facts.Endpoints, Publisher("/clock", "rosgraph_msgs/msg/Clock")] : facts.Endpoints,
        });

        Assert.Equal("clock.differs", finding.Key);
        Assert.Contains(advice, finding.Text);
        Assert.Contains($"The stamps on '/depth/image_rect_raw' are {difference} the node's clock", finding.Text);
    }

    [Fact]
    public void SimulatedTimeThatDoesNotComeIsNamed()
    {
        var finding = OnlyFinding(facts => facts with { Usable = 0, UseSimTime = true, Now = 0 });

        Assert.Equal("clock.silent", finding.Key);
        Assert.Contains("use_sim_time is on and nobody publishes '/clock'", finding.Text);
    }

    [Fact]
    public void ABodyFrameInPlaceOfAnOpticalOneIsNamedAtOnceAndATiltedWorldAfterSomeViews()
    {
        InputFacts Upward(InputFacts facts, string frame, int views) => facts with
        {
            Depth = facts.Depth with { FrameId = frame },
            Frames = facts.Frames! with { ZAxisUp = 0.98, YAxisUp = 0.02, Views = views, CoolerViews = 0 },
        };

        Assert.Contains("The frame 'camera_link' of '/depth/image_rect_raw' looks like no optical frame", OnlyFinding(facts => Upward(facts, "camera_link", 1)).Text);
        Assert.Contains("its transform turns body axes into optical ones", OnlyFinding(facts => Upward(facts, "camera_depth_optical_frame", 12)).Text);
        Assert.Empty(After(facts => Upward(facts, "camera_depth_optical_frame", 3)));
    }
}
