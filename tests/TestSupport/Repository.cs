namespace AlsterNode.Tests.TestSupport;

/// <summary>Where the checkout lies that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds AlsterNode.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A golden file under tests/data.</summary>
    public static string Data(params string[] path) => Path.Combine([Root, "tests", "data", .. path]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AlsterNode.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AlsterNode.sln.");
    }
}
