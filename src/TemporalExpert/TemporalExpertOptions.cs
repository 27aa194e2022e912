using System.ComponentModel.DataAnnotations;

namespace AlsterNode.TemporalExpert;

/// <summary>How the three sources are weighted.</summary>
public enum AttentionKind
{
    /// <summary>softmax(q . k / sqrt(d)) over the three sources: the weights are positive and sum to 1.</summary>
    Softmax,

    /// <summary>q . k as printed in [ALSTER] Eq. 3: unbounded weights.</summary>
    Linear,
}

/// <summary>Shape of the temporal expert; the defaults are [ALSTER] 4.1's and give 92,000 parameters, as the paper reports.</summary>
public sealed class TemporalExpertOptions
{
    /// <summary>Channels of the three sources and of the scene's features.</summary>
    [Range(1, 1024)]
    public int FeatureDimension { get; set; } = 40;

    /// <summary>Attention and feed-forward layers.</summary>
    [Range(1, 64)]
    public int Layers { get; set; } = 5;

    /// <summary>Hidden channels of the feed-forward layers.</summary>
    [Range(1, 8192)]
    public int Hidden { get; set; } = 128;

    /// <summary>How the sources are weighted.</summary>
    public AttentionKind Attention { get; set; } = AttentionKind.Softmax;
}
