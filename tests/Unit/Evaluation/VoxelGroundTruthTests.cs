using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class VoxelGroundTruthTests
{
    [Fact]
    public void AVoxelHasTheLabelOfTheVertexNearestToItsCentre()
    {
        var truth = new VoxelGroundTruth([0.05f, 0.05f, 0.05f, 0.15f, 0.05f, 0.05f], [3, 7], voxelSize: 0.1);

        Assert.Equal(3, truth.LabelOf(new(0, 0, 0)));
        Assert.Equal(7, truth.LabelOf(new(1, 0, 0)));
        Assert.Equal(3, truth.LabelOf(new(-1, 0, 0)));
        Assert.Equal(7, truth.LabelOf(new(2, 1, 0)));
    }

    [Fact]
    public void AVoxelFartherThanTwoVoxelsFromEveryVertexHasNoTruth()
    {
        var truth = new VoxelGroundTruth([0.02f, 0.02f, 0.02f], [3]);

        Assert.Equal(3, truth.LabelOf(new(1, 1, 1))); // 0.069 m
        Assert.Equal(LabelSpace.Unlabelled, truth.LabelOf(new(2, 1, 0))); // 0.089 m
        Assert.Equal(3, new VoxelGroundTruth([0.02f, 0.02f, 0.02f], [3], maxDistance: 0.1).LabelOf(new(2, 1, 0)));
    }

    [Fact]
    public void AskingAgainGivesTheSameAsAskingForOne()
    {
        var random = new Random(0);
        var vertices = Enumerable.Range(0, 3000).Select(_ => random.NextSingle()).ToArray();
        var labels = Enumerable.Range(0, 1000).Select(i => (byte)(i % 20)).ToArray();
        var truth = new VoxelGroundTruth(vertices, labels);
        var voxels = Enumerable.Range(0, 500).Select(_ => new VoxelIndex(random.Next(25), random.Next(25), random.Next(25))).ToArray();
        var (first, second) = (new byte[500], new byte[500]);

        truth.LabelsOf(voxels, first);
        truth.LabelsOf(voxels, second);

        Assert.Equal(first, second);
        Assert.Equal(first, voxels.Select(new VoxelGroundTruth(vertices, labels).LabelOf));
    }

    [Fact]
    public void MeshLabelsAreNyu40AndThoseOutsideTheLabelSpaceAreUnlabelled()
    {
        var mesh = new LabelMesh { Vertices = [0, 0, 0, 1, 0, 0, 2, 0, 0], LabelsNyu40 = [39, 13, 0] };

        var truth = VoxelGroundTruth.FromMesh(mesh, LabelSpace.ScanNet20);

        Assert.Equal([19, LabelSpace.Unlabelled, LabelSpace.Unlabelled], truth.VertexLabels);
        Assert.Equal(LabelSpace.Unlabelled, truth.LabelOf(new(25, 0, 0)));
        Assert.Throws<InputException>(() => VoxelGroundTruth.FromMesh(new LabelMesh { Vertices = [0, 0, 0] }, LabelSpace.ScanNet20));
    }

    [Fact]
    public void AMeshWithoutLabelsIsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        new LabelMesh { Vertices = [0, 0, 0] }.Write(folder["a.labels.ply"]);

        var error = Assert.Throws<InputException>(() => VoxelGroundTruth.Read(folder["a.labels.ply"], LabelSpace.ScanNet20, 0.04));

        Assert.Contains("a.labels.ply' has no property 'label'", error.Message);
    }

    [Fact]
    public void AMeshWhoseLabelsAreOfAnotherSpaceIsRefusedWithTheLabelsFound()
    {
        using var folder = new TemporaryFolder();
        new LabelMesh { Vertices = [0, 0, 0, 1, 0, 0], LabelsNyu40 = [1163, 0] }.Write(folder["a.labels.ply"]);

        var error = Assert.Throws<InputException>(() => VoxelGroundTruth.Read(folder["a.labels.ply"], LabelSpace.ScanNet20, 0.04));

        Assert.Contains("none of 2 vertices has a class of label space 'scannet20' (labels found: 0, 1163), expected NYU40 ids", error.Message);
    }

    [Fact]
    public void TheMeshIsTurnedAsTheRecordingIs()
    {
        using var folder = new TemporaryFolder();
        new LabelMesh { Vertices = [1, -2, 3], LabelsNyu40 = [2] }.Write(folder["a.labels.ply"]);

        var truth = VoxelGroundTruth.Read(folder["a.labels.ply"], LabelSpace.ScanNet20, 0.04, worldUp: new Vector3d(0, -1, 0));

        Assert.Equal(2, truth.Vertices[2], 1e-5); // what was up is z now
        Assert.Equal((1, 1), (truth.VertexLabels.Length, truth.LabelledVertices));
    }
}
