using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Draws voxels as small shaded cubes with a z-buffer. The camera is orthographic, so every cube looks the same: it is cast once and then stamped.
/// Afterwards depth steps are darkened (eye-dome lighting), which makes shapes readable without a light or normals.
/// </summary>
internal sealed class VoxelRaster
{
    private const float EdgeStrength = 0.55f;

    private readonly float[] _depth; // [H, W] toward the viewer, in voxels
    private readonly int[] _voxel; // [H, W] row of the voxel seen, -1 = background
    private readonly byte[] _face; // [H, W] axis of the face seen
    private readonly VoxelView _view;
    private readonly double _left; // screen coordinates [voxels] of the image's left and top edge
    private readonly double _top;

    /// <summary>A raster whose centre shows <paramref name="center"/> (screen coordinates, in voxels), <paramref name="scale"/> pixels a voxel.</summary>
    public VoxelRaster(int width, int height, VoxelView view, (double X, double Y) center, double scale)
    {
        (Width, Height, Scale, _view) = (width, height, scale, view);
        (_left, _top) = (center.X - (width / (2 * scale)), center.Y + (height / (2 * scale)));
        _depth = new float[width * height];
        _voxel = new int[width * height];
        _face = new byte[width * height];
        Array.Fill(_voxel, -1);
        Array.Fill(_depth, float.NegativeInfinity);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Pixels per voxel.</summary>
    public double Scale { get; }

    /// <summary>Rows of the voxels seen by each pixel, [H, W]; -1 = background.</summary>
    public ReadOnlySpan<int> Seen => _voxel;

    /// <summary>Where a voxel's centre lies on the screen [voxels], x to the right and y up.</summary>
    public static (double X, double Y) Project(VoxelView view, VoxelIndex voxel)
    {
        var center = voxel.Center(1);
        return (Vector3d.Dot(view.Right, center), Vector3d.Dot(view.Up, center));
    }

    /// <summary>Draws those of the voxels that are to be <paramref name="shown"/>.</summary>
    public void Draw(ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<bool> shown)
    {
        var occupied = new HashSet<VoxelIndex>(voxels.Length);
        for (var i = 0; i < voxels.Length; i++)
        {
            if (shown[i]) occupied.Add(voxels[i]);
        }

        var cube = CastCube();
        var stamps = new Stamp[1 << 3][]; // by the set of visible faces
        for (var faces = 0; faces < stamps.Length; faces++) stamps[faces] = WithFaces(cube, faces);
        for (var i = 0; i < voxels.Length; i++)
        {
            if (shown[i]) Place(stamps[VisibleFaces(occupied, voxels[i])], voxels[i], i);
        }
    }

    /// <summary>Draws without looking at neighbours: enough to know which voxels are seen.</summary>
    public void DrawRoughly(ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<bool> shown)
    {
        var cube = CastCube();
        for (var i = 0; i < voxels.Length; i++)
        {
            if (shown[i]) Place(cube, voxels[i], i);
        }
    }

    // Where rounding leaves a gap between two cubes, a hidden face would show as a pattern: it lies deeper and looks like its visible neighbour.
    private static Stamp[] WithFaces(Stamp[] cube, int faces)
    {
        const float Deeper = 1; // voxel
        if (faces == 0) return [];
        var visible = (byte)BitOperations.TrailingZeroCount(faces);
        return Array.ConvertAll(cube, part => ((faces >> part.Face) & 1) != 0 ? part : part with { Depth = part.Depth - Deeper, Face = visible });
    }

    // Faces toward the viewer with no voxel on them; bit = axis.
    private int VisibleFaces(HashSet<VoxelIndex> occupied, VoxelIndex voxel)
    {
        var toward = _view.TowardViewer;
        var faces = 0;
        if (!occupied.Contains(voxel with { X = voxel.X + Math.Sign(toward.X) })) faces |= 1;
        if (!occupied.Contains(voxel with { Y = voxel.Y + Math.Sign(toward.Y) })) faces |= 2;
        if (!occupied.Contains(voxel with { Z = voxel.Z + Math.Sign(toward.Z) })) faces |= 4;
        return faces;
    }

    /// <summary>The colour of a pixel, shaded by face and depth steps.</summary>
    /// <param name="x">Column [px].</param>
    /// <param name="y">Row [px].</param>
    /// <param name="colors">Colours of the voxels, [N].</param>
    /// <param name="background">Where no voxel is.</param>
    public Rgb Shade(int x, int y, ReadOnlySpan<Rgb> colors, Rgb background)
    {
        var at = (y * Width) + x;
        if (_voxel[at] < 0) return background;
        var face = _face[at] switch { 2 => 1f, 1 => 0.88f, _ => 0.76f };
        var step = Step(x, y);
        return colors[_voxel[at]].Dimmed(step > 0 ? face * MathF.Exp(-EdgeStrength * step) : face);
    }

    // How much nearer the neighbours are, [0, 1] each: a surface in front casts a dark rim on what lies behind.
    private float Step(int x, int y)
    {
        var radius = Math.Max(1, (int)(Scale / 3));
        var own = _depth[(y * Width) + x];
        var sum = 0f;
        sum += x >= radius ? Nearer(own, (y * Width) + x - radius) : 0;
        sum += x + radius < Width ? Nearer(own, (y * Width) + x + radius) : 0;
        sum += y >= radius ? Nearer(own, ((y - radius) * Width) + x) : 0;
        sum += y + radius < Height ? Nearer(own, ((y + radius) * Width) + x) : 0;
        return sum;
    }

    private float Nearer(float own, int at)
    {
        const float Threshold = 1.5f; // voxels: the steps between neighbouring cubes stay quiet
        const float Full = 6; // voxels: a step of 24 cm is as dark as it gets
        return Math.Clamp((_depth[at] - own - Threshold) / Full, 0, 1);
    }

    private void Place(Stamp[] stamp, VoxelIndex index, int voxel)
    {
        var onScreen = Project(_view, index);
        var (x, y) = ((int)Math.Floor((onScreen.X - _left) * Scale), (int)Math.Floor((_top - onScreen.Y) * Scale));
        var depth = (float)Vector3d.Dot(_view.TowardViewer, index.Center(1));
        foreach (var part in stamp)
        {
            var px = x + part.X;
            var py = y + part.Y;
            if ((uint)px >= (uint)Width || (uint)py >= (uint)Height) continue;
            var at = (py * Width) + px;
            if (depth + part.Depth <= _depth[at]) continue;
            (_depth[at], _voxel[at], _face[at]) = (depth + part.Depth, voxel, part.Face);
        }
    }

    // The pixels of a unit cube around the origin: the ray through each enters it last through the face whose slab it enters last.
    private Stamp[] CastCube()
    {
        var reach = (int)Math.Ceiling(Scale) + 1;
        var half = 0.5 + (0.5 / Scale); // half a pixel larger, so that neighbours leave no gap
        var stamp = new List<Stamp>();
        Span<double> origin = stackalloc double[3];
        Span<double> toward = [_view.TowardViewer.X, _view.TowardViewer.Y, _view.TowardViewer.Z];
        for (var y = -reach; y <= reach; y++)
        {
            for (var x = -reach; x <= reach; x++)
            {
                var onScreen = ((x / Scale) * _view.Right) - ((y / Scale) * _view.Up);
                (origin[0], origin[1], origin[2]) = (onScreen.X, onScreen.Y, onScreen.Z);
                if (Enter(origin, toward, half) is { } hit) stamp.Add(new Stamp(x, y, (float)hit.Depth, hit.Axis));
            }
        }

        return [.. stamp];
    }

    // The cube's point nearest to the viewer on the line origin + t toward: t = least over the axes of the slab's far side.
    private static (double Depth, byte Axis)? Enter(ReadOnlySpan<double> origin, ReadOnlySpan<double> toward, double half)
    {
        const double Parallel = 1e-9;
        var (front, back, axis) = (double.PositiveInfinity, double.NegativeInfinity, (byte)0);
        for (byte a = 0; a < 3; a++)
        {
            if (Math.Abs(toward[a]) < Parallel)
            {
                if (Math.Abs(origin[a]) > half) return null;
                continue;
            }

            var far = ((Math.Sign(toward[a]) * half) - origin[a]) / toward[a];
            var near = ((-Math.Sign(toward[a]) * half) - origin[a]) / toward[a];
            back = Math.Max(back, near);
            if (far < front) (front, axis) = (far, a);
        }

        return back <= front ? (front, axis) : null;
    }

    private readonly record struct Stamp(int X, int Y, float Depth, byte Face);
}
