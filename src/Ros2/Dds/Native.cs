using System.Runtime.InteropServices;

namespace AlsterNode.Ros2.Dds;

/// <summary>The functions of libalsterdds (native/), one to one. A negative result is a failure: <see cref="Checked(int)"/>.</summary>
internal static unsafe partial class Native
{
    /// <summary>DDS_RETCODE_TIMEOUT: the one failure that callers expect.</summary>
    public const int Timeout = -10;

    private const string Library = "alsterdds";

    [StructLayout(LayoutKind.Sequential)]
    public struct Qos
    {
        public int Reliable, TransientLocal, Depth, IgnoreOwnParticipant;
        public long MaxBlocking, Deadline, Lifespan, Lease; // [ns]
        public byte* UserData;
        public ulong UserDataSize;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Sample
    {
        public nint Handle;
        public byte* Bytes;
        public ulong Size;
        public long SourceTime;
        public ulong Publication;

        public readonly ReadOnlySpan<byte> Payload => new(Bytes, checked((int)Size));
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Endpoint
    {
        public EntityId Id, Participant;
        public int Alive, Reliable, TransientLocal, Depth;
        public long Deadline, Lifespan, Lease; // [ns]
        public byte* Topic;
        public byte* Type;
        public byte* UserData;
        public ulong UserDataSize;
        public nint Memory;
    }

    /// <summary>Turns a failure into an exception with the shim's words.</summary>
    public static int Checked(int status) => status >= 0 ? status : throw new DdsException(Error(), status);

    /// <summary>Turns a failure into an exception; otherwise the new entity.</summary>
    public static DdsEntity Created(nint handle) => handle >= 0 ? new DdsEntity(handle) : throw new DdsException(Error(), (int)handle);

    /// <summary>What failed last on this thread.</summary>
    public static string Error() => Marshal.PtrToStringUTF8((nint)alster_dds_error()) ?? "";

    /// <summary>The file Cyclone DDS was loaded from; null when unknown.</summary>
    public static string? CycloneLibrary() => Marshal.PtrToStringUTF8((nint)alster_dds_library());

    [LibraryImport(Library)]
    private static partial byte* alster_dds_error();

    [LibraryImport(Library)]
    private static partial byte* alster_dds_library();

    [LibraryImport(Library, EntryPoint = "alster_dds_take_log")]
    public static partial int TakeLog(byte* text, int capacity);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_domain", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateDomain(uint id, string configuration);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_participant", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateParticipant(uint domain, ReadOnlySpan<byte> userData, ulong size, string[] properties, int count);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_topic", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateTopic(DdsEntity participant, string name, string type, out nint sampleType);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_writer")]
    public static partial nint CreateWriter(DdsEntity participant, DdsEntity topic, Qos* qos);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_reader")]
    public static partial nint CreateReader(DdsEntity participant, DdsEntity topic, Qos* qos);

    [LibraryImport(Library, EntryPoint = "alster_dds_delete")]
    public static partial int Delete(nint entity);

    [LibraryImport(Library, EntryPoint = "alster_dds_loan")]
    public static partial int Loan(nint sampleType, ulong size, out nint sample, out byte* bytes);

    [LibraryImport(Library, EntryPoint = "alster_dds_write")]
    public static partial int Write(DdsEntity writer, nint sample);

    [LibraryImport(Library, EntryPoint = "alster_dds_take")]
    public static partial int Take(DdsEntity reader, Sample* samples, int capacity);

    [LibraryImport(Library, EntryPoint = "alster_dds_return")]
    public static partial void Return(nint sample);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_waitset")]
    public static partial nint CreateWaitset(DdsEntity participant);

    [LibraryImport(Library, EntryPoint = "alster_dds_attach_reader")]
    public static partial nint AttachReader(DdsEntity waitset, DdsEntity reader, long id);

    [LibraryImport(Library, EntryPoint = "alster_dds_attach_guard")]
    public static partial nint AttachGuard(DdsEntity waitset, DdsEntity participant, long id);

    [LibraryImport(Library, EntryPoint = "alster_dds_detach")]
    public static partial int Detach(DdsEntity waitset, DdsEntity condition);

    [LibraryImport(Library, EntryPoint = "alster_dds_set_guard")]
    public static partial int SetGuard(DdsEntity guard, int value);

    [LibraryImport(Library, EntryPoint = "alster_dds_wait")]
    public static partial int Wait(DdsEntity waitset, long* ids, int capacity, long timeout);

    [LibraryImport(Library, EntryPoint = "alster_dds_guid")]
    public static partial int Guid(DdsEntity entity, EntityId* guid);

    [LibraryImport(Library, EntryPoint = "alster_dds_instance_handle")]
    public static partial int InstanceHandle(DdsEntity entity, out ulong instance);

    [LibraryImport(Library, EntryPoint = "alster_dds_matched")]
    public static partial int Matched(DdsEntity entity, int isWriter, out int refused, out int policy);

    [LibraryImport(Library, EntryPoint = "alster_dds_create_graph_reader")]
    public static partial nint CreateGraphReader(DdsEntity participant, int kind);

    [LibraryImport(Library, EntryPoint = "alster_dds_take_graph")]
    public static partial int TakeGraph(DdsEntity reader, int kind, Endpoint* endpoint);

    [LibraryImport(Library, EntryPoint = "alster_dds_free")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "alster_dds_client_ready")]
    public static partial int ClientReady(DdsEntity requestReader, DdsEntity replyWriter, ulong publication);
}
