using System.Numerics;
using System.Runtime.Intrinsics;
using AlsterNode.Datasets.SyntheticRooms;

namespace AlsterNode.Tests.Unit.Datasets.SyntheticRooms;

public sealed class BvhTests
{
    [Fact]
    public void TheTreeFindsWhatTryingEveryTriangleFinds()
    {
        var mesh = RoomGenerator.Create(5).Mesh;
        var bvh = new Bvh(mesh.Positions);
        var random = new Prng(0);
        var hits = 0;
        for (var round = 0; round < 40; round++)
        {
            var (packet, origins, directions) = RandomRays(random);

            bvh.Closest(ref packet);

            for (var lane = 0; lane < 8; lane++)
            {
                var (triangle, distance, second) = Twin(mesh, origins[lane], directions[lane]);
                var found = packet.Triangle.GetElement(lane);
                if (second - distance < 1e-4) continue; // two surfaces at the same distance: either will do
                Assert.True(found == triangle, $"Ray {round}/{lane}: tree {found} at {packet.Distance.GetElement(lane)}, twin {triangle} at {distance}.");
                if (triangle < 0) continue;
                Assert.Equal(distance, packet.Distance.GetElement(lane), 1e-3);
                hits++;
            }
        }
        Assert.True(hits > 200, $"{hits} rays hit.");
    }

    [Fact]
    public void ARayIsBlockedWhereItsClosestHitIsNearerThanItsReach()
    {
        var mesh = RoomGenerator.Create(6).Mesh;
        var bvh = new Bvh(mesh.Positions);
        var random = new Prng(1);
        for (var round = 0; round < 200; round++)
        {
            var (packet, _, _) = RandomRays(random);
            var closest = packet with { Distance = Vector256.Create(50f) };
            var shadow = packet with { Distance = Vector256.Create((float)random.Uniform(0.2, 3)) };

            bvh.Closest(ref closest);
            var reach = shadow.Distance.ToScalar();
            var blocked = bvh.Blocked(ref shadow);

            for (var lane = 0; lane < 8; lane++) Assert.Equal(closest.Triangle.GetElement(lane) >= 0 && closest.Distance.GetElement(lane) < reach, ((blocked >> lane) & 1) != 0);
        }
    }

    private static (RayPacket Packet, Vector3[] Origins, Vector3[] Directions) RandomRays(Prng random)
    {
        var origins = new Vector3[8];
        var directions = new Vector3[8];
        for (var lane = 0; lane < 8; lane++)
        {
            origins[lane] = new((float)random.Uniform(0.3, 4), (float)random.Uniform(0.3, 4), (float)random.Uniform(0.3, 2.2));
            directions[lane] = new((float)random.Gaussian(), (float)random.Gaussian(), (float)random.Gaussian());
            if (lane == 7) directions[lane] = new(0, 0, -1); // along an axis
        }
        Vector256<float> Lanes(Vector3[] v, int axis) => Vector256.Create(v.Select(p => p[axis]).ToArray());
        return (new RayPacket
        {
            OriginX = Lanes(origins, 0),
            OriginY = Lanes(origins, 1),
            OriginZ = Lanes(origins, 2),
            DirectionX = Lanes(directions, 0),
            DirectionY = Lanes(directions, 1),
            DirectionZ = Lanes(directions, 2),
            Distance = Vector256.Create(50f),
        }, origins, directions);
    }

    /// <summary>The slow, obvious way, in double precision: intersect the plane, then ask on which side of each edge the point lies.</summary>
    private static (int Triangle, double Distance, double Second) Twin(RoomMesh mesh, Vector3 origin, Vector3 direction)
    {
        var (best, distance, second) = (-1, 50.0, 50.0);
        double[] o = [origin.X, origin.Y, origin.Z], d = [direction.X, direction.Y, direction.Z];
        for (var t = 0; t < mesh.Count; t++)
        {
            var p = new double[3][];
            for (var k = 0; k < 3; k++) p[k] = [mesh.Positions[(3 * t) + k].X, mesh.Positions[(3 * t) + k].Y, mesh.Positions[(3 * t) + k].Z];
            var n = Cross(Minus(p[1], p[0]), Minus(p[2], p[0]));
            var along = Dot(n, d);
            if (Math.Abs(along) < 1e-14) continue;
            var at = Dot(n, Minus(p[0], o)) / along;
            if (at < 1e-4) continue;
            double[] x = [o[0] + (at * d[0]), o[1] + (at * d[1]), o[2] + (at * d[2])];
            var inside = true;
            for (var k = 0; k < 3; k++) inside &= Dot(Cross(Minus(p[(k + 1) % 3], p[k]), Minus(x, p[k])), n) >= 0;
            if (!inside) continue;
            if (at < distance) (best, second, distance) = (t, distance, at);
            else second = Math.Min(second, at);
        }
        return (best, distance, second);
    }

    private static double[] Minus(double[] a, double[] b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

    private static double[] Cross(double[] a, double[] b) => [(a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0])];

    private static double Dot(double[] a, double[] b) => (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);
}
