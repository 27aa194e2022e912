using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D.OnDevice;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline.OnDevice;

/// <summary>
/// What a scene remembers of the voxels seen lately, on the device: only a voxel that comes into sight is asked of the scene itself. What the expert
/// writes goes to both, so whatever is forgotten here is still there.
/// </summary>
internal sealed class DeviceScene : IDisposable
{
    private readonly SemanticScene _scene;
    private readonly int _capacity;
    private Tensor _keys;     // [M] sorted
    private Tensor _features; // [M, D] in half precision, as the scene stores them
    private Tensor _lastSeen; // [M] frame number
    private Tensor _rows;     // of the present frame's voxels, [N]
    private long _frame;

    /// <param name="scene">The scene.</param>
    /// <param name="device">Where to keep it.</param>
    /// <param name="capacity">Voxels to keep at most, beside those of the present frame.</param>
    public DeviceScene(SemanticScene scene, Device device, int capacity = 1 << 18)
    {
        (_scene, _capacity) = (scene, capacity);
        _keys = zeros(0, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        _features = zeros(0, scene.FeatureDimension, dtype: ScalarType.Float16, device: device).DetachFromDisposeScope();
        _lastSeen = zeros(0, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        _rows = zeros(0, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
    }

    /// <summary>Voxels that are on the device.</summary>
    public long Count => _keys.shape[0];

    /// <summary>fGlobal(t-1) of a frame's voxels, [N, D] f32: zeros where unseen.</summary>
    /// <param name="keys">Sorted, each once, [N].</param>
    public Tensor Crop(Tensor keys)
    {
        using var scope = NewDisposeScope();
        _frame++;
        var rows = VoxelKeys.Find(_keys, keys);
        var isUnknown = rows.eq(Count);
        var unknown = isUnknown.nonzero().squeeze(1);
        if (unknown.shape[0] > 0)
        {
            _lastSeen.index_fill_(0, rows.index_select(0, isUnknown.logical_not().nonzero().squeeze(1)), _frame); // those that are here stay
            Fetch(keys.index_select(0, unknown));
            rows = VoxelKeys.Find(_keys, keys);
        }
        _lastSeen.index_fill_(0, rows, _frame);
        Replace(ref _rows, rows);
        return _features.index_select(0, rows).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Takes fGlobal(t) of the voxels of the last <see cref="Crop"/>, [N, D].</summary>
    public void WriteBack(Tensor state)
    {
        using var half = state.to(ScalarType.Float16);
        _features.index_copy_(0, _rows, half);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _keys, _features, _lastSeen, _rows }) tensor.Dispose();
    }

    private static void Replace(ref Tensor kept, Tensor by)
    {
        kept.Dispose();
        kept = by.DetachFromDisposeScope();
    }

    /// <summary>Takes voxels in, and lets those go that were not seen for longest.</summary>
    private void Fetch(Tensor keys)
    {
        var device = keys.device;
        var voxels = Array.ConvertAll(keys.cpu().data<long>().ToArray(), VoxelKeys.VoxelOf);
        var features = new float[voxels.Length * _scene.FeatureDimension];
        _scene.Crop(voxels, features, new int[voxels.Length]);
        var own = tensor(features, [voxels.Length, _scene.FeatureDimension], device: device).to(ScalarType.Float16);
        var kept = Newest(_capacity);
        var (sorted, order) = cat([_keys.index_select(0, kept), keys], 0).sort();
        var joined = cat([_features.index_select(0, kept), own], 0).index_select(0, order);
        var seen = cat([_lastSeen.index_select(0, kept), full_like(keys, _frame)], 0).index_select(0, order);
        Replace(ref _keys, sorted);
        Replace(ref _features, joined);
        Replace(ref _lastSeen, seen);
    }

    /// <summary>The rows of the voxels seen most lately; half as many as there is room for when there are too many, so that this is rare.</summary>
    private Tensor Newest(int room)
    {
        if (Count <= room) return arange(Count, device: _keys.device);
        var oldest = _lastSeen.sort(descending: true).Values[room / 2].item<long>();
        return _lastSeen.ge(oldest).nonzero().squeeze(1);
    }
}
