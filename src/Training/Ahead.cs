namespace AlsterNode.Training;

/// <summary>Makes the item of the next step in the background while this step is computed.</summary>
/// <param name="make">Makes the item of a step; called for one step after the other.</param>
internal sealed class Ahead<T>(Func<int, T> make) : IDisposable
{
    private Task<T>? _next;
    private int _nextStep;

    /// <summary>The item of <paramref name="step"/>; then starts on the one of the next step.</summary>
    public T Take(int step)
    {
        if (_next is not null && _nextStep != step) throw new InvalidOperationException($"Step {step} was asked for, expected {_nextStep}.");
        var item = _next is null ? make(step) : _next.GetAwaiter().GetResult();
        _nextStep = step + 1;
        _next = Task.Run(() => make(step + 1));
        return item;
    }

    /// <summary>Waits for the item under way, so that nothing works on disposed data.</summary>
    public void Dispose()
    {
        if (_next is not null) Task.WaitAny(_next);
    }
}
