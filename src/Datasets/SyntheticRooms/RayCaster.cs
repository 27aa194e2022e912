using System.Numerics;
using System.Runtime.Intrinsics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// Renders a room: one ray per pixel in packets of 4 x 2 pixels, shadow rays to every light, indirect light from
/// <see cref="IrradianceVolume"/>. Deterministic: a pixel does not depend on the order of rendering.
/// </summary>
public sealed class RayCaster
{
    private readonly RoomMesh _mesh;
    private readonly Bvh _bvh;
    private readonly Light[] _lights;
    private readonly IrradianceVolume _indirect;

    /// <summary>Prepares a room for rendering: the tree, and its indirect light.</summary>
    public RayCaster(Room room) : this((room ?? throw new ArgumentNullException(nameof(room))).Mesh, [.. room.Lights]) { }

    /// <summary>Prepares any mesh for rendering.</summary>
    internal RayCaster(RoomMesh mesh, Light[] lights)
    {
        (_mesh, _lights) = (mesh, lights);
        _bvh = new Bvh(_mesh.Positions);
        _indirect = new IrradianceVolume(_mesh, _bvh, _lights);
    }

    /// <summary>The tree, for visibility questions of others.</summary>
    internal Bvh Bvh => _bvh;

    /// <summary>Renders one view.</summary>
    /// <param name="camera">The pinhole camera; distortion is not modelled.</param>
    /// <param name="cameraToWorld">T_world_camera.</param>
    /// <param name="grainSeed">Seed of the soft shadows' grain; give each frame its own.</param>
    public RenderedImage Render(CameraIntrinsics camera, RigidTransform cameraToWorld, uint grainSeed = 0)
    {
        var image = new RenderedImage(camera.Width, camera.Height);
        var view = new View(camera, cameraToWorld, grainSeed);
        Parallel.For(0, (camera.Height + 1) / 2, pair =>
        {
            for (var u = 0; u < camera.Width; u += 4) Block(image, view, u, 2 * pair);
        });
        return image;
    }

    /// <summary>Renders 4 x 2 pixels.</summary>
    private void Block(RenderedImage image, in View view, int u0, int v0)
    {
        var rays = view.Rays(u0, v0);
        _bvh.Closest(ref rays);
        Span<Surface> surfaces = stackalloc Surface[8];
        for (var lane = 0; lane < 8; lane++) surfaces[lane] = SurfaceAt(view, rays, lane);
        Span<Vector3> direct = stackalloc Vector3[8];
        Span<Vector3> gloss = stackalloc Vector3[8];
        foreach (var light in _lights) AddLight(light, view, surfaces, direct, gloss, ((uint)v0 << 16) | (uint)u0);
        for (var lane = 0; lane < 8; lane++)
        {
            int u = u0 + (lane & 3), v = v0 + (lane >> 2);
            ref readonly var s = ref surfaces[lane];
            if (u >= image.Width || v >= image.Height || s.Triangle < 0) continue;
            var pixel = (v * image.Width) + u;
            var material = _mesh.Materials[_mesh.MaterialIds[s.Triangle]];
            var footprint = s.Depth * view.PixelAngle / Math.Max(0.15f, s.Facing);
            var albedo = Textures.Color(material, s.Coordinates.X, s.Coordinates.Y, footprint);
            var light = direct[lane] + _indirect.At(s.Position, s.Normal);
            image.Radiance[pixel] = (albedo * (light + new Vector3(material.Emission))) + gloss[lane];
            image.Depth[pixel] = s.Depth;
            image.Normals[pixel] = s.Normal;
            image.Nyu40Ids[pixel] = _mesh.Nyu40Ids[s.Triangle];
            image.InstanceIds[pixel] = _mesh.InstanceIds[s.Triangle];
            var brightness = (0.3f * albedo.X) + (0.6f * albedo.Y) + (0.1f * albedo.Z);
            var returned = s.Facing * Math.Min(1, 0.15f + (3 * brightness)) * (1 - (0.5f * material.Gloss));
            image.DepthReturn[pixel] = material.DefeatsDepth ? 0 : returned;
        }
    }

    private Surface SurfaceAt(in View view, in RayPacket rays, int lane)
    {
        var triangle = rays.Triangle.GetElement(lane);
        if (triangle < 0) return new Surface { Triangle = -1 };
        var direction = new Vector3(rays.DirectionX.GetElement(lane), rays.DirectionY.GetElement(lane), rays.DirectionZ.GetElement(lane));
        float depth = rays.Distance.GetElement(lane), bu = rays.U.GetElement(lane), bv = rays.V.GetElement(lane), bw = 1 - bu - bv;
        var k = 3 * triangle;
        Vector3 a = _mesh.Positions[k], b = _mesh.Positions[k + 1], c = _mesh.Positions[k + 2];
        var flat = Vector3.Normalize(Vector3.Cross(b - a, c - a));
        if (Vector3.Dot(flat, direction) > 0) flat = -flat;
        var smooth = (_mesh.Normals[k] * bw) + (_mesh.Normals[k + 1] * bu) + (_mesh.Normals[k + 2] * bv);
        if (Vector3.Dot(smooth, flat) < 0) smooth = -smooth;
        smooth = Vector3.Normalize(smooth);
        var toEye = -Vector3.Normalize(direction);
        return new Surface
        {
            Triangle = triangle,
            Depth = depth,
            Position = view.Eye + (direction * depth) + (flat * 2e-3f),
            Normal = smooth,
            Flat = flat,
            ToEye = toEye,
            Facing = Vector3.Dot(flat, toEye),
            Coordinates = (_mesh.Coordinates[k] * bw) + (_mesh.Coordinates[k + 1] * bu) + (_mesh.Coordinates[k + 2] * bv),
        };
    }

