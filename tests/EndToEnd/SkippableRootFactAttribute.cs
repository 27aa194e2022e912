namespace AlsterNode.Tests.EndToEnd;

/// <summary>A test that mounts a small file system: needs root, and says so where it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippableRootFactAttribute : FactAttribute
{
    public SkippableRootFactAttribute()
    {
        if (Environment.UserName != "root") Skip = "Needs root to mount a tmpfs of 400 kB; run the tests as root.";
    }
}
