namespace AlsterNode.Training;

/// <summary>Where a part's scenes come from. May be called from several threads.</summary>
internal interface ISceneReader
{
    /// <summary>Number of scenes; null when there is no end.</summary>
    int? Count { get; }

    /// <summary>Reads or makes a scene; the same index gives the same scene.</summary>
    TrainingScene Load(int index);
}
