namespace AlsterNode.Ros2.Dds;

/// <summary>A DDS topic and the memory its samples are made of.</summary>
internal sealed class DdsTopic : IDisposable
{
    private DdsTopic(DdsEntity entity, nint sampleType)
    {
        Entity = entity;
        SampleType = sampleType;
    }

    public DdsEntity Entity { get; }

    /// <summary>What <see cref="Native.Loan"/> wants; lives as long as this topic.</summary>
    public nint SampleType { get; }

    public static DdsTopic Create(DdsEntity participant, string name, string type)
    {
        var entity = Native.Created(Native.CreateTopic(participant, name, type, out var sampleType));
        return new DdsTopic(entity, sampleType);
    }

    public unsafe DdsEntity CreateWriter(DdsEntity participant, QosProfile qos, string userData)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(userData);
        fixed (byte* start = bytes)
        {
            var native = qos.ToNative(start, bytes.Length);
            return Native.Created(Native.CreateWriter(participant, Entity, &native));
        }
    }

    public unsafe DdsEntity CreateReader(DdsEntity participant, QosProfile qos, string userData)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(userData);
        fixed (byte* start = bytes)
        {
            var native = qos.ToNative(start, bytes.Length);
            return Native.Created(Native.CreateReader(participant, Entity, &native));
        }
    }

    public void Dispose() => Entity.Dispose();
}
