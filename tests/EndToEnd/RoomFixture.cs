using System.Text.Json;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>A small recording of a synthetic room, made once for all tests, and a folder for their results.</summary>
public sealed class RoomFixture : IDisposable
{
    public RoomFixture()
    {
        AlsterProgram.Run("synth", "--out", Path.Combine(Folder, "rooms"), "--scenes", "1", "--seed", "4711", "--frames", "24").ShouldSucceed();
        Room = Directory.GetDirectories(Path.Combine(Folder, "rooms")).Single();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("alster-test-").FullName;

    public string Room { get; }

    /// <summary>A path below the fixture's folder that nothing uses yet.</summary>
    public string Fresh(string name) => Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}");

    /// <summary>A copy of the recording for a test to damage.</summary>
    public string CopyOfRoom()
    {
        var copy = Fresh("room");
        foreach (var file in Directory.GetFiles(Room, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Room, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    public static JsonElement Metrics(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json"))).RootElement;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

[CollectionDefinition(Name)]
public sealed class RoomGroup : ICollectionFixture<RoomFixture>
{
    public const string Name = "room";
}
