using AlsterNode.Core;

namespace AlsterNode.Ros2.Dds;

/// <summary>A DDS domain in this process. Cyclone has each once; nodes share it, and the last one to leave closes it.</summary>
internal sealed class DdsDomain : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, Entry> Open = [];

    private readonly int _id;
    private int _disposed;

    private sealed record Entry(DdsEntity Entity, string Configuration)
    {
        public int Users { get; set; } = 1;
    }

    private DdsDomain(int id) => _id = id;

    /// <summary>Joins the domain, and creates it with <paramref name="configuration"/> (Cyclone's XML or file URIs, separated by commas) when it is the first.</summary>
    public static DdsDomain Enter(int id, string configuration)
    {
        lock (Gate)
        {
            if (Open.TryGetValue(id, out var entry))
            {
                if (entry.Configuration != configuration)
                    throw new InvalidOperationException($"DDS domain {id} is already open in this process with other settings: {entry.Configuration}");
                entry.Users++;
            }
            else
            {
                Open[id] = new Entry(Create(id, configuration), configuration);
            }
            return new DdsDomain(id);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        lock (Gate)
        {
            var entry = Open[_id];
            if (--entry.Users > 0) return;
            Open.Remove(_id);
            entry.Entity.Dispose();
        }
    }

    private static DdsEntity Create(int id, string configuration)
    {
        try
        {
            return Native.Created(Native.CreateDomain((uint)id, configuration));
        }
        catch (DllNotFoundException e)
        {
            throw new InputException("Cyclone DDS cannot be loaded; install cyclonedds-dev and run ./alster build. " + e.Message.Split('\n')[0], e);
        }
    }
}
