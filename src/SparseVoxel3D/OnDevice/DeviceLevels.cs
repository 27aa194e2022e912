using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.OnDevice;

/// <summary>
/// The levels of detail of a frame's voxels and the kernel maps within and between them, computed on the device: <see cref="KernelMaps"/> as
/// tensors. A map is a list of rows of the input, in the order the outputs read them; the row after the last stands for "no voxel".
/// </summary>
internal sealed class DeviceLevels
{
    private const int Edge = 3;
    private const int Parts = 8;

    private readonly List<Tensor> _keys;
    private readonly Dictionary<int, Tensor> _neighbours = [];

    /// <param name="keys">Of the finest voxels, sorted, each once: [N].</param>
    public DeviceLevels(Tensor keys) => _keys = [keys];

    /// <summary>The keys of a level, 0 the finest, sorted: [N].</summary>
    public Tensor Keys(int level)
    {
        while (_keys.Count <= level) _keys.Add(VoxelKeys.Coarser(_keys[^1]).unique().output);
        return _keys[level];
    }

    /// <summary>3x3x3 kernel within a level: [N * 27].</summary>
    public Tensor Neighbours(int level)
    {
        if (_neighbours.TryGetValue(level, out var known)) return known;
        var steps = new long[Edge * Edge * Edge];
        for (var k = 0; k < steps.Length; k++) steps[k] = VoxelKeys.Step((k / (Edge * Edge)) - 1, (k / Edge % Edge) - 1, (k % Edge) - 1);
        var keys = Keys(level);
        var wanted = keys.unsqueeze(1) + tensor(steps, device: keys.device); // [N, 27]
        return _neighbours[level] = VoxelKeys.Find(keys, wanted.view(-1));
    }

    /// <summary>2x2x2 kernel of stride 2 to the next coarser level: [coarse * 8].</summary>
    public Tensor Down(int level)
    {
        var steps = new long[Parts];
        for (var part = 0; part < Parts; part++) steps[part] = VoxelKeys.Step(part >> 2, part >> 1 & 1, part & 1);
        var corner = VoxelKeys.Finer(Keys(level + 1)); // [coarse]
        return VoxelKeys.Find(Keys(level), (corner.unsqueeze(1) + tensor(steps, device: corner.device)).view(-1));
    }

    /// <summary>Back from the next coarser level: for each voxel of this level row * 8 + part of the coarse voxel it lies in, [N].</summary>
    public Tensor Up(int level) => (VoxelKeys.Find(Keys(level + 1), VoxelKeys.Coarser(Keys(level))) * Parts) + VoxelKeys.Part(Keys(level));
}
