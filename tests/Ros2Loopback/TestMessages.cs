using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>std_msgs/msg/String, by hand.</summary>
public sealed class Text : IMessage<Text>
{
    public static MessageType Type { get; } = new("std_msgs/msg/String", "std_msgs::msg::dds_::String_", "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18", "string data");

    public string Data { get; set; } = "";

    public void Read(ref CdrReader reader) => Data = reader.ReadString();

    public void Write(ref CdrWriter writer) => writer.Write(Data);
}

/// <summary>A number and bytes: large samples.</summary>
public sealed class Blob : IMessage<Blob>
{
    public static MessageType Type { get; } = new("test_msgs/msg/Blob", "test_msgs::msg::dds_::Blob_", "", "uint64 number\nuint8[] data");

    public ulong Number { get; set; }

    public byte[] Data { get; set; } = [];

    public void Read(ref CdrReader reader)
    {
        Number = reader.Read<ulong>();
        Data = reader.ReadSequence<byte>();
    }

    public void Write(ref CdrWriter writer)
    {
        writer.Write(Number);
        writer.WriteSequence<byte>(Data);
    }
}

/// <summary>example_interfaces/srv/AddTwoInts, by hand.</summary>
public sealed class AddTwoInts : IService<AddTwoInts.Request, AddTwoInts.Response>
{
    public static ServiceType Type { get; } = new("example_interfaces/srv/AddTwoInts", "", Request.Type, Response.Type);

    public sealed class Request : IMessage<Request>
    {
        public static MessageType Type { get; } =
            new("example_interfaces/srv/AddTwoInts_Request", "example_interfaces::srv::dds_::AddTwoInts_Request_", "", "int64 a\nint64 b");

        public long A { get; set; }

        public long B { get; set; }

        public void Read(ref CdrReader reader) => (A, B) = (reader.Read<long>(), reader.Read<long>());

        public void Write(ref CdrWriter writer)
        {
            writer.Write(A);
            writer.Write(B);
        }
    }

    public sealed class Response : IMessage<Response>
    {
        public static MessageType Type { get; } =
            new("example_interfaces/srv/AddTwoInts_Response", "example_interfaces::srv::dds_::AddTwoInts_Response_", "", "int64 sum");

        public long Sum { get; set; }

        public void Read(ref CdrReader reader) => Sum = reader.Read<long>();

        public void Write(ref CdrWriter writer) => writer.Write(Sum);
    }
}
