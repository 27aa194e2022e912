using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Evaluation;

/// <summary>How a map is drawn.</summary>
public sealed record MapPictureOptions
{
    /// <summary>Width of the picture with its legend [px].</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Height of the picture [px].</summary>
    public int Height { get; init; } = 900;

    /// <summary>What lies higher above the floor is left out [m]: the ceiling.</summary>
    public double CutHeight { get; init; } = 2.1;

    /// <summary>Height of the oblique view's viewer above the horizon [degrees].</summary>
    public double ElevationDegrees { get; init; } = 48;

    /// <summary>Where the oblique view's viewer stands, from x toward y [degrees]; null takes the one of 8 places that sees most.</summary>
    public double? AzimuthDegrees { get; init; }
}

/// <summary>Pictures of a semantic map on which a person recognises the room: from above, and from a height at an angle.</summary>
public static class MapPicture
{
    private const int Samples = 2; // per pixel and axis: smooth edges
    private const int LegendWidth = 230; // px
    private const int Margin = 24; // px

    private static readonly Rgb Paper = new(255, 255, 255);
    private static readonly Rgb Ink = new(40, 40, 40);
    private static readonly Rgb NoClass = new(160, 160, 160);

    /// <summary>The display colour of a class id; grey for none.</summary>
    public static Rgb ColorOf(LabelSpace labelSpace, byte label)
    {
        ArgumentNullException.ThrowIfNull(labelSpace);
        if (label >= labelSpace.Count) return NoClass;
        var entry = labelSpace.Classes[label];
        return new Rgb(entry.Red, entry.Green, entry.Blue);
    }

    /// <summary>Writes map_top.png and map_view.png into a folder.</summary>
    public static void Write(string directory, IEnumerable<StoredVoxel> voxels, LabelSpace labelSpace, double voxelSize, MapPictureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        var (indices, labels) = (new List<VoxelIndex>(), new List<byte>());
        foreach (var voxel in voxels)
        {
            indices.Add(voxel.Index);
            labels.Add(voxel.Label);
        }

        VoxelIndex[] allIndices = [.. indices];
        byte[] allLabels = [.. labels];
        Top(allIndices, allLabels, labelSpace, voxelSize, options).Save(Path.Combine(directory, "map_top.png"));
        View(allIndices, allLabels, labelSpace, voxelSize, options).Save(Path.Combine(directory, "map_view.png"));
    }

    /// <summary>The map from above without its ceiling, x to the right and y up; what is higher is brighter.</summary>
    /// <param name="voxels">The map, [N].</param>
    /// <param name="labels">Class ids, [N].</param>
    /// <param name="labelSpace">Names and colours.</param>
    /// <param name="voxelSize">Edge of a voxel [m].</param>
    /// <param name="options">Sizes and cuts.</param>
    public static Canvas Top(VoxelIndex[] voxels, byte[] labels, LabelSpace labelSpace, double voxelSize, MapPictureOptions? options = null)
    {
        var cut = Checked(voxels, labels, voxelSize, options ??= new MapPictureOptions());
        var colors = Colors(voxels, labels, labelSpace, z => 0.8f + (0.2f * (z - cut.FloorZ) / Math.Max(1, cut.TopZ - cut.FloorZ)));
        return Draw(voxels, labels, labelSpace, voxelSize, options, VoxelView.Top, cut.WithoutCeiling, colors);
    }

    /// <summary>The map at an angle, without its ceiling and with the walls on the viewer's side lowered.</summary>
    /// <inheritdoc cref="Top"/>
    public static Canvas View(VoxelIndex[] voxels, byte[] labels, LabelSpace labelSpace, double voxelSize, MapPictureOptions? options = null)
    {
        var cut = Checked(voxels, labels, voxelSize, options ??= new MapPictureOptions());
        var elevation = double.DegreesToRadians(options.ElevationDegrees);
        var azimuth = options.AzimuthDegrees is { } degrees ? double.DegreesToRadians(degrees) : BestAzimuth(voxels, cut, elevation);
        var colors = Colors(voxels, labels, labelSpace, _ => 1);
        return Draw(voxels, labels, labelSpace, voxelSize, options, VoxelView.Oblique(azimuth, elevation), cut.WithoutNearWalls(azimuth), colors);
    }

