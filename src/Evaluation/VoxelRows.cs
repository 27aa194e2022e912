using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>Numbers voxels by the order in which they were first seen.</summary>
internal sealed class VoxelRows
{
    private readonly Dictionary<VoxelIndex, int> _rows = [];

    /// <summary>Number of voxels.</summary>
    public int Count => _rows.Count;

    /// <summary>The voxel's row; a new one when it was not seen before.</summary>
    public int Add(VoxelIndex voxel)
    {
        if (_rows.TryGetValue(voxel, out var row)) return row;
        row = _rows.Count;
        _rows.Add(voxel, row);
        return row;
    }

    /// <summary>The voxel's row; false when it was not seen.</summary>
    public bool TryGet(VoxelIndex voxel, out int row) => _rows.TryGetValue(voxel, out row);
}

/// <summary>A table of rows of one width that grows without copying what is there.</summary>
/// <param name="width">Values a row.</param>
/// <param name="initial">What a new row is filled with.</param>
internal sealed class RowTable<T>(int width, T initial = default)
    where T : struct
{
    private const int ChunkRows = 4096;

    private readonly List<T[]> _chunks = [];

    /// <summary>A row, [width].</summary>
    public Span<T> this[int row]
    {
        get
        {
            while (row / ChunkRows >= _chunks.Count)
            {
                var chunk = new T[ChunkRows * width];
                Array.Fill(chunk, initial);
                _chunks.Add(chunk);
            }

            return _chunks[row / ChunkRows].AsSpan(row % ChunkRows * width, width);
        }
    }
}
