using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>What the expert wrote earlier in the same step, for each of some scenes: unlike the map's copy it still leads back to the weights.</summary>
internal sealed class RecentStates(int scenes)
{
    private readonly Dictionary<VoxelIndex, long>[] _rows = [.. Enumerable.Range(0, scenes).Select(_ => new Dictionary<VoxelIndex, long>())];
    private readonly List<Tensor> _states = [];
    private long _count;

    /// <summary>The past of the voxels of all scenes [N, D]: the newest state of this step where there is one, else the map's.</summary>
    /// <param name="stored">The map's, [N, D]; scene after scene.</param>
    /// <param name="voxels">Of each scene.</param>
    public Tensor Over(Tensor stored, VoxelIndex[][] voxels)
    {
        if (_states.Count == 0) return stored;
        var from = new long[stored.shape[0]];
        var row = 0;
        for (var scene = 0; scene < voxels.Length; scene++)
        {
            foreach (var voxel in voxels[scene])
            {
                from[row] = _rows[scene].TryGetValue(voxel, out var recent) ? stored.shape[0] + recent : row;
                row++;
            }
        }
        return cat([stored, .. _states], 0).index_select(0, tensor(from).to(stored.device));
    }

    /// <summary>Takes the states of a view of each scene, [N, D].</summary>
    public void Add(Tensor states, VoxelIndex[][] voxels)
    {
        for (var scene = 0; scene < voxels.Length; scene++)
        {
            foreach (var voxel in voxels[scene]) _rows[scene][voxel] = _count++;
        }
        _states.Add(states);
    }

    /// <summary>The scene's sequence is over; the next one starts with nothing.</summary>
    public void Forget(int scene) => _rows[scene].Clear();
}
