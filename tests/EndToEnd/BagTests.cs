namespace AlsterNode.Tests.EndToEnd;

[Collection(RoomGroup.Name)]
public sealed class BagTests(RoomFixture room)
{
    [Fact]
    public void ReplayingAConvertedBagGivesTheMapOfTheFolder()
    {
        var (bag, fromFolder, fromBag) = (room.Fresh("bag"), room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("convert", room.Room, bag, "--depth", "depth_noisy").ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", fromFolder, "--depth", "depth_noisy", "--max-frames", "12").ShouldSucceed();
        AlsterProgram.Run("replay", bag, "--out", fromBag, "--max-frames", "12").ShouldSucceed();

        Assert.Equal(HashOf(fromFolder), HashOf(fromBag));
        Assert.Single(Directory.GetFiles(bag, "*.labels.ply")); // eval finds its ground truth
    }

    [Fact]
    public void AnExistingOutputIsNotReplaced() => AlsterProgram.Run("convert", room.Room, room.Folder).ShouldFail(2, "exists already");

    [Fact]
    public void AnUnknownStorageIsRefused() => AlsterProgram.Run("convert", room.Room, room.Fresh("bag"), "--storage", "tape").ShouldFail(2, "expected mcap or sqlite3");

    private static string HashOf(string folder) => RoomFixture.Metrics(folder).GetProperty("scene").GetProperty("hash").GetString()!;
}
