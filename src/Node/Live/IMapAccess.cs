using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>The map of a running node, for whoever publishes it or answers questions about it.</summary>
internal interface IMapAccess
{
    /// <summary>The coordinate frame of the map.</summary>
    string MapFrame { get; }

    /// <summary>The classes of its labels.</summary>
    LabelSpace LabelSpace { get; }

    /// <summary>Edge of a voxel [m].</summary>
    double VoxelSize { get; }

    /// <summary>While true, frames are not mapped.</summary>
    bool IsPaused { get; set; }

    /// <summary>Reads the map beside the mapping; it is not replaced meanwhile.</summary>
    T Read<T>(Func<SemanticScene, T> read);

    /// <summary>Writes the map as it is into a file; throws <see cref="InputException"/> or <see cref="IOException"/> with one sentence.</summary>
    Task SaveAsync(string path, CancellationToken stop);

    /// <summary>Replaces the map by a stored one. The file stays as it is while mapping goes on.</summary>
    Task LoadAsync(string path, CancellationToken stop);

    /// <summary>Begins a new map.</summary>
    Task ClearAsync(CancellationToken stop);
}
