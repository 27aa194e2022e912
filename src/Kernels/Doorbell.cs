namespace AlsterNode.Kernels;

/// <summary>
/// One thread waits until something is true, others make it true and ring. The waiting thread looks for a moment, since layers of a network
/// follow each other closely, then parks, so that it takes no core from anyone.
/// </summary>
internal sealed class Doorbell : IDisposable
{
    // About 20 us, which is what a wake-up costs.
    private const int SpinsBeforeParking = 600;

    private readonly SemaphoreSlim _bell = new(0);
    private int _parked;

    /// <summary>Wakes the thread that waits; call it after the condition became true.</summary>
    public void Ring()
    {
        if (Interlocked.Exchange(ref _parked, 0) == 1) _bell.Release();
    }

    /// <summary>Returns when the condition is true.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        for (var spin = 0; spin < SpinsBeforeParking; spin++)
        {
            if (condition()) return;
            Thread.SpinWait(1);
        }
        while (!condition())
        {
            Interlocked.Exchange(ref _parked, 1);
            // A ring before the flag was set was heard by nobody: take the flag back, unless a ring has done so and is on its way.
            if (condition() && Interlocked.Exchange(ref _parked, 0) == 1) return;
            _bell.Wait();
        }
    }

    public void Dispose() => _bell.Dispose();
}
