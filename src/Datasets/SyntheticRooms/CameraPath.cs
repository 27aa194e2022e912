using System.Runtime.Intrinsics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// A person walks through the free space of a room and points a hand-held camera at the furniture, walls, doors and windows one after
/// the other, until all have been seen from nearby.
/// </summary>
public sealed class CameraPath
{
    private const double Speed = 0.6;     // [m/s] walking while filming
    private const double TurnSpeed = 0.9; // [rad/s]
    private readonly Room _room;
    private readonly FloorGrid _grid;
    private readonly Leg[] _legs;
    private readonly uint _seed;

    /// <summary>Plans the walk for a room.</summary>
    internal CameraPath(Room room, Bvh bvh)
    {
        _room = room;
        _seed = (uint)room.Seed;
        var random = Prng.Stream(room.Seed, 6);
        _grid = new FloorGrid(room.Layout);
        _legs = Legs(Stops(bvh, random), random);
        Duration = _legs.Sum(leg => leg.Duration);
    }

    /// <summary>Length of the whole walk [s].</summary>
    public double Duration { get; }

    /// <summary>T_world_camera at a time in [0, <see cref="Duration"/>] [s].</summary>
    public RigidTransform PoseAt(double time)
    {
        var start = 0.0;
        var index = 0;
        while (index < _legs.Length - 1 && time >= start + _legs[index].Duration) start += _legs[index++].Duration;
        var leg = _legs[index];
        var s = Math.Clamp((time - start) / leg.Duration, 0, 1);
        s = s * s * (3 - (2 * s)); // come to rest at each stop
        var (x, y) = Along(leg, s);
        var height = leg.HeightFrom + (s * (leg.HeightTo - leg.HeightFrom)) + (0.012 * Wave(time * 3.1, 1));
        var eye = new Vector3d(x, y, height);
        // from the gaze at the leg's start to the gaze at its end: a gaze that followed a target near the way would whirl around
        var (yaw0, pitch0) = Angles(leg.LookFrom - new Vector3d(leg.Path[0].X, leg.Path[0].Y, leg.HeightFrom));
        var (yaw1, pitch1) = Angles(leg.LookTo - new Vector3d(leg.Path[^1].X, leg.Path[^1].Y, leg.HeightTo));
        var yaw = yaw0 + (s * Math.IEEERemainder(yaw1 - yaw0, 2 * Math.PI)) + (0.035 * Wave(time * 0.9, 2));
        var pitch = Math.Clamp(pitch0 + (s * (pitch1 - pitch0)) + (0.035 * Wave(time * 0.8, 3)), -1.1, 0.6);
        var roll = 0.06 * Wave(time * 0.5, 4);
        var forward = new Vector3d(Math.Cos(pitch) * Math.Cos(yaw), Math.Cos(pitch) * Math.Sin(yaw), Math.Sin(pitch));
        var up = new Vector3d(Math.Sin(roll) * -Math.Sin(yaw), Math.Sin(roll) * Math.Cos(yaw), Math.Cos(roll));
        return RigidTransform.LookAt(eye, eye + forward, up).Then(_room.RoomToWorld);
    }

    /// <summary>Where to stand for each thing to see, in walking order.</summary>
    private List<Stop> Stops(Bvh bvh, Prng random)
    {
        var targets = Targets(random);
        var stops = new List<Stop>();
        foreach (var (center, radius) in targets)
        {
            var best = (Cost: double.MaxValue, Cell: 0);
            for (var k = 0; k < 20; k++)
            {
                var cell = _grid.Cells[random.Below(_grid.Cells.Length)];
                var (x, y) = _grid.Point(cell);
                var eye = new Vector3d(x, y, 1.5);
                var distance = (center - eye).Length;
                var cost = Math.Abs(distance - Math.Clamp(0.9 + (1.3 * radius), 1.1, 2.4)) // near enough to see, within the 3 m that are mapped
                    + (Sees(bvh, eye, center, radius) ? 0 : 2) + (0.3 * random.Uniform());
                if (cost < best.Cost) best = (cost, cell);
            }
            stops.Add(new Stop(best.Cell, center + new Vector3d(random.Uniform(-0.15, 0.15), random.Uniform(-0.15, 0.15), random.Uniform(-0.15, 0.15)), random.Uniform(1.25, 1.75)));
        }
        for (var i = 1; i + 1 < stops.Count; i++) // nearest next, so that the walk does not criss-cross
        {
            var next = i;
            for (var j = i; j < stops.Count; j++)
            {
                if (Far(stops[i - 1], stops[j]) < Far(stops[i - 1], stops[next])) next = j;
            }
            (stops[i], stops[next]) = (stops[next], stops[i]);
        }
        return stops;
    }

    private double Far(Stop a, Stop b)
    {
        var (ax, ay) = _grid.Point(a.Cell);
        var (bx, by) = _grid.Point(b.Cell);
        var turn = Math.Abs(Math.IEEERemainder(Angles(a.Look - new Vector3d(ax, ay, 1.5)).Yaw - Angles(b.Look - new Vector3d(bx, by, 1.5)).Yaw, 2 * Math.PI));
        return Math.Sqrt(((ax - bx) * (ax - bx)) + ((ay - by) * (ay - by))) + (0.5 * turn);
    }

