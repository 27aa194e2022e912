using System.Text;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.SceneStore;

namespace AlsterNode.Evaluation;

/// <summary>
/// Writes a map in the two formats that ScanNet's benchmark takes: for 3D, SCENE.txt with the NYU40 id of every mesh vertex on a line of its own; for 2D,
/// SCENE_NNNNNN.png with the NYU40 id of every pixel. 0 is no label. Each folder is the root of a zip file to submit.
/// </summary>
public sealed class BenchmarkExport
{
    /// <summary>The folder of the 3D files.</summary>
    public const string Folder3D = "semantic_label_3d";

    /// <summary>The folder of the 2D files.</summary>
    public const string Folder2D = "semantic_label_2d";

    /// <summary>Width of the label images [px]: the size at which the benchmark compares, whatever the colour images' size.</summary>
    public const int Width = 640;

    /// <summary>Height of the label images [px].</summary>
    public const int Height = 480;

    private readonly string _directory;
    private readonly string _scene;
    private readonly double _voxelSize;
    private readonly VoxelIndex[] _voxels;
    private readonly byte[] _nyu40; // [N]
    private readonly Dictionary<VoxelIndex, byte> _nyu40Of;

    /// <summary>An export of one scene's map.</summary>
    /// <param name="directory">The folder that holds both folders.</param>
    /// <param name="scene">The scene's name, as in scene0707_00.</param>
    /// <param name="map">The map's voxels in canonical order.</param>
    /// <param name="labelSpace">The space of the map's labels.</param>
    /// <param name="voxelSize">Edge of a voxel [m].</param>
    public BenchmarkExport(string directory, string scene, IReadOnlyList<StoredVoxel> map, LabelSpace labelSpace, double voxelSize)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(labelSpace);
        (_directory, _scene, _voxelSize) = (directory, scene, voxelSize);
        _voxels = [.. map.Select(voxel => voxel.Index)];
        _nyu40 = [.. map.Select(voxel => (byte)labelSpace.ToNyu40(voxel.Label))];
        _nyu40Of = _voxels.Zip(_nyu40).ToDictionary();
    }

    /// <summary>The mesh whose vertices the benchmark asks for, in a scan's folder or beside its file; null when there is none.</summary>
    public static string? FindMesh(string input)
    {
        var folder = Directory.Exists(input) ? input : Path.GetDirectoryName(Path.GetFullPath(input))!;
        return Directory.EnumerateFiles(folder, "*_vh_clean_2.ply").Order(StringComparer.Ordinal).FirstOrDefault() ?? FrameSources.FindLabelMesh(input);
    }

    /// <summary>Writes the 3D file: for each vertex the label of the nearest voxel, 0 where none is within 2 voxels.</summary>
    /// <param name="vertices">World positions [m], [V, 3].</param>
    public void WriteVertices(float[] vertices)
    {
        var rows = new NearestVoxel(_voxels, _voxelSize).RowsOf(vertices);
        AtomicFile.Write(Path.Combine(_directory, Folder3D, $"{_scene}.txt"), stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            foreach (var row in rows) text.WriteLine(row >= 0 ? _nyu40[row] : 0);
        });
    }

    /// <summary>Writes a frame's label image: for each pixel the label of the voxel that its depth falls in, 0 where there is no depth or no voxel.</summary>
    /// <param name="number">The frame's number in the scan.</param>
    /// <param name="frame">The frame; colour and depth must be registered.</param>
    public void WriteFrame(int number, RgbdFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.DepthToColor != RigidTransform.Identity)
            throw new InputException($"Frame {number}: colour and depth have different viewpoints, expected registered images as ScanNet's for the 2D benchmark.");
        PngFile.WriteGrey(Path.Combine(_directory, Folder2D, $"{_scene}_{number:D6}.png"), Width, Height, LabelsOf(frame));
    }

    private byte[] LabelsOf(RgbdFrame frame)
    {
        var color = frame.ColorIntrinsics.ScaledTo(Width, Height);
        var labels = new byte[Width * Height];
        for (var i = 0; i < labels.Length; i++)
        {
            var ray = color.Unproject(i % Width, i / Width, 1); // colour and depth share their rays
            var (u, v) = frame.DepthIntrinsics.Project(ray);
            var (column, row) = ((int)Math.Round(u), (int)Math.Round(v));
            if ((uint)column >= (uint)frame.Depth.Width || (uint)row >= (uint)frame.Depth.Height) continue;
            var depth = frame.Depth.Metres[(row * frame.Depth.Width) + column];
            if (!(depth > 0) || !float.IsFinite(depth)) continue;
            labels[i] = _nyu40Of.GetValueOrDefault(VoxelIndex.FromPoint(frame.CameraToWorld.Apply(ray * depth), _voxelSize));
        }

        return labels;
    }
}
