using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

/// <summary>Real recordings, checked against what their README files say.</summary>
public sealed class SharedRecordingsTests
{
    [SharedDataFact("redkitchen_7scenes")]
    public void InRedKitchenDepthEdgesFallOnColourEdges()
    {
        using var source = FrameSources.Open(SharedData.PathOf("redkitchen_7scenes"), new SourceOptions { WorldUp = new Vector3d(-0.01, -0.89, -0.45) });
        var (projected, direct) = (new List<double>(), new List<double>());

        foreach (var reading in source.Read(number => number % 50 == 0))
        {
            var frame = reading.Frame!;
            projected.Add(EdgeScore(frame, (u, v, depth) => frame.ColorIntrinsics.Project(frame.DepthToColor.Apply(frame.DepthIntrinsics.Unproject(u, v, depth)))));
            direct.Add(EdgeScore(frame, (u, v, _) => (u, v)));
            var down = frame.CameraToWorld.Rotate(new Vector3d(0, 1, 0));
            Assert.True(down.Z < 0, $"In frame {reading.Number} the camera's down points to z = {down.Z:F2} of an upright world.");
        }

        Assert.Equal(500, source.FrameCount);
        Assert.Equal(10, projected.Count);
        Assert.True(projected.Average() > 1.9 && direct.Average() < 1.5, // 2.3 and 1.2 over 20 frames
            $"Depth edges have {projected.Average():F2} times the average colour gradient projected, {direct.Average():F2} times by pixel.");
    }

    [SharedDataFact("house_kitchen")]
    public void HouseKitchenHasLabelsOnItsFrames()
    {
        using var source = FrameSources.Open(SharedData.PathOf("house_kitchen"), new SourceOptions { DepthFolder = "depth_noisy", PoseFolder = "pose_noisy" });
        var frame = source.Read(number => number == 100).Single().Frame!;

        Assert.Equal(168, source.FrameCount);
        Assert.Equal(577.870605, frame.DepthIntrinsics.Fx);
        var known = frame.Labels!.Labels.Count(label => label != LabelSpace.Unlabelled);
        Assert.True(known > 0.5 * frame.Labels.Labels.Length, $"{known} of {frame.Labels.Labels.Length} pixels have a label.");
    }

    [SharedDataFact("house_kitchen")]
    public void HouseKitchensMeshLiesWhereItsFramesSeeIt()
    {
        var folder = SharedData.PathOf("house_kitchen");
        var mesh = LabelMesh.Read(FrameSources.FindLabelMesh(folder)!);
        using var source = FrameSources.Open(folder);
        var frame = source.Read(number => number == 0).Single().Frame!;
        var near = new HashSet<VoxelIndex>(); // 5 cm voxels with vertices, and their neighbours
        for (var i = 0; i < mesh.VertexCount; i++)
        {
            var (x, y, z) = VoxelIndex.FromPoint(mesh.Vertex(i), 0.05);
            for (var n = 0; n < 27; n++) near.Add(new VoxelIndex(x + (n % 3) - 1, y + (n / 3 % 3) - 1, z + (n / 9) - 1));
        }

        var (seen, met) = (0, 0);
        for (var pixel = 0; pixel < frame.Depth.Metres.Length; pixel += 101)
        {
            if (frame.Depth.Metres[pixel] <= 0) continue;
            var point = frame.CameraToWorld.Apply(frame.DepthIntrinsics.Unproject(pixel % 640, pixel / 640, frame.Depth.Metres[pixel]));
            seen++;
            if (near.Contains(VoxelIndex.FromPoint(point, 0.05))) met++;
        }

        Assert.Equal(268031, mesh.VertexCount);
        Assert.True(met > 0.9 * seen, $"{met} of {seen} points lie within a voxel of the mesh.");
    }

