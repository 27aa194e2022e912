namespace AlsterNode.SceneStore;

public sealed partial class SemanticScene
{
    /// <summary>
    /// Copies the whole map as of one frame, record by record, into an empty scene of the same kind: features, stamps, counts and hash are the
    /// same afterwards. Mapping into this scene waits meanwhile. A target with a file gets the copy in several commits: until this returns and
    /// the target is flushed, its file holds a part of the map.
    /// </summary>
    public void CopyTo(SemanticScene target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target == this) throw new ArgumentException("A scene cannot be copied into itself.", nameof(target));
        target._options.CheckSameKind(_options);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            target.BeginCopy(State);
            var image = new BlockImage(_cache.Records.RecordSize);
            foreach (var key in SortedKeys())
            {
                Read(key, image);
                target.TakeCopy(key, image);
            }
            target.EndCopy(State);
        }
    }

    private void BeginCopy(SceneState state)
    {
        if (IsReadOnly) throw new InvalidOperationException($"Scene {_options.Path} was opened to look only.");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_cache.Count > 0 || _lastFrame > 0)
                throw new InvalidOperationException($"The scene to copy into has {_cache.Count} blocks after {_lastFrame} frames, expected an empty one.");
            _firstStamp = state.FirstStamp; // records count from it
        }
    }

    private void TakeCopy(long key, BlockImage image)
    {
        WaitForWriter();
        lock (_gate)
        {
            _cache.MarkDirty(_cache.Add(key, image));
            _voxelCount += image.Occupancy.Count();
            TrimMemory();
        }
        _writer?.Notify();
    }

    private void EndCopy(SceneState state)
    {
        lock (_gate)
        {
            (_lastFrame, _, _, _lastStamp, InputPosition) = state;
            _storedPosition = InputPosition;
        }
        _writer?.Notify();
    }
}
