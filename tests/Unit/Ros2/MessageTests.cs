using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.RosgraphMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.StdSrvs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Ros2;

public class MessageTests
{
    [SharedDataFact("ros2/rihs01_vectors.tsv")]
    public void HashesAreThoseThatRosComputes()
    {
        var known = File.ReadLines(SharedData.PathOf("ros2/rihs01_vectors.tsv")).Select(line => line.Split('\t')).ToDictionary(words => words[0], words => words[1]);
        var ours = MessageTypes.Messages.Where(type => !type.Namespace!.EndsWith("Humble", StringComparison.Ordinal)).Select(MessageTypes.TypeOf)
            .Select(type => (type.Name, type.Hash)).Concat(MessageTypes.Services.Select(type => (type.Name, type.Hash))).ToList();
        var packages = known.Keys.Select(name => name.Split('/')[0]).ToHashSet();

        Assert.True(ours.Count(type => known.ContainsKey(type.Name)) >= 140, $"Only {ours.Count(type => known.ContainsKey(type.Name))} types are in the list of true hashes.");
        Assert.Empty(ours.Where(type => packages.Contains(type.Name.Split('/')[0]) && !known.ContainsKey(type.Name)).Select(type => type.Name));
        Assert.Empty(ours.Where(type => known.TryGetValue(type.Name, out var hash) && hash != type.Hash).Select(type => type.Name));
    }

    [Fact]
    public void EveryTypeComesBackFromItsBytes()
    {
        var random = new Random(0);
        foreach (var type in MessageTypes.Messages)
        {
            for (var i = 0; i < 20; i++)
            {
                var payload = MessageTypes.Random(type, random).ToPayload();
                var reader = new CdrReader(payload);
                var again = (IMessage)Activator.CreateInstance(type)!;
                again.Read(ref reader);
                Assert.InRange(reader.Remaining, 0, 3);
                Assert.True(payload.AsSpan().SequenceEqual(again.ToPayload()), $"{type.Name} differs after a round trip.");
            }
        }
    }

    [Fact]
    public void NoPayloadCanMakeASequenceOfMessagesLargerThanItself()
    {
        var markers = new MarkerArray { Markers = [new Marker()] }.ToPayload();
        BitConverter.TryWriteBytes(markers.AsSpan(4), 1_000_000u);
        Assert.Contains("1000000 elements", Assert.Throws<CdrException>(() => CdrMessage.Parse<MarkerArray>(markers)).Message);
    }

    [Fact]
    public void NamesFollowRos()
    {
        Assert.Equal("sensor_msgs/msg/Image", Image.MessageType.Name);
        Assert.Equal("sensor_msgs::msg::dds_::Image_", Image.MessageType.DdsName);
        Assert.Equal("std_srvs/srv/Trigger", Trigger.ServiceType.Name);
        Assert.Equal("std_srvs::srv::dds_::Trigger_Request_", Trigger.ServiceType.Request.DdsName);
        Assert.Equal("alster_msgs/msg/SemanticVoxelMap", SemanticVoxelMap.MessageType.Name);
    }

    [Fact]
    public void DefinitionsCarryAllTypesTheyReferTo()
    {
        var separator = new string('=', 80);
        var blocks = PoseStamped.MessageType.Definition.Split($"\n{separator}\n");
        Assert.Equal("std_msgs/Header header\nPose pose\n", blocks[0]);
        Assert.Equal(["MSG: std_msgs/Header", "MSG: builtin_interfaces/Time", "MSG: geometry_msgs/Pose", "MSG: geometry_msgs/Point", "MSG: geometry_msgs/Quaternion"],
            blocks[1..].Select(block => block.Split('\n')[0]));
    }

    [Fact]
    public void AnEmptyMessageHasOneByte() => Assert.Equal(new byte[] { 0, 1, 0, 0, 0, 0, 0, 0 }, new TriggerRequest().ToPayload());

    [Fact]
    public void DefaultsAndConstantsAreThoseOfTheFiles()
    {
        Assert.Equal(1, new Quaternion().W);
        Assert.Equal(6, Marker.CUBE_LIST);
        Assert.Equal(65535, SemanticVoxelMap.UNLABELLED);
        Assert.Equal(9, new CameraInfo().K.Length);
    }

    [Fact]
    public void AFieldNamedAsItsMessageIsRenamed() => Assert.Equal(5, CdrMessage.Parse<Clock>(new Clock { ClockValue = { Sec = 5 } }.ToPayload()).ClockValue.Sec);

    [Fact]
    public void GlobalIdsHave16BytesAnd24OnHumble()
    {
        Assert.Equal(4 + 16, new AlsterNode.Ros2.Messages.RmwDdsCommon.Gid().PayloadBytes());
        Assert.Equal(4 + 24, new AlsterNode.Ros2.Messages.RmwDdsCommonHumble.Gid().PayloadBytes());
        Assert.Equal("rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_", AlsterNode.Ros2.Messages.RmwDdsCommonHumble.ParticipantEntitiesInfo.MessageType.DdsName);
    }

    [Fact]
    public void AViewShowsTheBytesOfThePayload()
    {
        var payload = new Image { Header = { FrameId = "camera" }, Width = 2, Height = 1, Encoding = "rgb8", Step = 6, Data = [1, 2, 3, 4, 5, 6] }.ToPayload();
        var view = ImageView.Parse(payload);
        Assert.Equal("camera", view.Header.FrameId);
        Assert.Equal("rgb8", view.Encoding);
        Assert.Equal(6, view.Data.Length);
        Assert.True(view.Data.Overlaps(payload));
    }

    [Fact]
    public void AFixedArrayOfAnotherLengthIsRefused() =>
        Assert.Contains("its type has 9", Assert.Throws<CdrException>(() => new CameraInfo { K = new double[4] }.ToPayload()).Message);
}
