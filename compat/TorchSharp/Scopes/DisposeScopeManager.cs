namespace TorchSharp;

/// <summary>The dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? s_threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => s_threadSingleton ??= new DisposeScopeManager();

    /// <summary>What the current thread made and freed.</summary>
    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    internal void Register(torch.Tensor tensor)
    {
        if (CurrentDisposeScope is null)
        {
            StatisticsInstance.CreatedOutsideScopeCount++;
            return;
        }

        StatisticsInstance.CreatedInScopeCount++;
        CurrentDisposeScope.Add(tensor);
    }

    internal void Forget(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is { } owner)
        {
            owner.Remove(tensor);
            StatisticsInstance.DisposedInScopeCount++;
        }
        else
        {
            StatisticsInstance.DisposedOutsideScopeCount++;
        }
    }

    internal void RemoveDisposeScope(DisposeScope scope)
    {
        if (CurrentDisposeScope == scope)
        {
            CurrentDisposeScope = scope.OuterScope;
            return;
        }

        for (var inner = CurrentDisposeScope; inner is not null; inner = inner.OuterScope)
        {
            if (inner.OuterScope == scope)
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}

/// <summary>Counts of one thread since its start or the last <see cref="Reset"/>.</summary>
public class ThreadDisposeScopeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }

    public long DisposedOutsideScopeCount { get; internal set; }

    public long CreatedInScopeCount { get; internal set; }

    public long DisposedInScopeCount { get; internal set; }

    public long AttachedToScopeCount { get; internal set; }

    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Made and not disposed on this thread; what a finalizer freed still counts.</summary>
    public long ThreadTotalLiveCount =>
        CreatedOutsideScopeCount - DisposedOutsideScopeCount + CreatedInScopeCount - DisposedInScopeCount;

    public void Reset()
    {
        CreatedOutsideScopeCount = DisposedOutsideScopeCount = CreatedInScopeCount = DisposedInScopeCount = 0;
        AttachedToScopeCount = DetachedFromScopeCount = 0;
    }

    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; CreatedInScope: {CreatedInScopeCount}; DisposedInScope: {DisposedInScopeCount}; " +
        $"CreatedOutsideScope: {CreatedOutsideScopeCount}; DisposedOutsideScope: {DisposedOutsideScopeCount}; DetachedFromScope: {DetachedFromScopeCount}";
}

public static partial class torch
{
    /// <summary>Starts a scope on this thread; its end frees every tensor made in it that was not moved out.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>Runs a function in a scope of its own and moves its result out.</summary>
    public static T WrappedTensorDisposeScope<T>(Func<T> expr)
        where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(expr);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(expr());
    }
}
