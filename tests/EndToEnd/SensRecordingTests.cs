using AlsterNode.Core;
using AlsterNode.Datasets;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>ScanNet's own format through the whole program: good, cut off, and with the compression nobody else can read.</summary>
[Collection(RoomGroup.Name)]
public sealed class SensRecordingTests(RoomFixture room)
{
    [Fact]
    public void ASensFileGivesTheMapOfTheFolderItWasMadeFrom()
    {
        var (fromFile, fromFolder) = (room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("replay", Recording(4), "--out", fromFile).ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", fromFolder, "--max-frames", "4").ShouldSucceed();

        // Colour is encoded a second time in the file: the same surfaces, not the same features.
        Assert.Equal(Voxels(fromFolder), Voxels(fromFile));
    }

    [Fact]
    public void ATruncatedSensFileIsMappedUpToTheCut()
    {
        var file = Recording(5);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^30_000]); // within the last frame
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", file, "--out", folder).ShouldFail(2, file, "frame");

        var info = AlsterProgram.Run("scene", "info", Path.Combine(folder, "scene.alster"));
        info.ShouldSucceed();
        Assert.Matches(@"voxels +[1-9]\d{3}", info.Output); // the frames before the cut are not lost
        Assert.False(File.Exists(Path.Combine(folder, "metrics.json")), "metrics.json of a failed run");
    }

    [Fact]
    public void OcciDepthIsRefusedByName()
    {
        var file = Recording(1);
        var bytes = File.ReadAllBytes(file);
        var nameLength = BitConverter.ToInt32(bytes, 4);
        bytes[4 + 8 + nameLength + 256 + 4] = 2; // version, length, name, four matrices, colour compression: depth compression
        File.WriteAllBytes(file, bytes);
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", file, "--out", folder).ShouldFail(2, "OCCI");

        Assert.False(File.Exists(Path.Combine(folder, "scene.alster")), "a scene of an unreadable recording");
    }

    private string Recording(int frames)
    {
        var file = room.Fresh("recording") + ".sens";
        using var source = FrameSources.Open(room.Room);
        SensWriter? writer = null;
        foreach (var reading in source.Read(number => number < frames))
        {
            var frame = reading.Frame!;
            writer ??= new SensWriter(file, frame.ColorIntrinsics, frame.DepthIntrinsics, RigidTransform.Identity);
            writer.Write(frame);
        }
        writer!.Dispose();
        return file;
    }

    private static long Voxels(string folder) => RoomFixture.Metrics(folder).GetProperty("scene").GetProperty("voxels").GetInt64();
}
