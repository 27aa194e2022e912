using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>What an ideal camera sees, [H, W] each: no noise, no exposure.</summary>
public sealed class RenderedImage(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Linear light towards the camera.</summary>
    public Vector3[] Radiance { get; } = new Vector3[width * height];

    /// <summary>Distance along the optical axis [m]; 0 where a ray leaves the room.</summary>
    public float[] Depth { get; } = new float[width * height];

    /// <summary>Unit normals in the world frame, towards the camera.</summary>
    public Vector3[] Normals { get; } = new Vector3[width * height];

    /// <summary>NYU40 ids; 0 where a ray leaves the room.</summary>
    public byte[] Nyu40Ids { get; } = new byte[width * height];

    /// <summary>Objects from 1; 0 where a ray leaves the room.</summary>
    public ushort[] InstanceIds { get; } = new ushort[width * height];

    /// <summary>How well an active depth sensor sees the surface, in [0, 1]: dark, shiny, grazing and glass surfaces return little.</summary>
    public float[] DepthReturn { get; } = new float[width * height];
}
