using AlsterNode.Core;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Finds the colour pixel that shows what a depth pixel measures. Registered cameras share their rays, so the answer does not depend on the
/// depth; otherwise the point is moved into the colour camera and projected (no occlusion test: the cameras are centimetres apart).
/// </summary>
internal readonly struct DepthToColorProjection
{
    private readonly float _ax, _bx, _ay, _by;     // colour pixel = a * depth pixel + b, for rays at infinity without rotation
    private readonly float _inverseFx, _inverseFy; // of the depth camera
    private readonly float _cxDepth, _cyDepth, _fxColor, _fyColor, _cxColor, _cyColor;
    private readonly float _m00, _m01, _m02, _m10, _m11, _m12, _m20, _m21, _m22, _tx, _ty, _tz; // T_color_depth

    /// <param name="depthCamera">The depth camera at the resolution the pixels are given in.</param>
    /// <param name="frame">Gives the colour camera and the motion between the two.</param>
    public DepthToColorProjection(CameraIntrinsics depthCamera, RgbdFrame frame)
    {
        var color = frame.ColorIntrinsics;
        StepX = color.Fx / depthCamera.Fx;
        StepY = color.Fy / depthCamera.Fy;
        IsRegistered = frame.DepthToColor == RigidTransform.Identity;
        (_ax, _bx) = ((float)StepX, (float)(color.Cx - (StepX * depthCamera.Cx)));
        (_ay, _by) = ((float)StepY, (float)(color.Cy - (StepY * depthCamera.Cy)));
        (_inverseFx, _inverseFy) = ((float)(1 / depthCamera.Fx), (float)(1 / depthCamera.Fy));
        (_cxDepth, _cyDepth) = ((float)depthCamera.Cx, (float)depthCamera.Cy);
        (_fxColor, _fyColor, _cxColor, _cyColor) = ((float)color.Fx, (float)color.Fy, (float)color.Cx, (float)color.Cy);
        var (x, y, z) = (frame.DepthToColor.Rotate(new Vector3d(1, 0, 0)), frame.DepthToColor.Rotate(new Vector3d(0, 1, 0)), frame.DepthToColor.Rotate(new Vector3d(0, 0, 1)));
        (_m00, _m01, _m02, _tx) = ((float)x.X, (float)y.X, (float)z.X, (float)frame.DepthToColor.Translation.X);
        (_m10, _m11, _m12, _ty) = ((float)x.Y, (float)y.Y, (float)z.Y, (float)frame.DepthToColor.Translation.Y);
        (_m20, _m21, _m22, _tz) = ((float)x.Z, (float)y.Z, (float)z.Z, (float)frame.DepthToColor.Translation.Z);
    }

    /// <summary>Colour pixels per depth pixel, along a row.</summary>
    public double StepX { get; }

    /// <summary>Colour pixels per depth pixel, along a column.</summary>
    public double StepY { get; }

    /// <summary>True when the two cameras share their centre and axes.</summary>
    public bool IsRegistered { get; }

    /// <summary>The colour pixel of depth pixel (u, v) at a depth [m]; NaN when the point lies behind the colour camera.</summary>
    public (float U, float V) ColorPixel(int u, int v, float depth)
    {
        if (IsRegistered) return ((_ax * u) + _bx, (_ay * v) + _by);
        var x = (u - _cxDepth) * _inverseFx * depth;
        var y = (v - _cyDepth) * _inverseFy * depth;
        var z = (_m20 * x) + (_m21 * y) + (_m22 * depth) + _tz;
        if (z <= 0) return (float.NaN, float.NaN);
        return ((((_m00 * x) + (_m01 * y) + (_m02 * depth) + _tx) / z * _fxColor) + _cxColor,
            (((_m10 * x) + (_m11 * y) + (_m12 * depth) + _ty) / z * _fyColor) + _cyColor);
    }
}
