namespace AlsterNode.Ros2.Cdr;

/// <summary>A ROS 2 message; the classes in <c>AlsterNode.Ros2.Messages</c> are generated from .msg and .srv files.</summary>
public interface IMessage
{
    /// <summary>Fills this message. Sequences become new arrays, so that what was read before stays as it is.</summary>
    void Read(ref CdrReader reader);

    /// <summary>Writes this message, or measures it with a counting writer.</summary>
    void Write(ref CdrWriter writer);
}

/// <summary>A message whose type is known without an instance.</summary>
public interface IMessage<TSelf> : IMessage where TSelf : IMessage<TSelf>, new()
{
    /// <summary>The type's names, hash and definition.</summary>
    static abstract MessageType Type { get; }
}

/// <summary>A ROS 2 service.</summary>
public interface IService<TRequest, TResponse>
    where TRequest : IMessage<TRequest>, new()
    where TResponse : IMessage<TResponse>, new()
{
    /// <summary>The service type's name and hash.</summary>
    static abstract ServiceType Type { get; }
}

/// <summary>What others call a message type.</summary>
/// <param name="Name">ROS's name: sensor_msgs/msg/Image.</param>
/// <param name="DdsName">The name on the wire: sensor_msgs::msg::dds_::Image_.</param>
/// <param name="Hash">RIHS01_ and 64 hexadecimal digits (REP-2011).</param>
/// <param name="Definition">The ros2msg text with all the types it refers to, as bags carry it.</param>
public sealed record MessageType(string Name, string DdsName, string Hash, string Definition);

/// <summary>What others call a service type.</summary>
/// <param name="Name">ROS's name: std_srvs/srv/Trigger.</param>
/// <param name="Hash">RIHS01_ and 64 hexadecimal digits; of the service, not of its request or response.</param>
/// <param name="Request">The request's message type.</param>
/// <param name="Response">The response's message type.</param>
public sealed record ServiceType(string Name, string Hash, MessageType Request, MessageType Response);

/// <summary>Whole payloads from and to messages.</summary>
public static class CdrMessage
{
    /// <summary>The size of the payload [bytes], header and padding included.</summary>
    public static int PayloadBytes(this IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var counter = CdrWriter.Counting();
        message.Write(ref counter);
        return counter.PayloadBytes;
    }

    /// <summary>Fills a payload of exactly <see cref="PayloadBytes"/> bytes.</summary>
    public static void WriteTo(this IMessage message, Span<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new CdrWriter(payload);
        message.Write(ref writer);
        writer.Finish();
        if (writer.PayloadBytes != payload.Length) throw new CdrException($"The message takes {writer.PayloadBytes} bytes, but {payload.Length} were given for it.");
    }

    /// <summary>The message as a new payload.</summary>
    public static byte[] ToPayload(this IMessage message)
    {
        var payload = new byte[message.PayloadBytes()];
        message.WriteTo(payload);
        return payload;
    }

    /// <summary>The message a payload holds; throws <see cref="CdrException"/> when it holds none.</summary>
    public static T Parse<T>(ReadOnlySpan<byte> payload) where T : IMessage, new()
    {
        var reader = new CdrReader(payload);
        var message = new T();
        message.Read(ref reader);
        return message;
    }
}
