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

    private static byte[] Bytes(Room room) =>
    [
        .. MemoryMarshal.AsBytes<System.Numerics.Vector3>(room.Mesh.Positions), .. MemoryMarshal.AsBytes<System.Numerics.Vector2>(room.Mesh.Coordinates),
        .. room.Mesh.Nyu40Ids, .. MemoryMarshal.AsBytes<ushort>(room.Mesh.InstanceIds), .. MemoryMarshal.AsBytes<ushort>(room.Mesh.MaterialIds),
    ];
}
