namespace TorchSharp;

/// <summary>Disposes at its end every tensor made on this thread since its start, those moved out excepted.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;
    private readonly List<torch.Tensor?> _tensors = [];   // a tensor knows its slot; empty slots are null
    private HashSet<IDisposable>? _others;                // whatever else was included
    private int _live;
    private bool _ending;                                 // slots must then keep their places

    public DisposeScope(DisposeScopeManager disposeScopeManager)
    {
        ArgumentNullException.ThrowIfNull(disposeScopeManager);
        _manager = disposeScopeManager;
        OuterScope = disposeScopeManager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public int DisposablesCount => _live + (_others?.Count ?? 0);

    /// <summary>A copy of what the scope holds now.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _tensors.OfType<IDisposable>(), .. _others ?? []];

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.ScopeSlot = _tensors.Count;
        _tensors.Add(tensor);
        _live++;
    }

    internal bool Remove(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor)
            return _others is not null && _others.Remove(disposable);
        if (tensor.OwningDisposeScope != this)
            return false;

        _tensors[tensor.ScopeSlot] = null;
        tensor.OwningDisposeScope = null;
        _live--;
        if (_ending)
            return true;
        while (_tensors.Count > 0 && _tensors[^1] is null)
            _tensors.RemoveAt(_tensors.Count - 1);
        if (_tensors.Count > 64 && _live < _tensors.Count / 4)
            Compact();
        return true;
    }

    // Long scopes whose tensors are disposed one by one would otherwise keep a slot for each.
    private void Compact()
    {
        var kept = 0;
        for (var i = 0; i < _tensors.Count; i++)
        {
            if (_tensors[i] is not { } tensor)
                continue;
            tensor.ScopeSlot = kept;
            _tensors[kept++] = tensor;
        }

        _tensors.RemoveRange(kept, _tensors.Count - kept);
    }

    private static void Give(DisposeScope? scope, IDisposable disposable)
    {
        if (scope is null)
            return;
        if (disposable is torch.Tensor tensor)
        {
            scope.Add(tensor);
            tensor.TakeFromCollector();
        }
        else
            (scope._others ??= new(ReferenceEqualityComparer.Instance)).Add(disposable);
    }

    /// <summary>Adds something that is not in a scope yet.</summary>
    public T Include<T>(T disposable)
        where T : IDisposable
    {
        if (disposable is torch.Tensor { OwningDisposeScope: { } owner } tensor)
            owner.Remove(tensor);
        Give(this, disposable);
        return disposable;
    }

    public void Attach(IDisposable disposable)
    {
        Include(disposable);
        _manager.StatisticsInstance.AttachedToScopeCount++;
    }

    /// <summary>Hands over to the outer scope; without one, to nobody.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (Remove(disposable))
        {
            Give(scope, disposable);
            if (scope is null)
            {
                (disposable as torch.Tensor)?.LeaveToCollector();
                _manager.StatisticsInstance.DetachedFromScopeCount++;
            }
        }

        return disposable;
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        ArgumentNullException.ThrowIfNull(disposables);
        foreach (var disposable in disposables)
            MoveToOther(scope, disposable);
    }

    /// <summary>Takes out of every scope.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (Detach(first), Detach(second));

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    /// <summary>Frees what was gathered so far; the scope goes on.</summary>
    public void DisposeEverything()
    {
        _ending = true;
        for (var i = 0; i < _tensors.Count; i++)
            _tensors[i]?.Dispose();
        _ending = false;
        _tensors.Clear();
        _live = 0;
        if (_others is not { Count: > 0 } others)
            return;

        _others = null;
        foreach (var disposable in others)
        {
            _manager.StatisticsInstance.DisposedInScopeCount++;
            disposable.Dispose();
        }
    }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var kept = inKeep.Where(Remove).ToArray();
        DisposeEverything();
        foreach (var disposable in kept)
            Give(this, disposable);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor ? tensor.OwningDisposeScope == this : _others?.Contains(disposable) == true;

    public void Dispose()
    {
        DisposeEverything();
        _manager.RemoveDisposeScope(this);
    }
}
