using System.Numerics;
using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;

namespace AlsterNode.Tests.Unit.Datasets.SyntheticRooms;

public sealed class RoomGeneratorTests
{
    [Fact]
    public void TheSameSeedGivesTheSameRoomAndAnotherSeedAnotherRoom()
    {
        var (a, b, c) = (RoomGenerator.Create(7), RoomGenerator.Create(7), RoomGenerator.Create(8));

        Assert.Equal(Bytes(a), Bytes(b));
        Assert.Equal(a.Lights, b.Lights);
        Assert.NotEqual(Bytes(a), Bytes(c));
    }

    [Fact]
    public void TheRandomNumbersAreThoseOfXoshiro256StarStar()
    {
        // the published algorithm from the state that SplitMix64 gives for seed 0, written down again in Python
        var random = new Prng(0);

        Assert.Equal([0x99EC5F36CB75F2B4UL, 0xBF6E1F784956452AUL, 0x1A5F849D4933E6E0UL], (ulong[])[random.Next(), random.Next(), random.Next()]);
    }

    [Fact]
    public void EveryClassOfTheBenchmarkOccursAndARoomHasManyOfThem()
    {
        var found = new HashSet<byte>();
        var classes = 0;
        const int Rooms = 24;
        for (ulong seed = 0; seed < Rooms; seed++)
        {
            var mesh = RoomGenerator.Create(seed, new RoomOptions { Kind = (RoomKind)(seed % 6) }).Mesh;
            var here = mesh.Nyu40Ids.Select(id => LabelSpace.ScanNet20.FromNyu40(id)).Where(id => id != LabelSpace.Unlabelled).ToHashSet();
            Assert.True(here.Count >= 6, $"Room {seed} has {here.Count} classes.");
            found.UnionWith(here);
            classes += here.Count;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(id => (byte)id), found.Order());
        Assert.InRange((double)classes / Rooms, 9, 16);
    }

