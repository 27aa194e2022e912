using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>The parts of one frame as they come out of a recording; null where a part is missing or damaged. Depth is in units or in metres.</summary>
internal readonly record struct RawFrame(long Stamp, RigidTransform CameraToWorld, ColorImage? Color, Image16? Depth, Image16? LabelsNyu40 = null, DepthImage? DepthMetres = null, byte[]? ColorFile = null);

/// <summary>Makes frames of a recording's parts, or says why a frame cannot be used. The same for every file format.</summary>
internal sealed class FrameAssembler : IDisposable
{
    private readonly CameraIntrinsics _color;
    private readonly CameraIntrinsics _depth;
    private readonly RigidTransform _depthToColor;
    private readonly DepthTable _depthTable;
    private readonly LabelSpace _labelSpace;
    private readonly RigidTransform _worldToUpright;
    private readonly Rectifier _colorRectifier;
    private readonly Rectifier _depthRectifier;

    /// <summary>The cameras as recorded; <paramref name="options"/> may override them.</summary>
    public FrameAssembler(CameraIntrinsics color, CameraIntrinsics depth, RigidTransform depthToColor, DepthTable depthTable, SourceOptions options)
    {
        _color = options.ColorIntrinsics ?? color;
        _depth = options.DepthIntrinsics ?? depth;
        CheckOverride("colour", color, _color);
        CheckOverride("depth", depth, _depth);
        _depthToColor = options.DepthToColor ?? depthToColor;
        _depthTable = options.DepthUnitsPerMetre is { } units ? DepthTable.Linear(units) : depthTable;
        _labelSpace = options.LabelSpace;
        _worldToUpright = WorldToUpright(options.WorldUp);
        _colorRectifier = new Rectifier(_color);
        _depthRectifier = new Rectifier(_depth);
    }

    public FrameReading Assemble(int number, RawFrame raw)
    {
        if ((raw.DepthMetres ?? (raw.Depth is { } units ? _depthTable.ToMetres(units) : null)) is not { } depth) return FrameReading.Drop(number, DropReason.DepthUnreadable);
        if (depth.Width != _depth.Width || depth.Height != _depth.Height) return FrameReading.Drop(number, DropReason.DepthSizeDiffers);
        if (raw.Color is not { } color) return FrameReading.Drop(number, DropReason.ColorUnreadable);
        if (color.Width != _color.Width || color.Height != _color.Height) return FrameReading.Drop(number, DropReason.ColorSizeDiffers);
        return FrameReading.Of(number, new RgbdFrame
        {
            Stamp = raw.Stamp,
            Color = _colorRectifier.Rectify(color),
            ColorFile = _color.Distortion.IsNone ? raw.ColorFile : null,
            Depth = _depthRectifier.Rectify(depth),
            ColorIntrinsics = _colorRectifier.Camera,
            DepthIntrinsics = _depthRectifier.Camera,
            DepthToColor = _depthToColor,
            CameraToWorld = raw.CameraToWorld.Then(_worldToUpright),
            Labels = raw.LabelsNyu40 is { } labels && ShowsTheSameView(labels) ? _colorRectifier.Rectify(ToLabels(labels)) : null,
        });
    }

    public void Dispose()
    {
        _colorRectifier.Dispose();
        _depthRectifier.Dispose();
    }

    /// <summary>A label image may be of another size, not of another shape (by more than 2 %): it would be stretched over the wrong pixels.</summary>
    private bool ShowsTheSameView(Image16 labels) =>
        Math.Abs(((double)labels.Width * _color.Height / ((double)labels.Height * _color.Width)) - 1) <= 0.02;

    /// <summary>NYU40 ids to the label space, resampled (nearest) to the colour image's size.</summary>
    private LabelImage ToLabels(Image16 nyu40)
    {
        var labels = new byte[_color.Width * _color.Height];
        for (var row = 0; row < _color.Height; row++)
        {
            var source = (int)((row + 0.5) * nyu40.Height / _color.Height) * nyu40.Width;
            for (var column = 0; column < _color.Width; column++)
            {
                var id = nyu40.Pixels[source + (int)((column + 0.5) * nyu40.Width / _color.Width)];
                labels[(row * _color.Width) + column] = _labelSpace.FromNyu40(id);
            }
        }
        return new LabelImage(_color.Width, _color.Height, labels);
    }

    private static RigidTransform WorldToUpright(Vector3d? up)
    {
        if (up is not { } direction) return RigidTransform.Identity;
        if (!direction.IsFinite || direction.Length < 1e-6)
            throw new InputException($"World up is ({direction.X}, {direction.Y}, {direction.Z}), expected a direction.");
        return RigidTransform.RotationBetween(direction, new Vector3d(0, 0, 1));
    }

    private static void CheckOverride(string name, CameraIntrinsics recorded, CameraIntrinsics used)
    {
        if (recorded.Width != used.Width || recorded.Height != used.Height)
            throw new InputException($"The {name} intrinsics given are for {used.Width} x {used.Height}, the {name} images are {recorded.Width} x {recorded.Height}.");
    }
}
