using System.Numerics;
using System.Runtime.Intrinsics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// Ground truth in 3D: labelled points about every two centimetres on the surfaces that a camera in the room could see. Undersides
/// and surfaces inside other objects are left out, as they are missing from a scan.
/// </summary>
internal static class LabelSurface
{
    private const int Viewpoints = 96;

    /// <summary>Samples the surfaces of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="spacing">Distance between neighbouring points [m].</param>
    public static LabelMesh Sample(SyntheticScene scene, double spacing = 0.022)
    {
        var mesh = scene.Room.Mesh;
        var points = new List<Vector3>();
        var triangles = new List<int>();
        var taken = new HashSet<(VoxelIndex, byte)>();
        for (var t = 0; t < mesh.Count; t++) SampleTriangle(mesh, t, spacing, points, triangles, taken);
        var seen = Seen(scene, points);
        var vertices = new List<float>();
        var labels = new List<ushort>();
        var colors = new List<byte>();
        for (var i = 0; i < points.Count; i++)
        {
            if (!seen[i]) continue;
            vertices.AddRange([points[i].X, points[i].Y, points[i].Z]);
            labels.Add(mesh.Nyu40Ids[triangles[i]]);
            var k = 3 * triangles[i];
            var uv = (mesh.Coordinates[k] + mesh.Coordinates[k + 1] + mesh.Coordinates[k + 2]) / 3;
            var albedo = Textures.Color(mesh.Materials[mesh.MaterialIds[triangles[i]]], uv.X, uv.Y, (float)spacing * 4);
            for (var channel = 0; channel < 3; channel++) colors.Add((byte)Math.Clamp(255 * MathF.Sqrt(Math.Max(0, albedo[channel])), 0, 255));
        }
        return new LabelMesh { Vertices = [.. vertices], LabelsNyu40 = [.. labels], Colors = [.. colors] };
    }

    private static void SampleTriangle(RoomMesh mesh, int t, double spacing, List<Vector3> points, List<int> triangles, HashSet<(VoxelIndex, byte)> taken)
    {
        Vector3 a = mesh.Positions[3 * t], e1 = mesh.Positions[(3 * t) + 1] - a, e2 = mesh.Positions[(3 * t) + 2] - a;
        int n1 = Math.Max(1, (int)Math.Ceiling(e1.Length() / spacing)), n2 = Math.Max(1, (int)Math.Ceiling(e2.Length() / spacing));
        for (var i = 0; i < n1; i++)
        {
            for (var j = 0; j < n2; j++)
            {
                float u = (i + 0.5f) / n1, v = (j + 0.5f) / n2;
                if (u + v > 1)
                {
                    if (n1 > 1 && n2 > 1) continue;
                    (u, v) = (u / (u + v) * 0.98f, v / (u + v) * 0.98f); // slivers have a point as well
                }
                var p = a + (u * e1) + (v * e2);
                // a point per cell and class: small triangles share theirs
                if (!taken.Add((VoxelIndex.FromPoint(new Vector3d(p.X, p.Y, p.Z), spacing * 0.75), mesh.Nyu40Ids[t]))) continue;
                points.Add(p);
                triangles.Add(t);
            }
        }
    }

    /// <summary>Whether each point is seen from one of many places where a camera could be.</summary>
    private static bool[] Seen(SyntheticScene scene, List<Vector3> points)
    {
        var eyes = Eyes(scene);
        var bvh = scene.RayCaster.Bvh;
        var seen = new bool[points.Count];
        Parallel.For(0, (points.Count + 7) / 8, packet =>
        {
            Span<float> origin = stackalloc float[24];
            Span<float> direction = stackalloc float[24];
            Span<float> reach = stackalloc float[8];
            reach.Clear();
            var open = Math.Min(8, points.Count - (8 * packet));
            for (var lane = open; lane < 8; lane++) reach[lane] = -1;
            foreach (var eye in eyes)
            {
                if (open == 0) break;
                for (var lane = 0; lane < 8; lane++)
                {
                    if (reach[lane] < 0) continue;
                    var p = points[(8 * packet) + lane];
                    var d = eye - p;
                    p += d * (0.003f / Math.Max(0.01f, d.Length())); // off the surface
                    reach[lane] = 0.99f;
                    for (var axis = 0; axis < 3; axis++) (origin[(8 * axis) + lane], direction[(8 * axis) + lane]) = (p[axis], d[axis]);
                }
                var rays = new RayPacket
                {
                    OriginX = Vector256.Create<float>(origin[..8]),
                    OriginY = Vector256.Create<float>(origin[8..16]),
                    OriginZ = Vector256.Create<float>(origin[16..]),
                    DirectionX = Vector256.Create<float>(direction[..8]),
                    DirectionY = Vector256.Create<float>(direction[8..16]),
                    DirectionZ = Vector256.Create<float>(direction[16..]),
                    Distance = Vector256.Create<float>(reach),
                };
                var blocked = bvh.Blocked(ref rays);
                for (var lane = 0; lane < 8; lane++)
                {
                    if (reach[lane] < 0 || ((blocked >> lane) & 1) != 0) continue;
                    seen[(8 * packet) + lane] = true;
                    reach[lane] = -1;
                    open--;
                }
            }
        });
        return seen;
    }

    /// <summary>Half of the places on the camera's way, half anywhere in the free space.</summary>
    private static Vector3[] Eyes(SyntheticScene scene)
    {
        var eyes = new List<Vector3>();
        var random = Prng.Stream(scene.Room.Seed, 7);
        var layout = scene.Room.Layout;
        for (var i = 0; i < Viewpoints / 2; i++) Add(scene.Path.PoseAt((i + 0.5) / (Viewpoints / 2) * scene.Path.Duration).Translation);
        for (var attempt = 0; attempt < 4000 && eyes.Count < Viewpoints; attempt++)
        {
            double x = random.Uniform(0, layout.Width), y = random.Uniform(0, layout.Depth), z = random.Uniform(0.3, 1.9);
            if (layout.IsFree(x, y, z, 0.15)) Add(scene.Room.RoomToWorld.Apply(new Vector3d(x, y, z)));
        }
        return [.. eyes];

        void Add(Vector3d p) => eyes.Add(new Vector3((float)p.X, (float)p.Y, (float)p.Z));
    }
}
