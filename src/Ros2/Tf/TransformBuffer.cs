using AlsterNode.Core;
using AlsterNode.Ros2.Messages.GeometryMsgs;

namespace AlsterNode.Ros2.Tf;

/// <summary>
/// The tree of coordinate frames over time, as tf2 keeps it: static edges for ever, moving ones for a while and interpolated between two
/// samples, never beyond them. For any number of threads.
/// </summary>
/// <param name="keep">How long samples of a moving edge are kept, counted back from its newest; null keeps all (recordings).</param>
public sealed class TransformBuffer(TimeSpan? keep = null)
{
    /// <summary>As tf2's buffers.</summary>
    public static readonly TimeSpan DefaultKeep = TimeSpan.FromSeconds(10);

    private const int MaxDepth = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TransformEdge> _edges = new(StringComparer.Ordinal); // by child

    /// <summary>Adds a message's transform. False, with the reason, for one that is no rigid motion or no edge.</summary>
    public bool TryAdd(TransformStamped message, bool isStatic, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (t, q) = (message.Transform.Translation, message.Transform.Rotation);
        var (parent, child) = (Name(message.Header.FrameId), Name(message.ChildFrameId));
        problem = parent.Length == 0 || child.Length == 0 ? "a frame has no name" : parent == child ? $"'{child}' is its own parent" : null;
        if (problem is not null) return false;
        if (!RigidTransform.TryFromQuaternion(q.X, q.Y, q.Z, q.W, new Vector3d(t.X, t.Y, t.Z), out var childToParent, out problem)) return false;
        Add(parent, child, message.Header.Stamp.ToNanoseconds(), childToParent, isStatic);
        return true;
    }

    /// <summary>Adds a sample of the edge between two frames; a second one of the same time is ignored, as tf2 does.</summary>
    public void Add(string parent, string child, long stamp, RigidTransform childToParent, bool isStatic)
    {
        lock (_gate)
        {
            if (!_edges.TryGetValue(child, out var edge) || edge.Parent != parent || edge.IsStatic != isStatic) _edges[child] = edge = new TransformEdge(parent, child, isStatic);
            edge.Add(stamp, childToParent, keep);
        }
    }

    /// <summary>Forgets all moving edges: the clock jumped.</summary>
    public void ClearMoving()
    {
        lock (_gate)
        {
            foreach (var child in _edges.Where(edge => !edge.Value.IsStatic).Select(edge => edge.Key).ToList()) _edges.Remove(child);
        }
    }

    /// <summary>The motion that takes points of one frame into another, at one time [ns]; or why there is none.</summary>
    public bool TryLookup(string from, string to, long stamp, out RigidTransform transform, out string? problem)
    {
        lock (_gate)
        {
            transform = RigidTransform.Identity;
            if (from == to)
            {
                problem = null;
                return true;
            }
            var (up, down) = (Chain(from), Chain(to));
            var meeting = up.Find(down.Contains);
            if (meeting is null)
            {
                problem = $"no transform from '{from}' to '{to}': {Describe()}";
                return false;
            }
            if (!TryClimb(from, meeting, stamp, out var fromToMeeting, out problem) || !TryClimb(to, meeting, stamp, out var toToMeeting, out problem)) return false;
            transform = to == meeting ? fromToMeeting : fromToMeeting.Then(toToMeeting.Inverse()); // nothing to undo: not even rounding
            return true;
        }
    }

    /// <summary>True when every edge between two frames is static.</summary>
    public bool IsRigid(string from, string to)
    {
        lock (_gate)
        {
            var (up, down) = (Chain(from), Chain(to));
            var meeting = up.Find(down.Contains);
            return meeting is not null && up.TakeWhile(frame => frame != meeting).Concat(down.TakeWhile(frame => frame != meeting)).All(frame => _edges[frame].IsStatic);
        }
    }

    /// <summary>The frames above this one, itself first, the root last.</summary>
    public IReadOnlyList<string> Ancestors(string frame)
    {
        lock (_gate) return Chain(frame);
    }

    /// <summary>What the tree holds, in words.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            if (_edges.Count == 0) return "the tf tree is empty";
            var edges = _edges.Values.Select(edge => $"{edge.Parent} -> {edge.Child}{(edge.IsStatic ? " (static)" : "")}").Order(StringComparer.Ordinal).ToList();
            return $"the tf tree holds {string.Join(", ", edges.Take(20))}{(edges.Count > 20 ? $" and {edges.Count - 20} more" : "")}";
        }
    }

    /// <summary>From a frame up to one of its ancestors.</summary>
    private bool TryClimb(string frame, string ancestor, long stamp, out RigidTransform transform, out string? problem)
    {
        (transform, problem) = (RigidTransform.Identity, null);
        var first = true;
        while (frame != ancestor)
        {
            var edge = _edges[frame];
            problem = edge.TryAt(stamp, out var step);
            if (problem is not null) return false;
            transform = first ? step : transform.Then(step);
            (first, frame) = (false, edge.Parent);
        }
        return true;
    }

    private List<string> Chain(string frame)
    {
        var chain = new List<string> { frame };
        while (_edges.TryGetValue(chain[^1], out var edge) && chain.Count < MaxDepth && !chain.Contains(edge.Parent)) chain.Add(edge.Parent);
        return chain;
    }

    /// <summary>tf knew names with a leading slash once.</summary>
    private static string Name(string frame) => frame.TrimStart('/');
}
