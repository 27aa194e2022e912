namespace AlsterNode.Datasets.Rosbag2;

/// <summary>One storage file of a bag.</summary>
internal abstract class BagFile(string path) : IDisposable
{
    private readonly List<string> _problems = [];

    public string FilePath { get; } = path;

    public abstract IReadOnlyList<BagTopic> Topics { get; }

    /// <summary>Null where the file does not say.</summary>
    public abstract long? MessageCount { get; }

    /// <summary>Neighbours in the file whose log times run backwards; known when the file has been read once.</summary>
    public abstract int StepsBack { get; }

    /// <summary>What could not be read, in words.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The messages in order of log time, those with equal times in the order of the file.</summary>
    public abstract IEnumerable<(BagTopic Topic, long LogTime, ReadOnlyMemory<byte> Payload, long Chunk, long Offset)> Read(Predicate<BagTopic> wanted);

    /// <summary>A message that <see cref="Read"/> has found before.</summary>
    public abstract ReadOnlyMemory<byte> ReadAt(long chunk, long offset);

    public abstract void Dispose();

    /// <summary>Something is damaged, but reading goes on without it.</summary>
    protected void Report(string problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }
}
