using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>A recording that is played several times in a row, as by a robot that makes its round again and again.</summary>
/// <param name="source">The recording; owned and disposed by this one. Its number of frames must be known.</param>
/// <param name="times">How often it is played.</param>
public sealed class RepeatedSource(IFrameSource source, int times) : IFrameSource
{
    private readonly int _frames = source.FrameCount
        ?? throw new InputException($"{source.Description} does not say how many frames it has; only a recording that does can be repeated.");

    /// <inheritdoc/>
    public string Description => $"{source.Description}, {times} times";

    /// <inheritdoc/>
    public int? FrameCount => _frames * times;

    /// <inheritdoc/>
    public bool HasLabels => source.HasLabels;

    /// <inheritdoc/>
    public int FileNumber(int number) => source.FileNumber(number % _frames);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Findings => source.Findings;

    /// <summary>The frames of every round; numbers and stamps go on from round to round.</summary>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        var (shift, last) = (0L, 0L);
        for (var round = 0; round < times; round++)
        {
            var first = round * _frames;
            foreach (var reading in source.Read(number => wanted is null || wanted(first + number), cancellation))
            {
                if (reading.Frame is { } frame) last = Math.Max(last, shift + frame.Stamp);
                yield return reading with
                {
                    Number = first + reading.Number,
                    Frame = reading.Frame is null ? null : reading.Frame with { Stamp = shift + reading.Frame.Stamp },
                };
            }
            if (cancellation.IsCancellationRequested) yield break;
            shift = last + 1_000_000_000; // a second to get back to the start [ns]
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
