using AlsterNode.Core;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>Makes alster_msgs/SemanticVoxelMap of scenes and updates. Its buffers are reused: one thread at a time.</summary>
internal sealed class VoxelMapBuilder(string mapFrame, double voxelSize, string labelSpace)
{
    private readonly StoredBlock _block = new();
    private readonly FrameBlocks _frame = new();

    /// <summary>
    /// The whole map. Mapping may go on: what a frame after <paramref name="sequence"/> changed may be in it already, and comes again with that
    /// frame's delta.
    /// </summary>
    public SemanticVoxelMap Full(SemanticScene scene, ulong sequence)
    {
        var outline = scene.Outline();
        var map = New(SemanticVoxelMap.FULL, sequence, outline.LastStamp, outline.Blocks.Length, checked((int)outline.VoxelCount));
        var count = 0;
        for (var i = 0; i < outline.Blocks.Length; i++)
        {
            scene.TryRead(outline.Blocks[i], _block);
            if (count + _block.Count > map.Cells.Length) Resize(map, count + _block.Count + (count / 8)); // the map grew meanwhile
            map.Blocks[i] = Key(outline.Blocks[i]);
            map.VoxelCounts[i] = (uint)_block.Count;
            Add(map, count);
            count += _block.Count;
        }
        if (count != map.Cells.Length) Resize(map, count);
        return map;
    }

    /// <summary>One block as a full map; without voxels where nothing was seen.</summary>
    public SemanticVoxelMap Block(SemanticScene scene, BlockIndex index, ulong sequence)
    {
        var stamp = scene.LastStamp;
        var exists = scene.TryRead(index, _block);
        var map = New(SemanticVoxelMap.FULL, sequence, stamp, exists ? 1 : 0, _block.Count);
        if (!exists) return map;
        map.Blocks[0] = Key(index);
        map.VoxelCounts[0] = (uint)_block.Count;
        Add(map, 0);
        return map;
    }

    /// <summary>What one frame changed.</summary>
    public SemanticVoxelMap Delta(SceneUpdate update, ulong sequence)
    {
        _frame.Group(update.Voxels);
        var map = New(SemanticVoxelMap.DELTA, sequence, update.Stamp, _frame.Count, update.Voxels.Length);
        var place = 0;
        for (var block = 0; block < _frame.Count; block++)
        {
            map.Blocks[block] = Key(_frame.Index(block));
            var first = place;
            for (var row = _frame.First(block); row >= 0; row = _frame.Next(row), place++)
            {
                map.Cells[place] = (ushort)BlockIndex.Cell(update.Voxels[row]);
                map.Labels[place] = MapMessages.Label(update.Labels[row]);
                map.Confidences[place] = update.Confidences[row];
                map.Observations[place] = (uint)update.Observations[row];
            }
            map.VoxelCounts[block] = (uint)(place - first);
        }
        Array.Fill(map.LastSeen, update.LastSeen);
        return map;
    }

    private SemanticVoxelMap New(byte kind, ulong sequence, long stamp, int blocks, int voxels) => new()
    {
        Header = MapMessages.Header(stamp, mapFrame),
        Sequence = sequence,
        Kind = kind,
        VoxelSize = voxelSize,
        LabelSpace = labelSpace,
        Blocks = new BlockKey[blocks],
        VoxelCounts = new uint[blocks],
        Cells = GC.AllocateUninitializedArray<ushort>(voxels),
        Labels = GC.AllocateUninitializedArray<ushort>(voxels),
        Confidences = GC.AllocateUninitializedArray<float>(voxels),
        Observations = GC.AllocateUninitializedArray<uint>(voxels),
        LastSeen = GC.AllocateUninitializedArray<long>(voxels),
    };

    private void Add(SemanticVoxelMap map, int first)
    {
        _block.Cells.CopyTo(map.Cells.AsSpan(first));
        for (var i = 0; i < _block.Count; i++) map.Labels[first + i] = MapMessages.Label(_block.Labels[i]);
        _block.Confidences.CopyTo(map.Confidences.AsSpan(first));
        for (var i = 0; i < _block.Count; i++) map.Observations[first + i] = (uint)_block.Observations[i];
        _block.LastSeen.CopyTo(map.LastSeen.AsSpan(first));
    }

    private static void Resize(SemanticVoxelMap map, int voxels)
    {
        map.Cells = Resized(map.Cells, voxels);
        map.Labels = Resized(map.Labels, voxels);
        map.Confidences = Resized(map.Confidences, voxels);
        map.Observations = Resized(map.Observations, voxels);
        map.LastSeen = Resized(map.LastSeen, voxels);
    }

    private static T[] Resized<T>(T[] array, int length)
    {
        Array.Resize(ref array, length);
        return array;
    }

    private static BlockKey Key(BlockIndex index) => new() { X = index.X, Y = index.Y, Z = index.Z };
}
