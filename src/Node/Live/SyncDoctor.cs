using AlsterNode.Ros2;

namespace AlsterNode.Node.Live;

/// <summary>
/// Says why frames do not become map: what is wrong, where, and what to do. Pure logic, without clock or transport: it is given the facts
/// about once a second while mapping is active, and compares them with those of some seconds before. One doctor for each activation.
/// </summary>
internal sealed partial class SyncDoctor
{
    // Long enough for discovery and for a camera at 1 Hz, and with facts once a second still within five seconds.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2.5);

    private readonly Queue<InputFacts> _past = new();

    /// <summary>What is wrong by now; nothing in the first seconds, and nothing while frames become map unless it is certain.</summary>
    public IReadOnlyList<Finding> Examine(InputFacts now)
    {
        _past.Enqueue(now);
        while (_past.Count > 1 && now.Uptime - _past.ElementAt(1).Uptime >= Window) _past.Dequeue();
        var before = _past.Peek();
        return now.Uptime - before.Uptime < Window ? [] : [.. new Look(before, now).Findings()];
    }

    /// <summary>The names of an input: in keys, in sentences, and of the parameter with its topic.</summary>
    private readonly record struct Input(string Key, string Name, string Parameter);

    private static readonly Input ColorInput = new("color", "colour images", "topics.color");
    private static readonly Input DepthInput = new("depth", "depth images", "topics.depth");
    private static readonly Input ColorInfoInput = new("color_info", "camera_info of the colour camera", "topics.color_info");
    private static readonly Input DepthInfoInput = new("depth_info", "camera_info of the depth camera", "topics.depth_info");
    private static readonly Input PoseInput = new("pose", "poses", "topics.pose");

    /// <summary>One comparison of two moments.</summary>
    private sealed partial class Look(InputFacts before, InputFacts now)
    {
        private readonly double _seconds = (now.Uptime - before.Uptime).TotalSeconds;
        private readonly long _usable = now.Usable - before.Usable;

        public IEnumerable<Finding> Findings()
        {
            List<Finding> looks = [.. DepthUnit(), .. SwappedColours(), .. NotOptical()];
            if (IsAlone()) return [Alone(), .. looks];
            return [.. SimulatedTime(), .. SilentTopics(), .. Images(), .. CameraInfos(), .. Pairs(), .. Transforms(), .. Range(looks), .. Clocks(), .. looks];
        }

        private RosLogLevel Severity => _usable == 0 ? RosLogLevel.Error : RosLogLevel.Warn;

        /// <summary>Frames dropped for a reason since the moment before.</summary>
        private long Dropped(string reason) => now.Dropped.GetValueOrDefault(reason) - before.Dropped.GetValueOrDefault(reason);

        /// <summary>A reason that costs more frames than become map is worth a word; a frame lost now and then is not.</summary>
        private bool CostsMost(string reason) => Dropped(reason) > _usable;

        private static long Came(StreamFacts before, StreamFacts now) => now.Received - before.Received;

        private bool ImagesCome => Came(before.Color, now.Color) > 0 && Came(before.Depth, now.Depth) > 0;
    }
}
