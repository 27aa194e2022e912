using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;

namespace AlsterNode.Training;

/// <summary>The frames of one scene in memory, and the label of every voxel of it.</summary>
/// <param name="Name">The scene's name.</param>
/// <param name="Frames">Its frames, all with exact or all with sensor-like depth.</param>
/// <param name="HasExactDepth">Whether a renderer's exact depth was taken.</param>
/// <param name="GroundTruth">The labels in 3D.</param>
public sealed record TrainingScene(string Name, IReadOnlyList<RgbdFrame> Frames, bool HasExactDepth, VoxelGroundTruth GroundTruth);

/// <summary>
/// The scenes of a training. Data that fits stays in memory (about 0.6 MB a frame of 320 x 240); otherwise a window of scenes slides over
/// it: every few batches the oldest leaves and a new one, read in the background, comes in. Which scenes a batch sees depends on its number only.
/// </summary>
internal sealed class TrainingSet
{
    private readonly (ISceneReader Reader, double Weight)[] _parts;
    private readonly Dictionary<int, Task<TrainingScene>> _loaded = []; // by place in the sequence of scenes
    private readonly List<(int Part, int Index)> _sequence = [];
    private readonly int[] _taken;
    private readonly int _seed;
    private readonly int _stepsPerScene; // 0: the window stands still
    private int _first;

    /// <summary>Opens the data; scenes are read by <see cref="Fill"/>.</summary>
    public TrainingSet(IReadOnlyList<TrainingData> data, TrainingConfig config, ModelOptions model, double voxelSize)
    {
        if (data.Count == 0) throw new InputException("The training config names no data; expected data: [{ folder: FOLDER }] or data: [{ synthetic: SEED }].");
        _seed = config.Seed;
        _parts = [.. data.Select(part => (part.Folder.Length > 0
            ? (ISceneReader)new FolderScenes(part, config, model.LabelSpace, voxelSize)
            : new SyntheticScenes(part, config, model.LabelSpace, voxelSize, model.Width, model.Height), part.Weight))];
        _taken = new int[_parts.Length];
        var all = _parts.Length == 1 ? _parts[0].Reader.Count : null;
        var fits = all <= config.ScenesInMemory;
        (Size, _stepsPerScene) = fits ? (all!.Value, 0) : (config.ScenesInMemory, config.StepsPerScene);
    }

    /// <summary>Scenes in memory.</summary>
    public int Size { get; }

    /// <summary>Reads the scenes of a batch's window; at the start of a run they are many.</summary>
    public void Fill(int batch, Action<int, int>? progress = null)
    {
        var done = 0;
        _first = FirstOf(batch);
        var scenes = Enumerable.Range(_first, Size).Select(Admitted).ToArray();
        var results = new TrainingScene[Size];
        Parallel.For(0, Size, i =>
        {
            results[i] = Load(scenes[i]);
            progress?.Invoke(Interlocked.Increment(ref done), Size);
        });
        lock (_loaded)
        {
            for (var i = 0; i < Size; i++) _loaded[_first + i] = Task.FromResult(results[i]);
        }
    }

    /// <summary>The place in the sequence of scenes of one that a batch draws.</summary>
    public int Draw(int batch, Random random) => FirstOf(batch) + random.Next(Size);

    /// <summary>The scene at a place; one that has left the window is read again.</summary>
    public TrainingScene At(int place)
    {
        Task<TrainingScene> scene;
        lock (_loaded)
        {
            if (!_loaded.TryGetValue(place, out scene!)) scene = _loaded[place] = Start(place);
        }
        return scene.GetAwaiter().GetResult();
    }

    /// <summary>Moves the window to a batch: forgets what has left it and starts to read what comes next.</summary>
    public void Advance(int batch)
    {
        if (_stepsPerScene == 0) return;
        lock (_loaded)
        {
            _first = FirstOf(batch);
            foreach (var place in _loaded.Keys.Where(place => place < _first).ToList()) _loaded.Remove(place);
            for (var place = _first; place < _first + Size + 2; place++) // two ahead
            {
                if (!_loaded.ContainsKey(place)) _loaded[place] = Start(place);
            }
        }
    }

    /// <summary>All scenes of the window, in order.</summary>
    public IEnumerable<TrainingScene> Scenes() => Enumerable.Range(_first, Size).Select(At);

    /// <summary>(median frequency / frequency)^exponent of each class over the window's pixels, [C]; 0 for a class that never occurs.</summary>
    public float[] ClassWeights(int classes, double exponent)
    {
        var counts = new long[256];
        foreach (var frame in Scenes().SelectMany(scene => scene.Frames))
        {
            foreach (var label in frame.Labels!.Labels) counts[label]++;
        }
        var present = counts.Take(classes).Where(count => count > 0).Order().ToArray();
        if (present.Length == 0) throw new InputException("The training frames have no labelled pixel; expected label images with NYU40 ids.");
        var median = (double)present[present.Length / 2];
        return [.. counts.Take(classes).Select(count => count == 0 ? 0f : (float)Math.Pow(median / count, exponent))];
    }

    private int FirstOf(int batch) => _stepsPerScene == 0 ? 0 : batch / _stepsPerScene;

    private Task<TrainingScene> Start(int place)
    {
        var scene = Admitted(place);
        return Task.Run(() => Load(scene));
    }

    private TrainingScene Load((int Part, int Index) scene) => _parts[scene.Part].Reader.Load(scene.Index);

    /// <summary>The part and scene that enter at a place: parts in proportion to their weights, each part's scenes in a new random order every time round.</summary>
    private (int Part, int Index) Admitted(int place)
    {
        lock (_sequence)
        {
            while (_sequence.Count <= place)
            {
                var total = _parts.Sum(part => part.Weight);
                var part = 0;
                for (var i = 1; i < _parts.Length; i++)
                {
                    if (Debt(i) > Debt(part)) part = i;
                }
                _sequence.Add((part, IndexOf(part, _taken[part]++)));

                double Debt(int i) => (_parts[i].Weight / total * (_sequence.Count + 1)) - _taken[i];
            }
            return _sequence[place];
        }
    }

    private int IndexOf(int part, int taken)
    {
        if (_parts[part].Reader.Count is not { } count) return taken;
        var order = Enumerable.Range(0, count).ToArray();
        if (taken >= count || _stepsPerScene > 0) new Random(TrainingSequence.HashCode(_seed, part, taken / count)).Shuffle(order);
        return order[taken % count];
    }
}
