namespace AlsterNode.Pipeline;

/// <summary>Sees what every stage said about every integrated frame: baselines, recorders, pictures of attention.</summary>
public interface IFrameObserver
{
    /// <summary>False while frames need not be shown: heads that only observers want are then not computed.</summary>
    bool IsWatching => true;

    /// <summary>Called on the mapping thread after a frame is integrated; the prediction's arrays are only valid until it returns.</summary>
    void OnFrame(FramePrediction prediction);
}
