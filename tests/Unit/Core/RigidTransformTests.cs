using AlsterNode.Core;

namespace AlsterNode.Tests.Unit.Core;

public sealed class RigidTransformTests
{
    [Fact]
    public void ScanNetPoseFilesUseColumnVectors()
    {
        // Camera 1 m east of the origin that looks north (+Y), Z up: x right = east, y down = -Z, z forward = +Y.
        double[] file = [1, 0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1];

        Assert.True(RigidTransform.TryFromMatrix(file, out var cameraToWorld, out _));

        Close(new Vector3d(1, 2, 0), cameraToWorld.Apply(new Vector3d(0, 0, 2)));   // 2 m ahead
        Close(new Vector3d(1.5, 0, 0), cameraToWorld.Apply(new Vector3d(0.5, 0, 0))); // half a metre to the right
        Close(new Vector3d(1, 0, -1), cameraToWorld.Apply(new Vector3d(0, 1, 0)));   // 1 m down
    }

    [Fact]
    public void MatricesComeBackFromAnyRotation()
    {
        var random = new Random(0);
        for (var i = 0; i < 1000; i++)
        {
            var transform = Random(random);

            Assert.True(RigidTransform.TryFromMatrix(transform.ToMatrix(), out var back, out _));

            var point = new Vector3d(random.NextDouble(), random.NextDouble(), random.NextDouble());
            Close(transform.Apply(point), back.Apply(point));
        }
    }

    [Fact]
    public void ChainsApplyTheFirstTransformFirst()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var (cameraToBody, bodyToWorld) = (Random(random), Random(random));
            var point = new Vector3d(random.NextDouble(), random.NextDouble(), random.NextDouble());

            Close(bodyToWorld.Apply(cameraToBody.Apply(point)), cameraToBody.Then(bodyToWorld).Apply(point));
            Close(point, cameraToBody.Then(cameraToBody.Inverse()).Apply(point));
        }
    }

    [Theory]
    [InlineData(0, double.NegativeInfinity, DropReason.TrackingLost)]
    [InlineData(3, double.NaN, DropReason.TrackingLost)]
    [InlineData(0, 2.0, DropReason.PoseNotRigid)]   // scaled
    [InlineData(0, -1.0, DropReason.PoseNotRigid)]  // mirrored
    [InlineData(1, 0.1, DropReason.PoseNotRigid)]   // sheared
    [InlineData(12, 0.5, DropReason.PoseNotRigid)]  // projective
    [InlineData(15, 0.0, DropReason.PoseNotRigid)]
    public void LostFramesAreRejectedWithAReason(int element, double value, string expected)
    {
        var matrix = RigidTransform.Identity.ToMatrix();
        matrix[element] = value;

        Assert.False(RigidTransform.TryFromMatrix(matrix, out _, out var reason));

        Assert.Equal(expected, reason);
    }

    [Fact]
    public void PosesOfKinectFusionAreGoodEnough()
    {
        var matrix = RigidTransform.Identity.ToMatrix();
        matrix[0] = 1 + 4e-4; // 7-Scenes' rotations are orthonormal to 4e-4

        Assert.True(RigidTransform.TryFromMatrix(matrix, out _, out _));
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 0, 0, 2)]
    public void QuaternionsThatAreNoRotationAreRejected(double x, double y, double z, double w)
    {
        Assert.False(RigidTransform.TryFromQuaternion(x, y, z, w, Vector3d.Zero, out _, out var reason));
        Assert.Equal(DropReason.PoseNotRigid, reason);
    }

    [Fact]
    public void ACameraLooksAtItsTarget()
    {
        var cameraToWorld = RigidTransform.LookAt(new Vector3d(1, 2, 1.5), new Vector3d(4, 6, 1.5), new Vector3d(0, 0, 1));

        Close(new Vector3d(4, 6, 1.5), cameraToWorld.Apply(new Vector3d(0, 0, 5)));
        Assert.True(cameraToWorld.Rotate(new Vector3d(0, 1, 0)).Z < -0.99, "the image's down is the world's down");
    }

    [Fact]
    public void RotationBetweenTurnsOneDirectionIntoTheOther()
    {
        var up = new Vector3d(0, 0, 1);
        foreach (var from in new[] { new Vector3d(-0.01, -0.89, -0.45), up, -up, new Vector3d(1, 0, 0) })
            Close(up, RigidTransform.RotationBetween(from, up).Rotate(from.Normalized()));
    }

    private static RigidTransform Random(Random random)
    {
        Assert.True(RigidTransform.TryFromQuaternion(0, 0, 0, 1, new Vector3d(random.NextDouble() * 10, random.NextDouble(), -random.NextDouble()), out var shift, out _));
        var turn = RigidTransform.RotationBetween(Direction(random), Direction(random));
        return turn.Then(shift);
    }

    private static Vector3d Direction(Random random) => new(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5);

    private static void Close(Vector3d expected, Vector3d actual) => Assert.True((expected - actual).Length < 1e-9, $"expected {expected}, found {actual}");
}
