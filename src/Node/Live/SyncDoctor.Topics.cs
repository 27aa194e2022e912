using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

internal sealed partial class SyncDoctor
{
    private sealed partial class Look
    {
        // Nodes announce themselves on a topic that belongs to none of them and has no ROS name.
        private bool IsAlone() => now.Endpoints.Count > 0 && now.Endpoints.All(endpoint => endpoint.Node == now.Node || !endpoint.Topic.StartsWith('/'));

        private static Finding Alone() => new("alone", RosLogLevel.Error,
            "No other node can be seen: start the camera's driver, or compare ROS_DOMAIN_ID, ROS_AUTOMATIC_DISCOVERY_RANGE and the network with it.");

        private IEnumerable<Finding> SilentTopics()
        {
            if (_usable > 0) yield break;
            foreach (var (input, was, stream) in Inputs())
            {
                if (input == ColorInfoInput && Came(before.Color, now.Color) == 0) continue; // it comes with the images
                if (input == DepthInfoInput && Came(before.Depth, now.Depth) == 0) continue;
                var isLatched = stream.Type == CameraInfo.MessageType.Name && stream.Received > 0 && !CostsMost(DropReason.CameraInfoMissing); // once is enough
                if (Came(was, stream) == 0 && !isLatched) yield return Silent(input, stream);
            }
        }

        private IEnumerable<(Input Input, StreamFacts Before, StreamFacts Now)> Inputs()
        {
            yield return (ColorInput, before.Color, now.Color);
            yield return (DepthInput, before.Depth, now.Depth);
            yield return (ColorInfoInput, before.ColorInfo, now.ColorInfo);
            yield return (DepthInfoInput, before.DepthInfo, now.DepthInfo);
            if (before.Pose is { } was && now.Pose is { } pose) yield return (PoseInput, was, pose);
        }

        private Finding Silent(Input input, StreamFacts stream)
        {
            List<GraphEndpoint> publishers = [.. now.Endpoints.Where(endpoint => endpoint.IsPublisher && TopicNames.IsTopic(endpoint, stream.Topic))];
            List<GraphEndpoint> ofType = [.. publishers.Where(endpoint => endpoint.Type == stream.Type)];
            if (publishers.Count == 0) return Nobody(input, stream);
            if (ofType.Count == 0) return OtherType(input, stream, publishers[0]);
            return ofType.TrueForAll(endpoint => stream.Qos.RefusalOf(endpoint.Qos) is not null) ? Refused(input, stream, ofType[0]) : Quiet(input, stream, ofType[0]);
        }

        private Finding Nobody(Input input, StreamFacts stream)
        {
            var similar = TopicNames.Suggest(stream.Topic, stream.Type, input.Key, now.Endpoints, now.Node);
            var advice = similar is null ? $"nothing like it carries {stream.Type} either; start the driver or set {input.Parameter}"
                : similar.Type == stream.Type ? $"'{similar.Topic}' is there with the same type; set {input.Parameter} to it or remap"
                : $"'{similar.Topic}' is there as {similar.Type}; set {input.Parameter} to it{TransportAdvice(input, similar.Type)}";
            return new Finding($"no_messages.{input.Key}", RosLogLevel.Error, $"Nobody publishes '{stream.Topic}' ({input.Name}): {advice}.",
                ("topic", stream.Topic), ("type", stream.Type), ("similar", similar?.Topic ?? ""));
        }

        private static Finding OtherType(Input input, StreamFacts stream, GraphEndpoint publisher) =>
            new($"type.{input.Key}", RosLogLevel.Error,
                $"'{stream.Topic}' ({input.Name}) is published by {Who(publisher)} as {publisher.Type}, expected {stream.Type}: set {input.Parameter} to another topic{TransportAdvice(input, publisher.Type)}.",
                ("topic", stream.Topic), ("found", publisher.Type), ("expected", stream.Type));

        /// <summary>The parameter that says raw or compressed, where it explains the difference.</summary>
        private static string TransportAdvice(Input input, string type)
        {
            var compressed = input.Key == "depth" ? "compressedDepth" : "compressed";
            if (input.Key is not ("color" or "depth")) return "";
            return type == CompressedImage.MessageType.Name ? $", with transport.{input.Key} {compressed}" : type == Image.MessageType.Name ? $", with transport.{input.Key} raw" : "";
        }

        private static Finding Refused(Input input, StreamFacts stream, GraphEndpoint publisher)
        {
            var advice = input.Key is not "pose" && QosProfile.SensorData.RefusalOf(publisher.Qos) is null ? "set qos.images to sensor_data" : $"let {Who(publisher)} offer {stream.Qos}";
            return new Finding($"qos.{input.Key}", RosLogLevel.Error, $"'{stream.Topic}' ({input.Name}) cannot be heard: {stream.Qos.RefusalOf(publisher.Qos)}; {advice}.",
                ("topic", stream.Topic), ("offered", publisher.Qos.ToString()), ("requested", stream.Qos.ToString()));
        }

        private Finding Quiet(Input input, StreamFacts stream, GraphEndpoint publisher)
        {
            var since = stream.Received == 0 ? "has sent nothing yet" : $"has sent nothing for {_seconds:0.#} s, after {stream.Received} messages";
            return new Finding($"no_messages.{input.Key}", RosLogLevel.Error,
                $"'{stream.Topic}' ({input.Name}) has a publisher, {Who(publisher)}, that {since}: see whether the driver streams it, or a player is paused.",
                ("topic", stream.Topic), ("received", $"{stream.Received}"), ("silent_s", $"{_seconds:0.#}"));
        }

        private static string Who(GraphEndpoint endpoint) => endpoint.Node ?? "a publisher without a node";
    }
}
