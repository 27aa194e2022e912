using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Makes a furnished, labelled room from a seed: the same room on every machine.</summary>
public static class RoomGenerator
{
    /// <summary>Creates the room of a seed.</summary>
    public static Room Create(ulong seed, RoomOptions? options = null)
    {
        options ??= new RoomOptions();
        var random = new Prng(seed);
        var kind = options.Kind ?? (RoomKind)random.Below(6);
        var layout = Plan(kind, random);
        var roomToWorld = Turn(layout, random, options.Turned);
        var builder = new MeshBuilder(roomToWorld);
        var palette = new Palette(Look(options, seed, 1));
        var furniture = new Furniture(Prng.Stream(seed, 2), palette) { WithClutter = options.Clutter };
        var shell = new RoomShell(layout, palette, Prng.Stream(seed, 3), Look(options, seed, 6));
        shell.Cut(kind);
        shell.Build(builder, palette.Floor(kind));
        var furnisher = new RoomFurnisher(layout, builder, furniture, Prng.Stream(seed, 4));
        furnisher.Furnish(kind);
        return new Room(layout, furnisher.Objects)
        {
            Seed = seed,
            Kind = kind,
            Mesh = builder.Build(),
            Lights = Lights(shell, furnisher, layout, roomToWorld, Look(options, seed, 5)),
            RoomToWorld = roomToWorld,
        };
    }

    private static Prng Look(RoomOptions options, ulong seed, ulong stream) =>
        options.FixedLook ? Prng.Always(0.45) : Prng.Stream(seed, stream); // near the middle of every range

    private static RoomLayout Plan(RoomKind kind, Prng random)
    {
        var (low, high) = kind switch
        {
            RoomKind.Bathroom => (2.6, 3.8),
            RoomKind.Kitchen => (3.3, 5.2),
            RoomKind.Bedroom => (3.2, 5.2),
            RoomKind.Mixed => (4.2, 6.6),
            _ => (3.4, 6.2),
        };
        double width = random.Uniform(low, high + 0.4), depth = random.Uniform(low, high);
        var corner = random.Chance(kind == RoomKind.Bathroom ? 0.1 : 0.3);
        double cutX = corner ? width * random.Uniform(0.25, 0.45) : 0, cutY = corner ? depth * random.Uniform(0.25, 0.45) : 0;
        return new RoomLayout(width, depth, random.Uniform(2.4, 3.0), cutX, cutY);
    }

    /// <summary>Half of the rooms lie along the world's axes, the others are turned; none starts exactly on the voxel grid.</summary>
    private static RigidTransform Turn(RoomLayout layout, Prng random, bool turned)
    {
        var yaw = turned && random.Chance(0.5) ? random.Uniform(-Math.PI, Math.PI) : random.Below(4) * Math.PI / 2;
        if (!turned) yaw = 0;
        var shift = turned ? new Vector3d(random.Uniform(0, 0.08), random.Uniform(0, 0.08), random.Uniform(0, 0.08)) : Vector3d.Zero;
        var rotation = new RigidTransform(0, 0, Math.Sin(yaw / 2), Math.Cos(yaw / 2), Vector3d.Zero);
        double minX = 0, minY = 0;
        foreach (var (x, y) in layout.Outline)
        {
            var p = rotation.Rotate(new Vector3d(x, y, 0));
            (minX, minY) = (Math.Min(minX, p.X), Math.Min(minY, p.Y)); // as in ScanNet, the room starts near the world's origin
        }
        return rotation with { Translation = shift - new Vector3d(minX, minY, 0) };
    }

    private static List<Light> Lights(RoomShell shell, RoomFurnisher furnisher, RoomLayout layout, RigidTransform roomToWorld, Prng random)
    {
        var lights = new List<Light>();
        var daylight = shell.Daylight.Count > 0 ? random.Uniform(0.2, 1) : 0;
        var lamplight = daylight > 0.6 && random.Chance(0.5) ? random.Uniform(0, 0.3) : random.Uniform(0.6, 1.2);
        var warmth = random.Uniform();
        var warm = Vector3.Lerp(new Vector3(1, 0.78f, 0.55f), new Vector3(1, 0.98f, 0.95f), (float)warmth);
        var scale = layout.Width * layout.Depth / 14; // larger rooms have stronger lamps
        foreach (var lamp in furnisher.Lamps) Add(lamp, warm * (float)(2.2 * lamplight * scale / furnisher.Lamps.Count), 0.07f);
        var sky = Vector3.Lerp(new Vector3(0.8f, 0.9f, 1), new Vector3(1, 0.93f, 0.8f), (float)random.Uniform());
        foreach (var (middle, w, h) in shell.Daylight) Add(middle, sky * (float)(0.9 * daylight * Math.Min(2.5, w * h)), 0.1f);
        if (lights.Count == 0) Add(new Vector3d(layout.Width / 2, layout.Depth / 2, layout.Height - 0.7), warm * 2, 0.12f);
        return [.. lights.OrderByDescending(l => l.Intensity.Y).Take(3)];

        void Add(Vector3d p, Vector3 intensity, float radius)
        {
            var q = roomToWorld.Apply(p);
            if (intensity.Y > 0.05f) lights.Add(new Light(new Vector3((float)q.X, (float)q.Y, (float)q.Z), intensity, radius));
        }
    }
}
