using AlsterNode.Ros2.Dds;

namespace AlsterNode.Node.Live;

/// <summary>What is known about a node's inputs at one moment. Counts are totals since mapping was activated; they never go down.</summary>
internal sealed record InputFacts
{
    /// <summary>The node's full name: its own endpoints are no suggestions.</summary>
    public required string Node { get; init; }

    /// <summary>Since mapping was activated, by a clock that does not jump.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>The node's clock [ns]; 0 while simulated time has not begun.</summary>
    public required long Now { get; init; }

    public bool UseSimTime { get; init; }

    /// <summary>Everyone in the domain (<see cref="RosGraph.Endpoints"/>).</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints { get; init; } = [];

    public required StreamFacts Color { get; init; }

    public required StreamFacts Depth { get; init; }

    public required StreamFacts ColorInfo { get; init; }

    public required StreamFacts DepthInfo { get; init; }

    /// <summary>The odometry or pose topic; null when poses come from tf.</summary>
    public StreamFacts? Pose { get; init; }

    /// <summary>Frames that became map, or would have if the mapper had not been busy with another.</summary>
    public long Usable { get; init; }

    /// <summary>Frames that could not be used, by <see cref="Core.DropReason"/>.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();

    /// <summary>How far the stamps of a depth image and of the colour image nearest to it lie apart [ms], typically; null before there were both.</summary>
    public double? StampsApartMs { get; init; }

    /// <summary>sync.max_interval_ms.</summary>
    public required double SyncMaxIntervalMs { get; init; }

    /// <summary>frames.map.</summary>
    public required string MapFrame { get; init; }

    /// <summary>Why the last frame without a pose had none (<see cref="Ros2.Tf.TransformBuffer.TryLookup"/>).</summary>
    public string? TransformProblem { get; init; }

    /// <summary>The frames above the depth camera's, itself first (<see cref="Ros2.Tf.TransformBuffer.Ancestors"/>).</summary>
    public IReadOnlyList<string> DepthFrameAncestors { get; init; } = [];

    /// <summary>tf.wait_ms.</summary>
    public required double TransformWaitMs { get; init; }

    /// <summary>max_depth [m].</summary>
    public required double MaxDepth { get; init; }

    /// <summary>What the frames show; null before the first.</summary>
    public FrameFacts? Frames { get; init; }
}

/// <summary>What is known about one input topic.</summary>
internal sealed record StreamFacts
{
    /// <summary>Full name after remapping.</summary>
    public required string Topic { get; init; }

    /// <summary>The type subscribed to, as sensor_msgs/msg/Image.</summary>
    public required string Type { get; init; }

    /// <summary>What the subscription asks for.</summary>
    public required QosProfile Qos { get; init; }

    /// <summary>Messages so far.</summary>
    public long Received { get; init; }

    /// <summary>Header stamp of the newest message [ns].</summary>
    public long LastStamp { get; init; }

    /// <summary>The node's clock when it came [ns].</summary>
    public long LastArrival { get; init; }

    /// <summary>Its header's frame_id.</summary>
    public string FrameId { get; init; } = "";

    /// <summary>Of an image its encoding or format, of a camera_info its lens model.</summary>
    public string Encoding { get; init; } = "";

    /// <summary>0 while unknown (compressed images before the first is decoded).</summary>
    public int Width { get; init; }

    /// <summary>0 while unknown.</summary>
    public int Height { get; init; }
}

/// <summary>What the frames that have a pose show (<see cref="FrameStatistics"/>).</summary>
/// <param name="MedianDepth">Of the newest frame's depth [m]; NaN when it has none.</param>
/// <param name="NearestDepth">Of the newest frame [m]; NaN when it has none.</param>
/// <param name="Views">Views of the scene seen so far: the camera moved or turned in between.</param>
/// <param name="WarmShare">Mean share of pixels with a warm hue, red >= green >= blue.</param>
/// <param name="CoolShare">Mean share of pixels with a cool hue, blue >= green >= red.</param>
/// <param name="CoolerViews">Views with more cool pixels than warm ones.</param>
/// <param name="YAxisUp">Mean height of the camera's y axis in the map: -1 when it points straight down, as an optical frame's.</param>
/// <param name="ZAxisUp">Mean height of the camera's z axis in the map: 1 when it points straight up.</param>
internal sealed record FrameFacts(double MedianDepth, double NearestDepth, int Views, double WarmShare, double CoolShare, int CoolerViews, double YAxisUp, double ZAxisUp);