    [SharedDataFact("scannet_metadata")]
    public void BothCopiesOfScanNetsLabelTableAreRead()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new ScanNetWriter(folder.FullName, Scenes.Color, Scenes.Depth)) writer.Write(0, Scenes.Frame(0));
        var pixels = new ushort[16 * 12];
        new ushort[] { 1, 2, 3, 1163, 363, 1177, 1357 }.CopyTo(pixels, 0); // three of them in rows in which the copies differ
        File.WriteAllBytes(folder["label-filt/0.png"], ImageCodec.EncodePng16(16, 12, pixels));

        foreach (var maker in new[] { "ESAM", "mmdetection3d" })
        {
            var table = SharedData.PathOf($"scannet_metadata/scannetv2-labels.combined.{maker}.tsv");
            using var source = new ScanNetFolder(folder.FullName, new SourceOptions { LabelIds = table, LabelSpace = LabelSpace.Nyu40 });

            Assert.Equal([1, 5, 2, 40, 39, 39, 40], source.ReadAll()[0].Frame!.Labels!.Labels.Take(7).Select(label => LabelSpace.Nyu40.ToNyu40(label)));
        }
    }

    [SharedDataFact("ros2/scannet_sens")]
    public void ScanNetsOwnCodeWroteWhatWeRead()
    {
        using var source = (SensReader)FrameSources.Open(SharedData.PathOf("ros2/scannet_sens/t.sens"));
        var readings = source.ReadAll();

        Assert.Equal("StructureSensor", source.SensorName);
        Assert.Equal([null, DropReason.TrackingLost, null], readings.Select(reading => reading.Reason));
        foreach (var k in new[] { 0, 2 })
        {
            var frame = readings[k].Frame!;
            Assert.Equal(33333L * k * 1000, frame.Stamp);
            Assert.Equal((64, 48, 32, 24), (frame.Color.Width, frame.Color.Height, frame.Depth.Width, frame.Depth.Height));
            Assert.All(Enumerable.Range(0, 64 * 48), i => Assert.Equal([(byte)i, (byte)k, 0], frame.Color.Pixels[(3 * i)..((3 * i) + 3)]));
            Assert.All(Enumerable.Range(0, 32 * 24), i => Assert.Equal((1000 + i + k) / 1000f, frame.Depth.Metres[i]));
            Assert.Equal(RigidTransform.Identity with { Translation = new Vector3d(1.5 + k, 2.5, 0) }, frame.CameraToWorld);
            Assert.Equal(1170.188, frame.ColorIntrinsics.Fx, 1e-3);
            Assert.Equal(239.5, frame.DepthIntrinsics.Cy);
        }
    }

    [SharedDataFact("ros2/scannet_sens")]
    public void ARealSensFileHoldsTheSequencesOwnImages()
    {
        using var sens = FrameSources.Open(SharedData.PathOf("ros2/scannet_sens/redkitchen_6frames.sens"));
        using var folder = FrameSources.Open(SharedData.PathOf("redkitchen_7scenes"));

        var readings = sens.ReadAll();
        var originals = folder.Read(number => number <= 50 && number % 10 == 0).ToList(); // every second frame is in the folder

        Assert.Equal([null, null, null, null, DropReason.TrackingLost, null], readings.Select(reading => reading.Reason));
        foreach (var (reading, original) in readings.Zip(originals))
        {
            if (reading.Frame is not { } frame) continue;
            Assert.Equal(original.Frame!.Color.Pixels, frame.Color.Pixels);
            Assert.Equal(original.Frame.Depth.Metres, frame.Depth.Metres);
            Scenes.AssertNear(original.Frame.CameraToWorld, frame.CameraToWorld, 1e-3);
        }
    }

    [SharedDataFact("apc_shelf_bin_labelfusion")]
    public void TheShelfBinIsReadAsPrincetonDepth()
    {
        using var source = FrameSources.Open(SharedData.PathOf("apc_shelf_bin_labelfusion"));
        var frame = source.Read(number => number == 0).Single().Frame!;

        var depths = frame.Depth.Metres.Where(metres => metres > 0).Order().ToArray();
        Assert.Equal(15, source.FrameCount);
        Assert.InRange(depths[depths.Length / 2], 0.2f, 1.5f);
        Assert.InRange(depths.Length, 0.15 * 640 * 480, 0.4 * 640 * 480); // about 75 % of the pixels are empty
    }

    /// <summary>Colour gradient at the near side of depth steps of 10 cm, in units of the image's average gradient.</summary>
    private static double EdgeScore(RgbdFrame frame, Func<double, double, double, (double U, double V)> toColor)
    {
        var (width, height, rgb) = (frame.Color.Width, frame.Color.Height, frame.Color.Pixels);
        double Grey(int x, int y) => rgb[3 * ((y * width) + x)] + rgb[(3 * ((y * width) + x)) + 1] + rgb[(3 * ((y * width) + x)) + 2];
        double Gradient(int x, int y) => double.Hypot(Grey(x + 1, y) - Grey(x - 1, y), Grey(x, y + 1) - Grey(x, y - 1));
        var average = 0.0;
        for (var y = 1; y < height - 1; y++)
        {
            for (var x = 1; x < width - 1; x++) average += Gradient(x, y) / ((width - 2) * (height - 2));
        }
        var (sum, count, depth) = (0.0, 0, frame.Depth.Metres);
        for (var pixel = 1; pixel < depth.Length - 1; pixel++)
        {
            var isEdge = depth[pixel] > 0 && Math.Max(depth[pixel - 1], depth[pixel + 1]) > depth[pixel] + 0.1f;
            if (!isEdge) continue;
            var (u, v) = toColor(pixel % frame.Depth.Width, pixel / frame.Depth.Width, depth[pixel]);
            var (x, y) = ((int)Math.Round(u), (int)Math.Round(v));
            if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) continue;
            sum += Gradient(x, y);
            count++;
        }
        return sum / count / average;
    }
}
