namespace AlsterNode.Training;

/// <summary>One stage's way to compute gradients; <see cref="TrainingLoop"/> does what all stages share.</summary>
internal interface IStageTrainer : IDisposable
{
    /// <summary>
    /// Adds the gradients of a batch, divided by the batches that a step accumulates, and returns its losses and accuracies. Batches count from the phase's
    /// start. The caller steps the optimizer.
    /// </summary>
    Dictionary<string, double> Backward(int batch);

    /// <summary>Writes the last batch into a folder, for whoever wants to know why its loss was no number.</summary>
    void SaveBatch(string folder);

    /// <summary>What the stage has to remember besides weights and optimizer: files into a folder, the rest as the result.</summary>
    SequenceState[] SaveState(string folder);

    /// <summary>Goes on from what <see cref="SaveState"/> kept, before the first step.</summary>
    void RestoreState(SequenceState[] sequences, string folder);
}
