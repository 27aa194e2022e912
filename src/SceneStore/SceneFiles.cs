using System.Buffers.Binary;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>What happens to a scene's files from outside of SQLite.</summary>
internal static class SceneFiles
{
    private const int HeaderSize = 100;
    private const int ApplicationIdOffset = 68; // https://sqlite.org/fileformat.html, "The Database Header"

    private static readonly string[] SideFiles = ["-wal", "-shm", "-journal"];

    /// <summary>Makes this process the only one that writes the scene, until disposed or killed.</summary>
    public static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + "-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path + "-lock"))
        {
            throw new InputException($"Scene {path} is being written by another run: wait for its end, or name another file.", e);
        }
    }

    /// <summary>Deletes a file and its side files.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        foreach (var side in SideFiles) File.Delete(path + side);
    }

    /// <summary>Deletes a scene and its side files; refuses to delete a file that is no scene. Only under <see cref="Lock"/>.</summary>
    public static void DeleteScene(string path, int applicationId)
    {
        if (File.Exists(path) && !IsScene(path, applicationId))
            throw new InputException($"{path} exists and is no scene: name another file, or remove it first.");
        Delete(path);
    }

    /// <summary>Bytes of the scene's file and its log on disk.</summary>
    public static long Size(string path)
    {
        var bytes = 0L;
        foreach (var file in (ReadOnlySpan<string>)[path, path + "-wal"])
        {
            var info = new FileInfo(file);
            if (info.Exists) bytes += info.Length;
        }
        return bytes;
    }

    private static bool IsScene(string path, int applicationId)
    {
        using var file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderSize];
        var length = file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
        if (length == 0) return true; // a run that was killed before its first byte
        return length == HeaderSize && header.StartsWith("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) == applicationId;
    }
}
