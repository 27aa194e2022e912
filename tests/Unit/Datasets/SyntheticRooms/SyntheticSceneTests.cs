using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets.SyntheticRooms;

public sealed class SyntheticSceneTests
{
    private static readonly CameraIntrinsics Camera = SyntheticScene.Camera(80, 60);

    [Fact]
    public void TheCameraIsNeverInsideFurnitureAndAtTheHeightOfAHand()
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var scene = new SyntheticScene(seed);
            for (var i = 0; i < 150; i++)
            {
                var pose = scene.Path.PoseAt(i / 149.0 * scene.Path.Duration);
                Assert.True(scene.Room.IsFree(pose.Translation, 0.08), $"Room {seed}: the camera is not free at {pose}.");
                Assert.InRange(scene.Room.RoomToWorld.Inverse().Apply(pose.Translation).Z, 1.2, 1.8);
            }
        }
    }

    [Fact]
    public void TheCameraMovesSmoothly()
    {
        var path = new SyntheticScene(1).Path;
        const double Step = 1.0 / 30; // [s]
        for (var t = 0.0; t + Step < path.Duration; t += Step)
        {
            var (a, b) = (path.PoseAt(t), path.PoseAt(t + Step));
            Assert.True((a.Translation - b.Translation).Length < 0.08, $"{(a.Translation - b.Translation).Length} m at {t:F2} s.");
            var cos = Vector3d.Dot(a.Rotate(new Vector3d(0, 0, 1)), b.Rotate(new Vector3d(0, 0, 1)));
            Assert.True(Math.Acos(Math.Min(1, cos)) < 0.2, $"{Math.Acos(cos)} rad at {t:F2} s.");
        }
    }

    [Fact]
    public void SixtyFramesSeeMostOfTheFurniture()
    {
        for (ulong seed = 20; seed < 23; seed++)
        {
            var scene = new SyntheticScene(seed);
            var seen = new HashSet<ushort>();
            for (var i = 0; i < 60; i++) seen.UnionWith(scene.RenderView(i, 60, Camera).Image.InstanceIds);
            var large = scene.Room.Mesh.InstanceIds.Zip(scene.Room.Mesh.Nyu40Ids).Where(p => p.Second is >= 3 and <= 36 and not 22).Select(p => p.First).ToHashSet();
            Assert.True(large.Count(seen.Contains) > 0.85 * large.Count, $"Room {seed}: {large.Count(seen.Contains)} of {large.Count} objects seen.");
        }
    }

    [Fact]
    public void DepthNoiseGrowsWithDepthAndLeavesHoles()
    {
        var scene = new SyntheticScene(3);
        double near = 0, far = 0;
        int nearCount = 0, farCount = 0, holes = 0, all = 0;
        for (var i = 0; i < 12; i++)
        {
            var view = scene.RenderView(i, 12, SyntheticScene.Camera(160, 120));
            for (var p = 0; p < view.CleanDepth.Length; p++)
            {
                all++;
                if (view.NoisyDepth[p] == 0) holes++;
                var error = Math.Abs(view.NoisyDepth[p] - view.CleanDepth[p]);
                if (view.NoisyDepth[p] == 0 || error > 0.2) continue; // holes and edges apart
                if (view.CleanDepth[p] < 1.2) (near, nearCount) = (near + error, nearCount + 1);
                if (view.CleanDepth[p] > 2.4) (far, farCount) = (far + error, farCount + 1);
            }
        }
        Assert.True(far / farCount > 2 * (near / nearCount), $"{near / nearCount} m near, {far / farCount} m far.");
        Assert.InRange(near / nearCount, 0.0005, 0.01);
        Assert.InRange((double)holes / all, 0.005, 0.35);
    }

    [Fact]
    public void OnAFlatWallTheNoiseIsThatOfAKinect()
    {
        Assert.InRange(Deviation(0.8f), 0.0005, 0.003); // sigma = 0.0012 + 0.0019 (z - 0.4)^2
        Assert.InRange(Deviation(3.0f), 0.008, 0.03);   // 3 m lies in the middle of a disparity step of 26 mm

        static double Deviation(float z)
        {
            var wall = new RenderedImage(160, 120);
            Array.Fill(wall.Depth, z);
            Array.Fill(wall.DepthReturn, 0.8f);
            var errors = SensorNoise.Depth(wall, 144, 1).Where(d => d > 0).Select(d => (double)(d - z)).ToList();
            return Math.Sqrt(errors.Average(e => e * e));
        }
    }

    [Fact]
    public void NoiseCanBeSwitchedOff()
    {
        var view = new SyntheticScene(3, sensor: new SensorOptions { DepthNoise = false, ColorNoise = false }).RenderView(0, 5, Camera);

        Assert.Equal(view.CleanDepth, view.Frame.Depth.Metres);
    }

    [Fact]
    public void WindowsGiveNoDepthButKeepTheirLabel()
    {
        int panes = 0, measured = 0;
        for (ulong seed = 0; seed < 4; seed++)
        {
            var scene = new SyntheticScene(seed, new RoomOptions { Kind = RoomKind.Office });
            for (var i = 0; i < 20; i++)
            {
                var view = scene.RenderView(i, 20, Camera);
                for (var p = 0; p < view.NoisyDepth.Length; p++)
                {
                    if (view.Image.Nyu40Ids[p] != Nyu40.Window || view.Image.DepthReturn[p] > 0) continue;
                    panes++;
                    if (view.NoisyDepth[p] > 0) measured++;
                }
            }
        }
        Assert.True(panes > 300 && measured < 0.3 * panes, $"{measured} of {panes} pixels of glass were measured.");
    }

    [Fact]
    public void GroundTruthPointsLieWhereTheCameraSeesThem()
    {
        var scene = new SyntheticScene(6);
        var truth = scene.GroundTruth(0.03);
        var cells = new Dictionary<VoxelIndex, HashSet<ushort>>();
        for (var i = 0; i < truth.VertexCount; i++)
        {
            var cell = VoxelIndex.FromPoint(truth.Vertex(i), 0.06);
            if (!cells.TryGetValue(cell, out var labels)) cells[cell] = labels = [];
            labels.Add(truth.LabelsNyu40[i]);
        }
        var (covered, all) = (0, 0);
        for (var frame = 0; frame < 10; frame++)
        {
            var view = scene.RenderView(frame, 10, Camera);
            for (var p = 0; p < view.CleanDepth.Length; p += 7)
            {
                var world = view.Frame.CameraToWorld.Apply(Camera.Unproject(p % 80, p / 80, view.CleanDepth[p]));
                var cell = VoxelIndex.FromPoint(world, 0.06);
                all++;
                var found = false;
                for (var k = 0; k < 27 && !found; k++)
                {
                    found = cells.TryGetValue(new VoxelIndex(cell.X + (k % 3) - 1, cell.Y + (k / 3 % 3) - 1, cell.Z + (k / 9) - 1), out var labels)
                        && labels.Contains(view.Image.Nyu40Ids[p]);
                }
                if (found) covered++;
            }
        }
        Assert.True(covered > 0.99 * all, $"{covered} of {all} pixels have a labelled point of their class nearby.");
    }

    [Fact]
    public void TheSourceReadsOnlyTheWantedFrames()
    {
        using var source = new SyntheticRoomSource(new SyntheticScene(1), 10, 80, 60);

        var readings = source.Read(number => number % 4 == 1).ToList();

        Assert.Equal([1, 5, 9], readings.Select(r => r.Number));
        Assert.All(readings, r => Assert.Equal(80, r.Frame!.Color.Width));
        Assert.True(readings[0].Frame!.Stamp < readings[1].Frame!.Stamp);
        Assert.Equal(10, source.FrameCount);
    }

    [Fact]
    public void WrittenRoomsReadBackThroughTheScanNetReader()
    {
        using var folder = new TemporaryFolder();
        SyntheticWriter.Write(folder.FullName, 1, 3, 4, 80, 60);
        var path = Path.Combine(folder.FullName, "scene0000_00");
        var written = SyntheticWriter.SceneOf(3, 0).RenderView(2, 4, Camera);

        using var clean = FrameSources.Open(path);
        using var noisy = FrameSources.Open(path, new SourceOptions { DepthFolder = "depth_noisy" });
        var frame = clean.Read().Single(r => r.Number == 2).Frame!;
        var noisyFrame = noisy.Read().Single(r => r.Number == 2).Frame!;

        Assert.Equal(4, clean.FrameCount);
        Assert.Equal(written.Frame.Labels!.Labels, frame.Labels!.Labels);
        for (var i = 0; i < written.CleanDepth.Length; i++)
        {
            Assert.Equal(written.CleanDepth[i], frame.Depth.Metres[i], 6e-4f); // millimetres in the file
            Assert.Equal(written.NoisyDepth[i], noisyFrame.Depth.Metres[i], 6e-4f);
        }
        Assert.True((written.Frame.CameraToWorld.Translation - frame.CameraToWorld.Translation).Length < 1e-5);
        Assert.True(LabelMesh.Read(Path.Combine(path, "scene0000_00_vh_clean_2.labels.ply")).VertexCount > 10000);
    }

    [Fact]
    public void AFixedLookChangesColoursAndNothingElse()
    {
        SyntheticView View(int room, bool fixedLook) => SyntheticWriter.SceneOf(5, room, fixedLook).RenderView(2, 9, Camera);

        var (plain, randomized) = (View(0, fixedLook: true), View(0, fixedLook: false));

        Assert.Equal(randomized.CleanDepth, plain.CleanDepth);
        Assert.Equal(randomized.Image.Nyu40Ids, plain.Image.Nyu40Ids);
        Assert.NotEqual(randomized.Frame.Color.Pixels, plain.Frame.Color.Pixels);
    }

    [Fact]
    public void RoomsOfAFixedLookShareTheirMaterials()
    {
        static int Materials(bool fixedLook) => Enumerable.Range(0, 6)
            .SelectMany(room => SyntheticWriter.SceneOf(5, room, fixedLook).Room.Mesh.Materials).Distinct().Count();

        var (plain, randomized) = (Materials(fixedLook: true), Materials(fixedLook: false));

        Assert.True(plain < randomized / 4, $"{plain} materials of a fixed look, {randomized} randomised.");
    }

    [Fact]
    public void CollectionsOfDifferentSeedsShareNoRoom() =>
        Assert.NotEqual(SyntheticWriter.SeedOf(1, 1), SyntheticWriter.SeedOf(2, 0));
}
