using Xunit;

namespace AlsterNode.Tests.TestSupport;

/// <summary>Recordings too large or not free enough for the repository: shared/data beside it, where there is one.</summary>
public static class SharedData
{
    /// <summary>The folder shared/data beside the repository; null when there is none.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The full path of something in it.</summary>
    public static string PathOf(string relative) =>
        Path.Combine(Root ?? throw new InvalidOperationException("There is no shared/data beside the repository."), relative);

    private static string? FindRoot()
    {
        var data = Path.Combine(Path.GetDirectoryName(Repository.Root) ?? Repository.Root, "shared", "data");
        return Directory.Exists(data) ? data : null;
    }
}

/// <summary>A test on a recording of shared/data; skipped, with the reason printed, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <param name="recording">File or folder in shared/data.</param>
    public SharedDataFactAttribute(string recording)
    {
        Recording = recording;
        if (SharedData.Root is null) Skip = $"There is no shared/data beside the repository, so no '{recording}'.";
        else if (!Path.Exists(SharedData.PathOf(recording))) Skip = $"There is no '{recording}' in '{SharedData.Root}'.";
    }

    /// <summary>File or folder in shared/data.</summary>
    public string Recording { get; }
}
