using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>Finds the voxel of a map whose centre is nearest to a point, no farther than 2 voxels; of equally near ones the first.</summary>
public sealed class NearestVoxel
{
    /// <summary>How far a voxel's centre may be [voxels]: the mesh and the map of a good reconstruction differ by less.</summary>
    public const double ReachVoxels = 2;

    private readonly KdTree _tree;
    private readonly float _reach;

    /// <summary>Indexes the voxels of a map, [N].</summary>
    public NearestVoxel(VoxelIndex[] voxels, double voxelSize)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        var centers = new float[3 * voxels.Length];
        for (var i = 0; i < voxels.Length; i++)
        {
            var center = voxels[i].Center(voxelSize);
            (centers[3 * i], centers[(3 * i) + 1], centers[(3 * i) + 2]) = ((float)center.X, (float)center.Y, (float)center.Z);
        }

        _tree = new KdTree(centers);
        _reach = (float)(ReachVoxels * voxelSize);
    }

    /// <summary>The row of the voxel nearest to each point, [V]; -1 where none is within reach.</summary>
    /// <param name="points">World positions [m], [V, 3].</param>
    public int[] RowsOf(float[] points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var rows = new int[points.Length / 3];
        for (var i = 0; i < rows.Length; i++) rows[i] = _tree.Nearest(points[3 * i], points[(3 * i) + 1], points[(3 * i) + 2], _reach);
        return rows;
    }
}
