using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>A small round light in the world frame.</summary>
/// <param name="Position">Centre [m].</param>
/// <param name="Intensity">Linear RGB; irradiance at distance d [m] is intensity / d^2.</param>
/// <param name="Radius">Softness of its shadows [m].</param>
public readonly record struct Light(Vector3 Position, Vector3 Intensity, float Radius);
