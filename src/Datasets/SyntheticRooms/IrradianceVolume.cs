using System.Numerics;
using System.Runtime.Intrinsics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// The room's indirect light: on a grid of points, the light that comes from each of the six axis directions after one reflection,
/// found with 64 rays per point. Corners and the space under tables become dark, coloured walls tint their surroundings.
/// </summary>
internal sealed class IrradianceVolume
{
    private const float Spacing = 0.3f;  // [m]
    private const int Packets = 8;       // rays per point / 8
    private const float Beyond = 0.25f;  // light of what rays do not reach, and of the second and later reflections
    private readonly Vector3 _origin;
    private readonly int _nx, _ny, _nz;
    private readonly Vector3[] _light; // [Nz, Ny, Nx, 6]: +x, -x, +y, -y, +z, -z

    public IrradianceVolume(RoomMesh mesh, Bvh bvh, Light[] lights)
    {
        Vector3 min = new(float.PositiveInfinity), max = new(float.NegativeInfinity);
        foreach (var p in mesh.Positions) (min, max) = (Vector3.Min(min, p), Vector3.Max(max, p));
        _origin = min;
        var size = (max - min) / Spacing;
        (_nx, _ny, _nz) = ((int)size.X + 2, (int)size.Y + 2, (int)size.Z + 2);
        _light = new Vector3[_nx * _ny * _nz * 6];
        var directions = Directions();
        Parallel.For(0, _nx * _ny * _nz, cell => Gather(cell, mesh, bvh, lights, directions));
    }

    /// <summary>Indirect irradiance on a surface; the point is moved off the surface first so that it does not read from inside it.</summary>
    public Vector3 At(Vector3 position, Vector3 normal)
    {
        var p = (position + (normal * (0.5f * Spacing)) - _origin) / Spacing;
        int x = Math.Clamp((int)p.X, 0, _nx - 2), y = Math.Clamp((int)p.Y, 0, _ny - 2), z = Math.Clamp((int)p.Z, 0, _nz - 2);
        float tx = Math.Clamp(p.X - x, 0, 1), ty = Math.Clamp(p.Y - y, 0, 1), tz = Math.Clamp(p.Z - z, 0, 1);
        var squared = normal * normal;
        int sx = normal.X < 0 ? 1 : 0, sy = normal.Y < 0 ? 3 : 2, sz = normal.Z < 0 ? 5 : 4;
        var sum = Vector3.Zero;
        var weights = 1e-4f;
        for (var corner = 0; corner < 8; corner++)
        {
            int cx = corner & 1, cy = (corner >> 1) & 1, cz = corner >> 2;
            var row = 6 * (((((z + cz) * _ny) + y + cy) * _nx) + x + cx);
            if (_light[row].X < 0) continue; // a point inside furniture knows nothing
            var w = (cx == 0 ? 1 - tx : tx) * (cy == 0 ? 1 - ty : ty) * (cz == 0 ? 1 - tz : tz);
            sum += w * ((_light[row + sx] * squared.X) + (_light[row + sy] * squared.Y) + (_light[row + sz] * squared.Z));
            weights += w;
        }
        return sum / weights;
    }

    private void Gather(int cell, RoomMesh mesh, Bvh bvh, Light[] lights, RayPacket[] directions)
    {
        var x = cell % _nx;
        var y = cell / _nx % _ny;
        var z = cell / (_nx * _ny);
        var point = _origin + (new Vector3(x, y, z) * Spacing);
        Span<Vector3> light = stackalloc Vector3[6];
        Span<float> weights = stackalloc float[6];
        float reachSum = 0;
        var behind = 0;
        foreach (var packet in directions)
        {
            var rays = packet;
            (rays.OriginX, rays.OriginY, rays.OriginZ) = (Vector256.Create(point.X), Vector256.Create(point.Y), Vector256.Create(point.Z));
            bvh.Closest(ref rays);
            for (var lane = 0; lane < 8; lane++)
            {
                var d = new Vector3(rays.DirectionX.GetElement(lane), rays.DirectionY.GetElement(lane), rays.DirectionZ.GetElement(lane));
                var triangle = rays.Triangle.GetElement(lane);
                var radiance = triangle < 0 ? Vector3.Zero : Reflected(mesh, lights, triangle, point + (d * rays.Distance.GetElement(lane)), d, ref behind);
                reachSum += triangle < 0 ? 0 : Math.Min(1, rays.Distance.GetElement(lane));
                for (var face = 0; face < 6; face++)
                {
                    var w = Math.Max(0, face % 2 == 0 ? d[face / 2] : -d[face / 2]);
                    light[face] += radiance * w;
                    weights[face] += w;
                }
            }
        }
        var row = 6 * cell;
        var enclosed = behind > 20 || reachSum < 64 * 0.06f;
        for (var face = 0; face < 6; face++) _light[row + face] = enclosed ? new Vector3(-1) : light[face] / weights[face];
    }

    /// <summary>Light a surface sends back, without shadows: the grid is too coarse to show the difference.</summary>
    private static Vector3 Reflected(RoomMesh mesh, Light[] lights, int triangle, Vector3 position, Vector3 direction, ref int behind)
    {
        var k = 3 * triangle;
        var flat = Vector3.Normalize(Vector3.Cross(mesh.Positions[k + 1] - mesh.Positions[k], mesh.Positions[k + 2] - mesh.Positions[k]));
        if (Vector3.Dot(flat, direction) > 0) flat = -flat;
        if (Vector3.Dot(mesh.Normals[k], direction) > 0) behind++;
        var material = mesh.Materials[mesh.MaterialIds[triangle]];
        var irradiance = new Vector3(Beyond + material.Emission);
        foreach (var light in lights)
        {
            var toLight = light.Position - position;
            var squared = Math.Max(0.2f, toLight.LengthSquared());
            irradiance += light.Intensity * (Math.Max(0, Vector3.Dot(toLight, flat)) / (squared * MathF.Sqrt(squared)));
        }
        return Vector3.Lerp(material.Color, material.Color2 == Vector3.Zero ? material.Color : material.Color2, 0.3f) * irradiance;
    }

    /// <summary>Directions spread evenly over the sphere (Fibonacci spiral).</summary>
    private static RayPacket[] Directions()
    {
        var packets = new RayPacket[Packets];
        Span<float> d = stackalloc float[24];
        for (var p = 0; p < Packets; p++)
        {
            for (var lane = 0; lane < 8; lane++)
            {
                var i = (8 * p) + lane;
                var z = 1 - ((2 * (i + 0.5)) / (8 * Packets));
                var radius = Math.Sqrt(1 - (z * z));
                var angle = i * Math.PI * (3 - Math.Sqrt(5)); // the golden angle
                (d[lane], d[8 + lane], d[16 + lane]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)), (float)z);
            }
            packets[p] = new RayPacket
            {
                DirectionX = Vector256.Create<float>(d[..8]),
                DirectionY = Vector256.Create<float>(d[8..16]),
                DirectionZ = Vector256.Create<float>(d[16..]),
                Distance = Vector256.Create(20f),
            };
        }
        return packets;
    }
}