    /// <summary>Adds a light where it is not blocked: Lambert into <paramref name="direct"/>, Blinn and Phong into <paramref name="gloss"/>.</summary>
    private void AddLight(in Light light, in View view, ReadOnlySpan<Surface> surfaces, Span<Vector3> direct, Span<Vector3> gloss, uint block)
    {
        Span<float> o = stackalloc float[24];
        Span<float> d = stackalloc float[24];
        Span<float> reach = stackalloc float[8];
        for (var lane = 0; lane < 8; lane++)
        {
            ref readonly var s = ref surfaces[lane];
            reach[lane] = -1;
            if (s.Triangle < 0) continue;
            var key = Prng.Hash(block + (uint)lane, view.Grain);
            var jitter = new Vector3(Prng.Hash01(key, 1) - 0.5f, Prng.Hash01(key, 2) - 0.5f, Prng.Hash01(key, 3) - 0.5f) * (2 * light.Radius);
            var toLight = light.Position + jitter - s.Position;
            if (Vector3.Dot(toLight, s.Flat) <= 0) continue;
            for (var axis = 0; axis < 3; axis++) (o[(8 * axis) + lane], d[(8 * axis) + lane]) = (s.Position[axis], toLight[axis]);
            reach[lane] = 0.98f;
        }
        if (Vector256.Create<float>(reach).ExtractMostSignificantBits() == 0xFF) return;
        var rays = new RayPacket
        {
            OriginX = Vector256.Create<float>(o[..8]),
            OriginY = Vector256.Create<float>(o[8..16]),
            OriginZ = Vector256.Create<float>(o[16..]),
            DirectionX = Vector256.Create<float>(d[..8]),
            DirectionY = Vector256.Create<float>(d[8..16]),
            DirectionZ = Vector256.Create<float>(d[16..]),
            Distance = Vector256.Create<float>(reach),
        };
        var blocked = _bvh.Blocked(ref rays);
        for (var lane = 0; lane < 8; lane++)
        {
            if (reach[lane] < 0 || ((blocked >> lane) & 1) != 0) continue;
            ref readonly var s = ref surfaces[lane];
            var toLight = light.Position - s.Position;
            var squared = Math.Max(toLight.LengthSquared(), 0.05f);
            var unit = toLight / MathF.Sqrt(squared);
            var irradiance = light.Intensity / squared;
            direct[lane] += irradiance * Math.Max(0, Vector3.Dot(unit, s.Normal));
            var shine = _mesh.Materials[_mesh.MaterialIds[s.Triangle]].Gloss;
            if (shine <= 0) continue;
            var half = Math.Max(0, Vector3.Dot(Vector3.Normalize(unit + s.ToEye), s.Normal));
            half *= half;
            half *= half;
            half *= half;
            half *= half; // exponent 16
            gloss[lane] += irradiance * (shine * half * half * 0.6f);
        }
    }

    private struct Surface
    {
        public int Triangle;
        public float Depth, Facing;
        public Vector3 Position, Normal, Flat, ToEye;
        public Vector2 Coordinates;
    }

    /// <summary>The camera as what rays need: a pixel's direction has length 1 along the optical axis, so that distances are depths.</summary>
    private readonly struct View
    {
        public readonly Vector3 Eye;
        public readonly float PixelAngle;
        public readonly uint Grain;
        private readonly Vector3 _right, _down, _forward;
        private readonly float _fx, _fy, _cx, _cy;

        public View(CameraIntrinsics camera, RigidTransform cameraToWorld, uint grain)
        {
            Eye = Single(cameraToWorld.Translation);
            Grain = grain;
            PixelAngle = (float)(1 / camera.Fx);
            _right = Single(cameraToWorld.Rotate(new Vector3d(1, 0, 0)));
            _down = Single(cameraToWorld.Rotate(new Vector3d(0, 1, 0)));
            _forward = Single(cameraToWorld.Rotate(new Vector3d(0, 0, 1)));
            (_fx, _fy, _cx, _cy) = ((float)camera.Fx, (float)camera.Fy, (float)camera.Cx, (float)camera.Cy);
        }

        public RayPacket Rays(int u0, int v0)
        {
            var x = (Vector256.Create((float)u0) + Vector256.Create(0f, 1, 2, 3, 0, 1, 2, 3) - Vector256.Create(_cx)) / Vector256.Create(_fx);
            var y = (Vector256.Create((float)v0) + Vector256.Create(0f, 0, 0, 0, 1, 1, 1, 1) - Vector256.Create(_cy)) / Vector256.Create(_fy);
            return new RayPacket
            {
                OriginX = Vector256.Create(Eye.X),
                OriginY = Vector256.Create(Eye.Y),
                OriginZ = Vector256.Create(Eye.Z),
                DirectionX = (_right.X * x) + (_down.X * y) + Vector256.Create(_forward.X),
                DirectionY = (_right.Y * x) + (_down.Y * y) + Vector256.Create(_forward.Y),
                DirectionZ = (_right.Z * x) + (_down.Z * y) + Vector256.Create(_forward.Z),
                Distance = Vector256.Create(100f), // [m] no room is that large
            };
        }

        private static Vector3 Single(Vector3d v) => new((float)v.X, (float)v.Y, (float)v.Z);
    }
}
