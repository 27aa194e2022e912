using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

/// <summary>A small bag: images that do not compress, texts, one static transform; the log times run backwards here and there.</summary>
internal static class SampleBag
{
    public static BagTopic Topic<T>(string name, bool transientLocal = false) where T : IMessage<T>, new() => new(name, T.Type.Name)
    {
        QosProfiles = BagQos.Profile(reliable: true, transientLocal, depth: 1),
        TypeHash = T.Type.Hash,
        Definition = T.Type.Definition,
    };

    public static List<(string Topic, long LogTime, byte[] Payload)> Write(string folder, BagStorage storage, int images = 60, int rows = 240)
    {
        var random = new Random(0);
        var messages = new List<(string Topic, long LogTime, byte[] Payload)>();
        using var writer = new BagWriter(folder, storage);
        var color = writer.AddTopic(Topic<Image>("/camera/color/image_raw"));
        var chatter = writer.AddTopic(Topic<AlsterNode.Ros2.Messages.StdMsgs.String>("/chatter"));
        var tf = writer.AddTopic(Topic<TFMessage>("/tf_static", transientLocal: true));
        Write(tf, "/tf_static", 1_700_000_000_000_000_000, new TFMessage { Transforms = [new TransformStamped { ChildFrameId = "camera", Transform = { Translation = { X = 1.5 } } }] });
        for (var i = 0; i < images; i++)
        {
            var image = new Image { Header = { FrameId = "camera", Stamp = { Sec = i } }, Width = 320, Height = (uint)rows, Encoding = "rgb8", Step = 960, Data = new byte[960 * rows] };
            random.NextBytes(image.Data);
            Write(color, "/camera/color/image_raw", 1_700_000_000_000_000_000 + (i * 33_000_000L), image);
            if (i + 1 < images) Write(chatter, "/chatter", 1_700_000_000_000_000_000 + (i * 33_000_000L) - (i % 5 == 4 ? 70_000_000 : 0), new AlsterNode.Ros2.Messages.StdMsgs.String { Data = $"image {i}, größe" });
        }
        writer.Finish();
        return messages;

        void Write(int topic, string name, long logTime, IMessage message)
        {
            var payload = message.ToPayload();
            messages.Add((name, logTime, payload));
            writer.Write(topic, logTime, payload);
        }
    }
}