    private static MapCut Checked(VoxelIndex[] voxels, byte[] labels, double voxelSize, MapPictureOptions options)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != voxels.Length) throw new ArgumentException($"{labels.Length} labels for {voxels.Length} voxels.");
        return new MapCut(voxels, voxelSize, options.CutHeight);
    }

    private static Rgb[] Colors(VoxelIndex[] voxels, byte[] labels, LabelSpace labelSpace, Func<int, float> brightness)
    {
        var colors = new Rgb[labels.Length];
        for (var i = 0; i < colors.Length; i++) colors[i] = ColorOf(labelSpace, labels[i]).Dimmed(Math.Clamp(brightness(voxels[i].Z), 0, 1));
        return colors;
    }

    // The place from which most of the map's voxels can be seen.
    private static double BestAzimuth(VoxelIndex[] voxels, MapCut cut, double elevation)
    {
        const int Places = 8;
        const int Size = 320;
        var (best, most) = (0.0, -1);
        for (var place = 0; place < Places; place++)
        {
            var azimuth = double.DegreesToRadians(30 + (place * 360.0 / Places)); // not along the axes: most rooms are built along them
            var shown = cut.WithoutNearWalls(azimuth);
            var raster = Raster(voxels, shown, VoxelView.Oblique(azimuth, elevation), Size, Size);
            raster.DrawRoughly(voxels, shown);
            var count = CountSeen(raster, voxels.Length);
            if (count > most) (best, most) = (azimuth, count);
        }

        return best;
    }

    private static int CountSeen(VoxelRaster raster, int voxels)
    {
        var seen = new bool[voxels];
        foreach (var voxel in raster.Seen)
        {
            if (voxel >= 0) seen[voxel] = true;
        }

        return seen.Count(s => s);
    }

    private static Canvas Draw(
        VoxelIndex[] voxels, byte[] labels, LabelSpace labelSpace, double voxelSize, MapPictureOptions options,
        VoxelView view, ReadOnlySpan<bool> shown, Rgb[] colors)
    {
        var canvas = new Canvas(options.Width, options.Height, Paper);
        var raster = Raster(voxels, shown, view, (options.Width - LegendWidth) * Samples, options.Height * Samples, Margin * Samples);
        raster.Draw(voxels, shown);
        for (var y = 0; y < options.Height; y++)
        {
            for (var x = 0; x < options.Width - LegendWidth; x++) canvas[x, y] = Average(raster, x, y, colors);
        }

        DrawLegend(canvas, labels, shown, labelSpace);
        DrawScaleBar(canvas, raster.Scale / Samples / voxelSize);
        return canvas;
    }

    private static Rgb Average(VoxelRaster raster, int x, int y, ReadOnlySpan<Rgb> colors)
    {
        var (red, green, blue) = (0, 0, 0);
        for (var i = 0; i < Samples * Samples; i++)
        {
            var sample = raster.Shade((x * Samples) + (i % Samples), (y * Samples) + (i / Samples), colors, Paper);
            (red, green, blue) = (red + sample.Red, green + sample.Green, blue + sample.Blue);
        }

        const int Count = Samples * Samples;
        return new Rgb((byte)(red / Count), (byte)(green / Count), (byte)(blue / Count));
    }

    private static VoxelRaster Raster(VoxelIndex[] voxels, ReadOnlySpan<bool> shown, VoxelView view, int width, int height, int margin = 0)
    {
        const double MostPixelsPerVoxel = 24;
        const int Sampled = 50_000; // voxels are enough to know where the map lies
        var (xs, ys) = (new List<double>(), new List<double>());
        for (var i = 0; i < voxels.Length; i += 1 + (voxels.Length / Sampled))
        {
            if (!shown[i]) continue;
            var (x, y) = VoxelRaster.Project(view, voxels[i]);
            xs.Add(x);
            ys.Add(y);
        }

        var (left, right) = Range(xs);
        var (bottom, top) = Range(ys);
        var scale = Math.Min((width - (2 * margin)) / (right - left), (height - (2 * margin)) / (top - bottom));
        return new VoxelRaster(width, height, view, ((left + right) / 2, (bottom + top) / 2), Math.Min(scale, MostPixelsPerVoxel));
    }

    // Where nearly all voxels lie, and one voxel around: a few stray ones must not shrink the room.
    private static (double Low, double High) Range(List<double> values)
    {
        const double Stray = 0.001;
        if (values.Count == 0) return (-1, 1);
        values.Sort();
        var skip = (int)(Stray * values.Count);
        return (values[skip] - 1, values[values.Count - 1 - skip] + 1);
    }

    private static void DrawLegend(Canvas canvas, byte[] labels, ReadOnlySpan<bool> shown, LabelSpace labelSpace)
    {
        const int Line = 26;
        var present = new bool[256];
        for (var i = 0; i < labels.Length; i++) present[Math.Min(labels[i], (byte)labelSpace.Count)] |= shown[i];
        var count = present.Count(p => p);
        var (left, top) = (canvas.Width - LegendWidth + 10, Math.Max(4, (canvas.Height - (count * Line)) / 2));
        for (var id = 0; id <= labelSpace.Count; id++)
        {
            if (!present[id]) continue;
            canvas.FillRectangle(left, top, 18, 18, Ink);
            canvas.FillRectangle(left + 1, top + 1, 16, 16, ColorOf(labelSpace, (byte)id));
            canvas.DrawText(left + 28, top + 2, id < labelSpace.Count ? labelSpace.Classes[id].Name : "unlabelled", Ink);
            top += Line;
        }
    }

    private static void DrawScaleBar(Canvas canvas, double pixelsPerMetre)
    {
        const double LongestBar = 300; // px
        var metres = new[] { 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1 }.FirstOrDefault(m => m * pixelsPerMetre <= LongestBar, 0.1);
        var (length, y) = ((int)Math.Round(metres * pixelsPerMetre), canvas.Height - 16);
        canvas.FillRectangle(Margin, y, length, 4, Ink);
        canvas.FillRectangle(Margin, y - 4, 2, 12, Ink);
        canvas.FillRectangle(Margin + length - 2, y - 4, 2, 12, Ink);
        canvas.DrawText(Margin + length + 8, y - 6, $"{metres} m", Ink);
    }
}
