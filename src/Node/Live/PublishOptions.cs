namespace AlsterNode.Node.Live;

/// <summary>Which points are published.</summary>
internal enum PublishedPoints
{
    /// <summary>The voxels that each frame changed, as it is integrated.</summary>
    Frame,

    /// <summary>The whole map, as often as the full map.</summary>
    Map,

    /// <summary>None.</summary>
    Off,
}

/// <summary>What is published of the map, and how often.</summary>
internal sealed record PublishOptions
{
    /// <summary>Every frame's changes.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>Time between full maps [s]; 0: only when the map is replaced.</summary>
    public double FullMapPeriod { get; init; } = 5;

    public PublishedPoints Points { get; init; }

    /// <summary>Time between markers [s]; 0: none.</summary>
    public double MarkersPeriod { get; init; } = 2;

    /// <summary>Most cubes in all markers: viewers slow down beyond.</summary>
    public int MaxMarkers { get; init; } = 200_000;

    /// <summary>Label images and overlays.</summary>
    public bool SemanticImage { get; init; } = true;

    /// <summary>Least probability of a label to be shown as point or marker; the semantic map has all.</summary>
    public double MinConfidence { get; init; }

    /// <summary>Least number of frames that saw a voxel, to be shown as point or marker; the semantic map has all.</summary>
    public int MinObservations { get; init; } = 1;
}
