using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Decodes the next frames of a source on another thread while the caller works on this one. Order and content are the source's.</summary>
/// <param name="source">The source; owned and disposed by this one.</param>
/// <param name="ahead">Frames decoded ahead, at most.</param>
public sealed class Prefetch(IFrameSource source, int ahead = 1) : IFrameSource
{
    private readonly record struct Item(FrameReading Reading, ExceptionDispatchInfo? Failure);

    /// <inheritdoc/>
    public string Description => source.Description;

    /// <inheritdoc/>
    public int? FrameCount => source.FrameCount;

    /// <inheritdoc/>
    public bool HasLabels => source.HasLabels;

    /// <inheritdoc/>
    public int FileNumber(int number) => source.FileNumber(number);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Findings => source.Findings;

    /// <summary>Reads the source's frames; <paramref name="wanted"/> is called on the other thread.</summary>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<Item>(Math.Max(1, ahead));
        var decoder = new Thread(() => Decode(wanted, queue, stop.Token)) { IsBackground = true, Name = "Prefetch" };
        decoder.Start();
        try
        {
            foreach (var item in queue.GetConsumingEnumerable(CancellationToken.None))
            {
                item.Failure?.Throw();
                yield return item.Reading;
            }
        }
        finally
        {
            stop.Cancel();
            decoder.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private void Decode(Predicate<int>? wanted, BlockingCollection<Item> queue, CancellationToken stop)
    {
        try
        {
            foreach (var reading in source.Read(wanted, stop)) queue.Add(new Item(reading, null), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // the caller has what it wants; CompleteAdding below still runs
        }
        catch (Exception e)
        {
            Fail(queue, e, stop);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }

    /// <summary>The caller sees a failure at the place where it happened.</summary>
    private static void Fail(BlockingCollection<Item> queue, Exception failure, CancellationToken stop)
    {
        try
        {
            queue.Add(new Item(default, ExceptionDispatchInfo.Capture(failure)), stop);
        }
        catch (OperationCanceledException)
        {
            return; // nobody waits for it any more
        }
    }
}
