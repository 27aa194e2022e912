using AlsterNode.Core;
using AlsterNode.Datasets;

namespace AlsterNode.Evaluation;

/// <summary>
/// The true class of voxels: the label of the mesh vertex nearest to the voxel's centre ([ALSTER] 3.1). Answers are kept, so
/// that training may ask for the same voxels in every frame; asking from several threads is safe.
/// </summary>
public sealed class VoxelGroundTruth
{
    private readonly Dictionary<VoxelIndex, byte> _known = [];
    private readonly KdTree _tree;
    private readonly float _maxDistance;

    /// <summary>Ground truth from the vertices of a labelled mesh.</summary>
    /// <param name="vertices">World positions [m], [V, 3].</param>
    /// <param name="labels">Class ids of the label space, [V]; <see cref="LabelSpace.Unlabelled"/> where a vertex has none.</param>
    /// <param name="voxelSize">Edge of a voxel [m].</param>
    /// <param name="maxDistance">Farther than this [m] from every vertex a voxel has no truth; null = 2 voxels.</param>
    public VoxelGroundTruth(float[] vertices, byte[] labels, double voxelSize = 0.04, double? maxDistance = null)
    {
        ArgumentNullException.ThrowIfNull(vertices);
        ArgumentNullException.ThrowIfNull(labels);
        if (vertices.Length != 3 * labels.Length) throw new ArgumentException($"{labels.Length} labels for {vertices.Length / 3} vertices.");
        (Vertices, VertexLabels, VoxelSize) = (vertices, labels, voxelSize);
        _tree = new KdTree(vertices);
        _maxDistance = (float)(maxDistance ?? 2 * voxelSize);
    }

    /// <summary>Ground truth from a mesh with NYU40 labels; labels outside the label space are unlabelled.</summary>
    public static VoxelGroundTruth FromMesh(LabelMesh mesh, LabelSpace labelSpace, double voxelSize = 0.04, double? maxDistance = null)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(labelSpace);
        if (mesh.LabelsNyu40.Length != mesh.VertexCount)
        {
            throw new InputException($"The mesh has {mesh.VertexCount} vertices and {mesh.LabelsNyu40.Length} labels, expected a label for each vertex.");
        }

        return new VoxelGroundTruth(mesh.Vertices, Array.ConvertAll(mesh.LabelsNyu40, id => labelSpace.FromNyu40(id)), voxelSize, maxDistance);
    }

    /// <summary>
    /// Ground truth from a PLY file with NYU40 labels; throws <see cref="InputException"/> when it has none or none of the label space.
    /// </summary>
    /// <param name="path">ScanNet's <c>*_vh_clean_2.labels.ply</c>.</param>
    /// <param name="labelSpace">The classes to score.</param>
    /// <param name="voxelSize">Edge of a voxel [m].</param>
    /// <param name="worldUp">The direction that points up in the mesh's world, which is turned as the recording's is; null = +Z.</param>
    public static VoxelGroundTruth Read(string path, LabelSpace labelSpace, double voxelSize, Vector3d? worldUp = null)
    {
        ArgumentNullException.ThrowIfNull(labelSpace);
        var mesh = LabelMesh.Read(path);
        if (mesh.LabelsNyu40.Length == 0)
            throw new InputException($"'{path}' has no property 'label' at its vertices, expected NYU40 ids as in ScanNet's *_vh_clean_2.labels.ply.");
        var truth = FromMesh(worldUp is { } up ? mesh.Turned(up) : mesh, labelSpace, voxelSize);
        if (truth.LabelledVertices > 0) return truth;
        var found = string.Join(", ", mesh.LabelsNyu40.Distinct().Order().Take(8));
        throw new InputException($"'{path}': none of {mesh.VertexCount} vertices has a class of label space '{labelSpace.Name}' (labels found: {found}), expected NYU40 ids.");
    }

    /// <summary>Vertices with a class of the label space; the others are ignored.</summary>
    public int LabelledVertices => VertexLabels.Count(label => label != LabelSpace.Unlabelled);

    /// <summary>World positions of the mesh's vertices [m], [V, 3].</summary>
    public float[] Vertices { get; }

    /// <summary>Class ids of the vertices, [V].</summary>
    public byte[] VertexLabels { get; }

    /// <summary>Edge of a voxel [m].</summary>
    public double VoxelSize { get; }

    /// <summary>The true class of a voxel; <see cref="LabelSpace.Unlabelled"/> where there is none.</summary>
    public byte LabelOf(VoxelIndex voxel)
    {
        lock (_known) return Known(voxel);
    }

    /// <summary>The true classes of voxels, [N] each.</summary>
    public void LabelsOf(ReadOnlySpan<VoxelIndex> voxels, Span<byte> labels)
    {
        lock (_known)
        {
            for (var i = 0; i < voxels.Length; i++) labels[i] = Known(voxels[i]);
        }
    }

    /// <summary>The true class of a point in the world [m]; answers are not kept.</summary>
    public byte LabelAt(Vector3d point)
    {
        var nearest = _tree.Nearest((float)point.X, (float)point.Y, (float)point.Z, _maxDistance);
        return nearest < 0 ? LabelSpace.Unlabelled : VertexLabels[nearest];
    }

    private byte Known(VoxelIndex voxel)
    {
        if (!_known.TryGetValue(voxel, out var label)) _known.Add(voxel, label = LabelAt(voxel.Center(VoxelSize)));
        return label;
    }
}
