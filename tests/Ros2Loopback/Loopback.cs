using System.Collections.Concurrent;
using System.Diagnostics;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>A DDS domain of its own on the loopback interface, and the nodes a test puts there.</summary>
public sealed class Loopback : IDisposable
{
    private const int FirstDomain = 100, Domains = 100;

    private static int _next = System.Environment.ProcessId;

    private readonly List<RosNode> _nodes = [];
    private readonly FileStream _lock; // no other run of the tests is in this domain

    public Loopback()
    {
        FileStream? file = null;
        while (file is null)
        {
            DomainId = FirstDomain + (int)((uint)Interlocked.Increment(ref _next) % Domains);
            file = TryLock(Path.Combine(Path.GetTempPath(), $"alster-test-domain-{DomainId}.lock"));
        }
        _lock = file;
    }

    public int DomainId { get; }

    public RosEnvironment Ros => new() { DomainId = DomainId, Range = DiscoveryRange.Localhost, CycloneUri = Configuration };

    public static string Configuration =>
        "<CycloneDDS><Domain><General><Interfaces><NetworkInterface address=\"127.0.0.1\"/></Interfaces></General></Domain></CycloneDDS>";

    /// <summary>Lines that the nodes logged.</summary>
    public ConcurrentQueue<RosLogRecord> Log { get; } = new();

    public RosNode Node(string name, string distro = "jazzy", string ns = "/", params string[] arguments) =>
        Add(new RosNode(name, ns, RosArguments.Parse(arguments), Ros with { Distro = distro }, Log.Enqueue));

    /// <summary>Ends the node with the test.</summary>
    public RosNode Add(RosNode node)
    {
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until something becomes true; false when it does not within the limit.</summary>
    public static bool Wait(Func<bool> condition, double seconds = 20)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > seconds) return condition();
            Thread.Sleep(2);
        }
        return true;
    }

    public void Dispose()
    {
        foreach (var node in _nodes) node.Dispose();
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
