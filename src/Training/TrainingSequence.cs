using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Training;

/// <summary>
/// One scene's views in random order, and the map made of them so far. The scene is turned about gravity, shifted within a voxel and at times
/// mirrored, and seen by another camera, anew for each sequence: no room of the world stands along our grid. Everything random follows from the seed, the slot and the number.
/// </summary>
internal sealed class TrainingSequence : IDisposable
{
    private readonly TrainingScene _scene;
    private readonly int[] _order;
    private readonly RigidTransform _motion; // scene, mirrored or not, to world
    private readonly bool _mirrored;
    private SequenceState _state;

    public TrainingSequence(TrainingScene scene, SequenceState state, int seed, int slot, int maxLength, FrameOrder order, SceneOptions map)
    {
        var random = new Random(HashCode(seed, slot, state.Number));
        _scene = scene;
        var length = random.Next(1, maxLength + 1); // its end is a random reset
        _order = order == FrameOrder.Permuted ? Permuted(_scene.Frames.Count, length, random) : Sequential(_scene.Frames.Count, length, random);
        _motion = Motion(random, map.VoxelSize);
        _mirrored = random.Next(2) == 0;
        Faults = SensorFaults.Draw(scene.HasExactDepth, random);
        _state = state;
        Map = SemanticScene.Create(map);
    }

    /// <summary>The scene's name.</summary>
    public string Name => _scene.Name;

    /// <summary>Where it stands after the views taken so far.</summary>
    public SequenceState State => _state;

    public bool IsOver => _state.Done == _order.Length;

    /// <summary>What its camera does wrong.</summary>
    public SensorFaults Faults { get; }

    /// <summary>What the expert remembers.</summary>
    public SemanticScene Map { get; }

    /// <summary>The next view, in the turned world.</summary>
    public RgbdFrame Next()
    {
        var frame = _scene.Frames[_order[_state.Done]];
        _state = _state with { Done = _state.Done + 1 };
        if (_mirrored) frame = Mirror.Of(frame);
        return frame with { CameraToWorld = frame.CameraToWorld.Then(_motion) };
    }

    /// <summary>The true classes of voxels of the turned world, [N]: those of the points of the scene that lie in their middle.</summary>
    public long[] LabelsOf(VoxelIndex[] voxels)
    {
        var back = _motion.Inverse();
        var labels = new long[voxels.Length];
        for (var i = 0; i < voxels.Length; i++)
        {
            var point = back.Apply(voxels[i].Center(Map.VoxelSize));
            labels[i] = _scene.GroundTruth.LabelAt(_mirrored ? Mirror.Of(point) : point);
        }
        return labels;
    }

    public void Dispose() => Map.Dispose();

    /// <summary>A mix of integers that is the same on every machine.</summary>
    public static int HashCode(params ReadOnlySpan<int> values)
    {
        var hash = 17u;
        foreach (var value in values) hash = ((hash ^ (uint)value) * 0x9E3779B1u) + (hash >> 15);
        return (int)(hash >> 1);
    }

    /// <summary>Permutations of the views, one after the other: a long sequence sees every view several times.</summary>
    private static int[] Permuted(int views, int length, Random random)
    {
        var order = new int[length];
        var permutation = Enumerable.Range(0, views).ToArray();
        for (var i = 0; i < length; i++)
        {
            if (i % views == 0) random.Shuffle(permutation);
            order[i] = permutation[i % views];
        }
        return order;
    }

    private static int[] Sequential(int views, int length, Random random)
    {
        var first = random.Next(views);
        return [.. Enumerable.Range(first, length).Select(i => i % views)];
    }

    private static RigidTransform Motion(Random random, double voxelSize)
    {
        var yaw = 2 * Math.PI * random.NextDouble();
        var shift = new Vector3d(random.NextDouble(), random.NextDouble(), random.NextDouble()) * voxelSize;
        return new RigidTransform(0, 0, Math.Sin(yaw / 2), Math.Cos(yaw / 2), shift);
    }
}

/// <summary>Where a slot stands: in its n-th sequence, in the scene at a place of the training set, after a number of views.</summary>
internal sealed record SequenceState(int Number, int Place, int Done);