    [Fact]
    public void FurnitureStandsInsideTheRoomAndApart()
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var layout = RoomGenerator.Create(seed).Layout;
            for (var i = 0; i < layout.Solids.Count; i++)
            {
                for (var k = 0; k < 4; k++)
                {
                    var (x, y) = layout.Solids[i].Corner(k);
                    Assert.True(layout.Contains(x, y, -0.05), $"Room {seed}: corner ({x:F2}, {y:F2}) of piece {i} is outside.");
                }
                for (var j = 0; j < i; j++)
                {
                    if (layout.Solids[i].HalfDepth == 0.06 || layout.Solids[j].HalfDepth == 0.06) continue; // a shower curtain hangs at its tub
                    Assert.False(layout.Solids[i].Overlaps(layout.Solids[j]), $"Room {seed}: pieces {i} and {j} overlap.");
                }
            }
        }
    }

    [Fact]
    public void DoorsStayFreeOfFurniture()
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var layout = RoomGenerator.Create(seed).Layout;
            foreach (var wall in layout.Walls)
            {
                foreach (var door in wall.Openings.Where(o => o.IsDoor))
                {
                    var (x, y) = wall.Point((door.Start + door.End) / 2, 0.45);
                    Assert.True(layout.IsFree(x, y, 1, 0.3), $"Room {seed}: something stands before a door.");
                }
            }
        }
    }

    [Fact]
    public void WindowsSitDeepInTheWallOrFlushWithIt()
    {
        var recesses = Enumerable.Range(0, 60).SelectMany(seed => Recesses(RoomGenerator.Create((ulong)seed))).ToList();
        var fixedLook = Enumerable.Range(0, 12).SelectMany(seed => Recesses(RoomGenerator.Create((ulong)seed, new RoomOptions { FixedLook = true }))).ToList();

        Assert.Contains(recesses, recess => recess < 0.03);
        Assert.InRange(recesses.Count(recess => recess > 0.1) / (double)recesses.Count, 0.45, 0.7);
        Assert.All(fixedLook, recess => Assert.Equal(0.11, recess, 3));
    }

    [Fact]
    public void SomeKitchensHaveAWindowOverTheWorktop()
    {
        var kitchens = Enumerable.Range(0, 40).Select(seed => RoomGenerator.Create((ulong)seed, new RoomOptions { Kind = RoomKind.Kitchen })).Count(room =>
            room.Layout.Walls.Any(wall => wall.Openings.Where(o => !o.IsDoor).Any(o => wall.Used.Any(used => IsWorktop(used) && used.S0 < o.End && used.S1 > o.Start))));

        Assert.InRange(kitchens, 20, 36);

        static bool IsWorktop((double S0, double S1, double Z0, double Z1) used) => used is { Z0: 0, Z1: > 0.85 and < 0.95 } && used.S1 - used.S0 > 1.3;
    }

    [Fact]
    public void ALawnLiesBeforeTheTreesWhereAWindowHasOne()
    {
        var green = new Vector3(0, 1, 0);
        var window = new Material { Color = Vector3.One, Pattern = Pattern.Outdoors, Seed = 4 };

        var (with, without) = (Pictures.Outdoors(window with { Color2 = green }, 0.5f, 0.05f), Pictures.Outdoors(window, 0.5f, 0.05f));

        Assert.Equal((0f, 0f), (with.X, with.Z));
        Assert.InRange(with.Y, 0.7f, 1.1f);
        Assert.True(without.X > 0, "no trees either");
        Assert.True(Pictures.Outdoors(window with { Color2 = green }, 0.5f, 0.99f).Z > 0.5f, "no sky above");
    }

    [Fact]
    public void EachInstanceHasOneObjectOfItsClass()
    {
        var mesh = RoomGenerator.Create(3).Mesh;
        var perInstance = new Dictionary<ushort, HashSet<byte>>();
        for (var t = 0; t < mesh.Count; t++)
        {
            if (!perInstance.TryGetValue(mesh.InstanceIds[t], out var classes)) perInstance[mesh.InstanceIds[t]] = classes = [];
            classes.Add(mesh.Nyu40Ids[t]);
        }

        Assert.True(perInstance.Count > 15, $"{perInstance.Count} instances.");
        Assert.DoesNotContain((ushort)0, perInstance.Keys);
        Assert.All(perInstance.Values, classes => Assert.True(classes.Count == 1 || classes.Contains(8), string.Join(",", classes))); // an open door shows what lies behind
    }

    [Fact]
    public void NormalsAreUnitVectors()
    {
        for (ulong seed = 0; seed < 6; seed++)
        {
            foreach (var n in RoomGenerator.Create(seed).Mesh.Normals) Assert.Equal(1, n.Length(), 1e-3f);
        }
    }

    /// <summary>How far the panes of a room's windows lie behind the wall they are in [m].</summary>
    private static IEnumerable<double> Recesses(Room room)
    {
        var worldToRoom = room.RoomToWorld.Inverse();
        for (var t = 0; t < room.Mesh.Count; t++)
        {
            if (room.Mesh.Materials[room.Mesh.MaterialIds[t]].Pattern != Pattern.Outdoors) continue;
            var middle = (room.Mesh.Positions[3 * t] + room.Mesh.Positions[(3 * t) + 1] + room.Mesh.Positions[(3 * t) + 2]) / 3;
            var at = worldToRoom.Apply(new Vector3d(middle.X, middle.Y, middle.Z));
            yield return room.Layout.Walls.Where(wall => wall.Openings.Exists(o => !o.IsDoor)).Min(wall => Math.Abs(((at.Y - wall.Ay) * Math.Cos(wall.Yaw)) - ((at.X - wall.Ax) * Math.Sin(wall.Yaw))));
        }
    }

    private static byte[] Bytes(Room room) =>
    [
        .. MemoryMarshal.AsBytes<Vector3>(room.Mesh.Positions), .. MemoryMarshal.AsBytes<Vector2>(room.Mesh.Coordinates),
        .. room.Mesh.Nyu40Ids, .. MemoryMarshal.AsBytes<ushort>(room.Mesh.InstanceIds), .. MemoryMarshal.AsBytes<ushort>(room.Mesh.MaterialIds),
    ];
}
