using System.Runtime.InteropServices;

namespace AlsterNode.Ros2.Dds;

/// <summary>Owns a DDS entity. Deleting a participant deletes what was created from it; deleting those again is harmless.</summary>
internal sealed class DdsEntity : SafeHandle
{
    public DdsEntity(nint entity) : base(0, ownsHandle: true) => SetHandle(entity);

    public override bool IsInvalid => handle <= 0;

    /// <summary>The entity's globally unique id.</summary>
    public unsafe EntityId Id
    {
        get
        {
            EntityId id;
            Native.Checked(Native.Guid(this, &id));
            return id;
        }
    }

    /// <summary>The number by which this process's DDS knows the entity.</summary>
    public ulong InstanceHandle
    {
        get
        {
            Native.Checked(Native.InstanceHandle(this, out var instance));
            return instance;
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = Native.Delete(handle); // it may have gone with its participant
        return true;
    }
}
