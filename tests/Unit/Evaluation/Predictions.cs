using AlsterNode.Core;
using AlsterNode.Pipeline;

namespace AlsterNode.Tests.Unit.Evaluation;

/// <summary>Frames in which the heads say what a test wants.</summary>
internal static class Predictions
{
    /// <summary>A frame of N voxels; all three heads are sure of <paramref name="labels"/> [N].</summary>
    public static FramePrediction Sure(int classes, VoxelIndex[] voxels, byte[] labels, int[]? pixelVoxel = null, byte[]? truth = null)
    {
        var probabilities = new float[voxels.Length * classes];
        for (var i = 0; i < voxels.Length; i++) probabilities[(i * classes) + labels[i]] = 1;
        return Of(classes, voxels, probabilities, probabilities, probabilities, pixelVoxel ?? [0], pixelVoxel?.Length ?? 1, truth);
    }

    /// <summary>A frame of N voxels with the heads' probabilities, [N, C] each.</summary>
    public static FramePrediction Of(
        int classes, VoxelIndex[] voxels, float[] probabilities2D, float[] probabilities3D, float[] expert, int[] pixelVoxel, int width, byte[]? truth) => new()
        {
            Frame = new RgbdFrame
            {
                Stamp = 0,
                Color = new ColorImage(1, 1, new byte[3]),
                Depth = new DepthImage(1, 1, new float[1]),
                ColorIntrinsics = new CameraIntrinsics(1, 1, 1, 1, 0, 0),
                DepthIntrinsics = new CameraIntrinsics(1, 1, 1, 1, 0, 0),
                CameraToWorld = RigidTransform.Identity,
            },
            Voxels = voxels,
            Classes = classes,
            Probabilities2D = probabilities2D,
            Probabilities3D = probabilities3D,
            ProbabilitiesExpert = expert,
            PixelVoxel = pixelVoxel,
            Labels = truth,
            Width = width,
            Height = pixelVoxel.Length / width,
        };
}