    private List<(Vector3d Center, double Radius)> Targets(Prng random)
    {
        var layout = _room.Layout;
        var targets = new List<(Vector3d, double)>();
        foreach (var o in _room.Objects)
        {
            if (o.Nyu40Id == Nyu40.Picture && random.Chance(0.5)) continue; // they are seen on the way
            var target = (new Vector3d(o.Center.X, o.Center.Y, Math.Clamp(o.Center.Z, 0.3, 1.5)), o.Radius);
            targets.Add(target);
            if (o.Nyu40Id is Nyu40.Toilet or Nyu40.Sink or Nyu40.Bathtub or Nyu40.Counter or Nyu40.Bed or Nyu40.Refrigerator or Nyu40.Bookshelf or Nyu40.Sofa)
                targets.Add(target); // what few rooms have is looked at from two sides
        }
        foreach (var wall in layout.Walls)
        {
            foreach (var o in wall.Openings)
            {
                var (x, y) = wall.Point(o.Middle, 0);
                targets.Add((new Vector3d(x, y, (o.Bottom + o.Top) / 2), 0.8));
            }
            if (random.Chance(0.5)) continue;
            var (mx, my) = wall.Point(wall.Length * random.Uniform(0.2, 0.8), 0.05);
            targets.Add((new Vector3d(mx, my, random.Uniform(0.3, 1.8)), 0.5));
        }
        foreach (var (x, y) in layout.Outline)
        {
            if (random.Chance(0.5)) targets.Add((new Vector3d((0.9 * x) + (0.05 * layout.Width), (0.9 * y) + (0.05 * layout.Depth), random.Uniform(0.1, 2.0)), 0.5));
        }
        for (var i = 0; i < 2; i++)
        {
            var (x, y) = _grid.Point(_grid.Cells[random.Below(_grid.Cells.Length)]);
            targets.Add((new Vector3d(x, y, 0), 0.5));
        }
        var shuffled = targets.ToArray();
        random.Shuffle<(Vector3d, double)>(shuffled);
        return [.. shuffled];
    }

    private bool Sees(Bvh bvh, Vector3d eyeInRoom, Vector3d targetInRoom, double radius)
    {
        Vector3d eye = _room.RoomToWorld.Apply(eyeInRoom), to = _room.RoomToWorld.Apply(targetInRoom) - eye;
        var reach = 1 - (Math.Min(0.8, radius + 0.1) / Math.Max(0.5, to.Length));
        var ray = new RayPacket
        {
            OriginX = Vector256.Create((float)eye.X),
            OriginY = Vector256.Create((float)eye.Y),
            OriginZ = Vector256.Create((float)eye.Z),
            DirectionX = Vector256.Create((float)to.X),
            DirectionY = Vector256.Create((float)to.Y),
            DirectionZ = Vector256.Create((float)to.Z),
            Distance = Vector256.Create((float)reach),
        };
        return bvh.Blocked(ref ray) == 0;
    }

    private Leg[] Legs(List<Stop> stops, Prng random)
    {
        if (stops.Count == 1) stops.Add(stops[0]);
        var legs = new Leg[stops.Count - 1];
        for (var i = 0; i + 1 < stops.Count; i++)
        {
            var (from, to) = (stops[i], stops[i + 1]);
            var path = _grid.Path(from.Cell, to.Cell);
            var length = 0.0;
            for (var k = 1; k < path.Length; k++) length += Distance(path[k - 1], path[k]);
            var (sx, sy) = path[0];
            var (ex, ey) = path[^1];
            var turn = Math.Abs(Math.IEEERemainder(Angles(to.Look - new Vector3d(ex, ey, 1.5)).Yaw - Angles(from.Look - new Vector3d(sx, sy, 1.5)).Yaw, 2 * Math.PI));
            var duration = Math.Max(0.7, Math.Max(length / Speed, turn / TurnSpeed)) * random.Uniform(0.95, 1.3);
            legs[i] = new Leg(path, length, from.Look, to.Look, from.Height, to.Height, duration);
        }
        return legs;
    }

    /// <summary>The point at a part of a leg's length, its corners rounded where the room allows it.</summary>
    private (double X, double Y) Along(Leg leg, double part)
    {
        const double Round = 0.25; // [m]
        var exact = Exact(leg, part * leg.Length);
        double x = 0, y = 0;
        for (var k = -3; k <= 3; k++)
        {
            var p = Exact(leg, Math.Clamp((part * leg.Length) + (k * Round / 3), 0, leg.Length));
            (x, y) = (x + (p.X / 7), y + (p.Y / 7));
        }
        var blend = leg.Length < 1e-6 ? 0 : Math.Min(1, Math.Min(part, 1 - part) * leg.Length / Round); // legs meet exactly
        (x, y) = (exact.X + (blend * (x - exact.X)), exact.Y + (blend * (y - exact.Y)));
        return _room.Layout.IsFree(x, y, 1.4, 0.1) ? (x, y) : exact;
    }

    private static (double X, double Y) Exact(Leg leg, double distance)
    {
        for (var k = 1; k < leg.Path.Length; k++)
        {
            var step = Distance(leg.Path[k - 1], leg.Path[k]);
            if (distance > step)
            {
                distance -= step;
                continue;
            }
            var t = step < 1e-9 ? 0 : distance / step;
            return (leg.Path[k - 1].X + (t * (leg.Path[k].X - leg.Path[k - 1].X)), leg.Path[k - 1].Y + (t * (leg.Path[k].Y - leg.Path[k - 1].Y)));
        }
        return leg.Path[^1];
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    private static (double Yaw, double Pitch) Angles(Vector3d d) => (Math.Atan2(d.Y, d.X), Math.Atan2(d.Z, Math.Sqrt((d.X * d.X) + (d.Y * d.Y))));

    /// <summary>A hand's slow sway in [-1, 1].</summary>
    private double Wave(double t, uint stream) => (2 * Textures.Noise((float)t, 0.5f, _seed + stream)) - 1;

    private readonly record struct Stop(int Cell, Vector3d Look, double Height);

    private sealed record Leg((double X, double Y)[] Path, double Length, Vector3d LookFrom, Vector3d LookTo, double HeightFrom, double HeightTo, double Duration);
}
