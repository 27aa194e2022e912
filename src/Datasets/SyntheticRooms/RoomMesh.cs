using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>A labelled triangle soup in the world frame [m]; every array has one entry (or three: one per corner) per triangle.</summary>
public sealed class RoomMesh
{
    /// <summary>Corners, [3 F].</summary>
    public required Vector3[] Positions { get; init; }

    /// <summary>Unit shading normals at the corners, [3 F].</summary>
    public required Vector3[] Normals { get; init; }

    /// <summary>Surface coordinates at the corners: metres, or [0, 1] for pictures, [3 F].</summary>
    public required Vector2[] Coordinates { get; init; }

    /// <summary>Rows of <see cref="Materials"/>, [F].</summary>
    public required ushort[] MaterialIds { get; init; }

    /// <summary>NYU40 ids, [F].</summary>
    public required byte[] Nyu40Ids { get; init; }

    /// <summary>Objects from 1, as ScanNet counts them, [F].</summary>
    public required ushort[] InstanceIds { get; init; }

    /// <summary>What the surfaces look like.</summary>
    public required Material[] Materials { get; init; }

    /// <summary>Number of triangles.</summary>
    public int Count => MaterialIds.Length;
}
