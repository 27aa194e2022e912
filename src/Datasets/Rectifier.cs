using AlsterNode.Core;
using OpenCvSharp;

namespace AlsterNode.Datasets;

/// <summary>Takes the lens distortion out of one camera's images: colour by bilinear, depth and labels by nearest sampling.</summary>
internal sealed class Rectifier : IDisposable
{
    private readonly CameraIntrinsics _camera;
    private readonly Mat? _mapX;
    private readonly Mat? _mapY;

    public Rectifier(CameraIntrinsics camera)
    {
        _camera = camera;
        if (camera.Distortion.IsNone) return;
        var d = camera.Distortion;
        using var matrix = Mat.FromPixelData(3, 3, MatType.CV_64FC1, new[] { camera.Fx, 0, camera.Cx, 0, camera.Fy, camera.Cy, 0, 0, 1 });
        using var coefficients = Mat.FromPixelData(1, 8, MatType.CV_64FC1, new[] { d.K1, d.K2, d.P1, d.P2, d.K3, d.K4, d.K5, d.K6 });
        (_mapX, _mapY) = (new Mat(), new Mat());
        Cv2.InitUndistortRectifyMap(matrix, coefficients, null, matrix, new Size(camera.Width, camera.Height), MatType.CV_32FC1, _mapX, _mapY);
    }

    /// <summary>The camera of the rectified images.</summary>
    public CameraIntrinsics Camera => _camera with { Distortion = Distortion.None };

    public ColorImage Rectify(ColorImage color) => _mapX is null ? color
        : new ColorImage(color.Width, color.Height, Remap(color.Pixels, MatType.CV_8UC3, InterpolationFlags.Linear, 0));

    public DepthImage Rectify(DepthImage depth) => _mapX is null ? depth
        : new DepthImage(depth.Width, depth.Height, Remap(depth.Metres, MatType.CV_32FC1, InterpolationFlags.Nearest, 0));

    public LabelImage Rectify(LabelImage labels) => _mapX is null ? labels
        : new LabelImage(labels.Width, labels.Height, Remap(labels.Labels, MatType.CV_8UC1, InterpolationFlags.Nearest, LabelSpace.Unlabelled));

    public void Dispose()
    {
        _mapX?.Dispose();
        _mapY?.Dispose();
    }

    private T[] Remap<T>(T[] pixels, MatType type, InterpolationFlags interpolation, double outside) where T : unmanaged
    {
        var result = new T[pixels.Length];
        using var source = Mat.FromPixelData(_camera.Height, _camera.Width, type, pixels);
        using var target = Mat.FromPixelData(_camera.Height, _camera.Width, type, result);
        Cv2.Remap(source, target, _mapX!, _mapY!, interpolation, BorderTypes.Constant, Scalar.All(outside));
        return result;
    }
}
