namespace AlsterNode.Tests.TestSupport;

/// <summary>A fresh folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alster-test-");

    /// <summary>Full path of the folder.</summary>
    public string FullName => _folder.FullName;

    /// <summary>Full path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(FullName, name);

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
