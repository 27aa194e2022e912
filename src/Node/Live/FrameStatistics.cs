using AlsterNode.Core;

namespace AlsterNode.Node.Live;

/// <summary>
/// Looks at decoded frames for what no header says: in which unit depth is, whether red and blue are swapped, where the camera's axes point.
/// Colours and axes are counted once a view, so that a robot at rest before a blue wall proves nothing. For any number of threads.
/// </summary>
internal sealed class FrameStatistics
{
    private const double NewViewMetres = 0.25;
    private static readonly double NewViewCosine = Math.Cos(0.2); // 11 degrees
    private const int PixelStride = 7;

    private readonly Lock _gate = new();
    private RigidTransform? _lastView;
    private double _warm, _cool, _yUp, _zUp;
    private int _views, _coolerViews;
    private double _medianDepth = double.NaN, _nearestDepth = double.NaN;

    /// <summary>What was seen so far; null before the first frame.</summary>
    public FrameFacts? Facts
    {
        get
        {
            lock (_gate) return _views == 0 ? null : new FrameFacts(_medianDepth, _nearestDepth, _views, _warm / _views, _cool / _views, _coolerViews, _yUp / _views, _zUp / _views);
        }
    }

    /// <summary>Looks at a frame, before the mapper has it.</summary>
    public void Add(RgbdFrame frame)
    {
        var (median, nearest) = DepthOf(frame.Depth);
        lock (_gate)
        {
            (_medianDepth, _nearestDepth) = (median, nearest);
            if (_lastView is { } last && !IsNewView(last, frame.CameraToWorld)) return;
            _lastView = frame.CameraToWorld;
            var (warm, cool) = HuesOf(frame.Color);
            (_warm, _cool) = (_warm + warm, _cool + cool);
            if (cool > warm) _coolerViews++;
            _yUp += frame.CameraToWorld.Rotate(new Vector3d(0, 1, 0)).Z;
            _zUp += frame.CameraToWorld.Rotate(new Vector3d(0, 0, 1)).Z;
            _views++;
        }
    }

    private static bool IsNewView(RigidTransform a, RigidTransform b)
    {
        var forward = new Vector3d(0, 0, 1);
        return (a.Translation - b.Translation).Length > NewViewMetres || Vector3d.Dot(a.Rotate(forward), b.Rotate(forward)) < NewViewCosine;
    }

    /// <summary>
    /// Shares of the pixels that have a clear hue between red and yellow (wood, skin, lamplight) and between cyan and blue. Indoors the first
    /// are several times as many, and green lies between red and blue in both: swapping red and blue swaps the two shares.
    /// </summary>
    private static (double Warm, double Cool) HuesOf(ColorImage image)
    {
        var pixels = image.Pixels;
        var (warm, cool, seen) = (0, 0, 0);
        for (var i = 0; i + 2 < pixels.Length; i += 3 * PixelStride)
        {
            var (red, green, blue) = (pixels[i], pixels[i + 1], pixels[i + 2]);
            seen++;
            int most = Math.Max(red, Math.Max(green, blue)), least = Math.Min(red, Math.Min(green, blue));
            if (most < 40 || (most - least) * 5 < most) continue; // too dark or too grey to have a hue
            if (red >= green && green >= blue) warm++;
            else if (blue >= green && green >= red) cool++;
        }
        return ((double)warm / seen, (double)cool / seen);
    }

    private static (double Median, double Nearest) DepthOf(DepthImage image)
    {
        var values = new List<float>();
        for (var i = 0; i < image.Metres.Length; i += 31)
        {
            if (image.Metres[i] > 0 && float.IsFinite(image.Metres[i])) values.Add(image.Metres[i]);
        }
        if (values.Count == 0) return (double.NaN, double.NaN);
        values.Sort();
        return (values[values.Count / 2], values[0]);
    }
}
