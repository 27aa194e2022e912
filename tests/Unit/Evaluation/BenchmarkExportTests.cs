using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public sealed class BenchmarkExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheVertexFileHasALineOfNyu40IdPerVertexInTheirOrder()
    {
        var map = new[] { Voxel(new(0, 0, 0), LabelSpace.ScanNet20.FromNyu40(39)), Voxel(new(1, 0, 0), LabelSpace.ScanNet20.FromNyu40(14)) };

        Export(map).WriteVertices([0.07f, 0.02f, 0.02f, 5, 5, 5, 0.01f, 0.02f, 0.02f]);

        Assert.Equal("14\n0\n39\n", File.ReadAllText(_folder["semantic_label_3d/scene0707_00.txt"]));
    }

    [Fact]
    public void ScanNetsRuleOnTheVertexFileGivesTheVertexScore()
    {
        var random = new Random(0);
        var map = Enumerable.Range(0, 300).Select(_ => new VoxelIndex(random.Next(10), random.Next(10), random.Next(10))).Distinct().Order()
            .Select(index => Voxel(index, (byte)random.Next(3))).ToArray();
        var vertices = Enumerable.Range(0, 3 * 500).Select(_ => 0.6f * random.NextSingle()).ToArray();
        var nyu40 = Enumerable.Range(0, 500).Select(_ => (ushort)(random.Next(5) == 0 ? 40 : 1 + random.Next(3))).ToArray(); // 40 is not scored
        var truth = VoxelGroundTruth.FromMesh(new LabelMesh { Vertices = vertices, LabelsNyu40 = nyu40 }, LabelSpace.ScanNet20);
        var evaluator = new SequenceEvaluator([.. map.Select(v => v.Index)], truth, new ScoreBoard(LabelSpace.ScanNet20));
        evaluator.Add(SequenceEvaluator.Expert, [.. map.Select(v => v.Label)]);

        Export(map).WriteVertices(vertices);

        var pairs = nyu40.Zip(File.ReadLines(_folder["semantic_label_3d/scene0707_00.txt"]).Select(int.Parse)).Where(pair => pair.First != 40).ToArray();
        Assert.Contains(pairs, pair => pair.Second == 0);
        for (var id = 1; id <= 3; id++)
        {
            var union = pairs.Count(pair => pair.First == id || pair.Second == id);
            Assert.Equal(pairs.Count(pair => pair.First == id && pair.Second == id) / (double)union, evaluator.Scores.Scores("vertex", "expert").Iou[id - 1]);
        }
    }

    [Fact]
    public void ALabelImageHasTheVoxelOfEachPixelAtTheBenchmarksSize()
    {
        // Depth and colour look along z from the origin; the left half is 1 m away, the right half 2 m, one corner unknown.
        var camera = new CameraIntrinsics(64, 48, 60, 60, 31.5, 23.5);
        var depth = Enumerable.Range(0, 64 * 48).Select(i => i % 64 < 32 ? 1.01f : 2.01f).ToArray();
        for (var i = 0; i < 8; i++) depth[i] = 0;
        var frame = Frame(camera, depth);
        var map = new List<StoredVoxel>();
        for (var x = -40; x < 40; x++)
        {
            for (var y = -40; y < 40; y++)
            {
                map.Add(Voxel(VoxelIndex.FromPoint(new Vector3d((x + 0.5) * 0.04, (y + 0.5) * 0.04, 1.01), 0.04), LabelSpace.ScanNet20.FromNyu40(5)));
                if (y < 0) map.Add(Voxel(VoxelIndex.FromPoint(new Vector3d((x + 0.5) * 0.04, (y + 0.5) * 0.04, 2.01), 0.04), LabelSpace.ScanNet20.FromNyu40(36)));
            }
        }

        Export([.. map]).WriteFrame(200, frame);

        var image = Assert.NotNull(ImageCodec.DecodeIds(File.ReadAllBytes(_folder["semantic_label_2d/scene0707_00_000200.png"])));
        Assert.Equal((640, 480), (image.Width, image.Height));
        Assert.Equal((5, 5), (image.Pixels[(100 * 640) + 100], image.Pixels[(400 * 640) + 310]));
        Assert.Equal((36, 0), (image.Pixels[(100 * 640) + 500], image.Pixels[(400 * 640) + 500])); // the map has nothing there below the axis
        Assert.Equal(0, image.Pixels[(4 * 640) + 40]); // no depth
    }

    [Fact]
    public void UnregisteredImagesAreRefused()
    {
        var frame = Frame(new CameraIntrinsics(4, 3, 4, 4, 1.5, 1), new float[12]) with { DepthToColor = new RigidTransform(0, 0, 0, 1, new Vector3d(0.02, 0, 0)) };

        var error = Assert.Throws<InputException>(() => Export([]).WriteFrame(7, frame));

        Assert.Contains("Frame 7", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void TheBenchmarksOwnMeshComesBeforeTheLabelledOne()
    {
        Assert.Null(BenchmarkExport.FindMesh(_folder.FullName));

        File.WriteAllText(_folder["a_vh_clean_2.labels.ply"], "");
        Assert.Equal(_folder["a_vh_clean_2.labels.ply"], BenchmarkExport.FindMesh(_folder.FullName));

        File.WriteAllText(_folder["a_vh_clean_2.ply"], "");
        Assert.Equal(_folder["a_vh_clean_2.ply"], BenchmarkExport.FindMesh(_folder.FullName));
        Assert.Equal(_folder["a_vh_clean_2.ply"], BenchmarkExport.FindMesh(_folder["a.sens"]));
    }

    private BenchmarkExport Export(StoredVoxel[] map) => new(_folder.FullName, "scene0707_00", map, LabelSpace.ScanNet20, 0.04);

    private static StoredVoxel Voxel(VoxelIndex index, byte label) => new(index, label, 1, 1, 0, 0);

    private static RgbdFrame Frame(CameraIntrinsics camera, float[] depth) => new()
    {
        Stamp = 0,
        Color = new ColorImage(camera.Width, camera.Height, new byte[camera.Width * camera.Height * 3]),
        Depth = new DepthImage(camera.Width, camera.Height, depth),
        ColorIntrinsics = camera,
        DepthIntrinsics = camera,
        CameraToWorld = RigidTransform.Identity,
    };
}
