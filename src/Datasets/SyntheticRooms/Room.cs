using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>What a room is for; it decides about the furniture.</summary>
public enum RoomKind
{
    Bedroom, LivingRoom, Kitchen, Bathroom, Office, Mixed,
}

/// <summary>What to choose when a room is made; null leaves the choice to the seed.</summary>
public sealed record RoomOptions
{
    /// <summary>The kind of room.</summary>
    public RoomKind? Kind { get; init; }

    /// <summary>Small things on furniture and floor, unlabelled as in ScanNet's 20 classes.</summary>
    public bool Clutter { get; init; } = true;

    /// <summary>Turn and shift the room in the world, so that walls do not lie on the voxel grid.</summary>
    public bool Turned { get; init; } = true;

    /// <summary>
    /// One look for all rooms: the same wood, cloth, paint, patterns, windows and light everywhere. For comparisons only: what a network learns of it does not
    /// leave home.
    /// </summary>
    public bool FixedLook { get; init; }
}

/// <summary>A piece of furniture as a target to look at.</summary>
/// <param name="Nyu40Id">Its class.</param>
/// <param name="Center">Its middle in the room frame [m].</param>
/// <param name="Radius">Half its largest extent [m].</param>
internal readonly record struct RoomObject(byte Nyu40Id, Vector3d Center, double Radius);

/// <summary>A furnished room: surfaces, lights, and the plan a camera needs to walk in it.</summary>
public sealed class Room
{
    /// <summary>A room on a plan.</summary>
    internal Room(RoomLayout layout, IReadOnlyList<RoomObject> objects) => (Layout, Objects) = (layout, objects);

    /// <summary>What the room was made from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What the room is for.</summary>
    public required RoomKind Kind { get; init; }

    /// <summary>Every surface, labelled, in the world frame.</summary>
    public required RoomMesh Mesh { get; init; }

    /// <summary>The lamps and the light from the windows, in the world frame.</summary>
    public required IReadOnlyList<Light> Lights { get; init; }

    /// <summary>T_world_room: the room frame has its floor at z = 0 and walls along x and y.</summary>
    public required RigidTransform RoomToWorld { get; init; }

    /// <summary>The plan: outline, walls, footprints, in the room frame.</summary>
    internal RoomLayout Layout { get; }

    /// <summary>The furniture, in the order it was placed.</summary>
    internal IReadOnlyList<RoomObject> Objects { get; }

    /// <summary>Whether a point in the world is inside the room and at least <paramref name="margin"/> [m] from walls and furniture.</summary>
    public bool IsFree(Vector3d pointInWorld, double margin)
    {
        var p = RoomToWorld.Inverse().Apply(pointInWorld);
        return p.Z > margin && p.Z < Layout.Height - margin && Layout.IsFree(p.X, p.Y, p.Z, margin);
    }
}
