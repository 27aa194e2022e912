using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Evaluation;
using AlsterNode.SparseVoxel3D;
using TorchSharp;

namespace AlsterNode.Node;

/// <summary>What a U-Net costs on so many voxels, from coordinates to output.</summary>
/// <param name="Voxels">Number of voxels.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="Gigaflop">Multiplications and additions.</param>
/// <param name="Gigabyte">Input, output and weights, each once.</param>
/// <param name="AllocatedBytes">Managed memory, all threads, per pass.</param>
/// <param name="WorkingBytes">Memory of the process beyond what it had before the network was made: its weights, twice, and all buffers.</param>
internal sealed record UNetCost(int Voxels, LatencySummary Milliseconds, double Gigaflop, double Gigabyte, double AllocatedBytes, long WorkingBytes);

/// <summary>
/// The sparse U-Net of the shape that other engines are measured with (MinkUNet14A, 8 M parameters, random weights) on the surfaces of a furnished
/// room around one point, 4 cm voxels.
/// </summary>
internal sealed class UNetBenchmark
{
    private const double VoxelSize = 0.04;
    private const double Range = 8; // [m]: the whole room
    private const int WarmUpPasses = 10;
    private const int Views = 24;
    private const ulong Room = 77; // as in StageBenchmark

    /// <summary>Times so many passes on each number of voxels.</summary>
    public static IEnumerable<UNetCost> Run(IReadOnlyList<int> sizes, int passes)
    {
        var (center, surfaces) = Surfaces();
        var options = UNetOptions.MinkUNet14A;
        var before = Memory();
        torch.manual_seed(0);
        using var network = new SparseUNet3D(options);
        var inference = new UNetInference(network);
        foreach (var size in sizes)
        {
            if (surfaces.Count < size) throw new InputException($"The room has {surfaces.Count} voxels, expected at least {size}.");
            VoxelIndex[] voxels = [.. surfaces.OrderBy(voxel => Distance(voxel, center)).Take(size).Order()];
            var features = new float[size * options.Inputs];
            for (var i = 0; i < features.Length; i++) features[i] = ((i * 7919L % 2003) / 1001f) - 1; // anything but zeros
            for (var i = 0; i < WarmUpPasses; i++) inference.Run(voxels, features);
            var times = new double[passes];
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < passes; i++)
            {
                var start = Stopwatch.GetTimestamp();
                inference.Run(voxels, features);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            var weights = network.parameters().Sum(parameter => (double)parameter.numel());
            yield return new UNetCost(size, LatencyReport.Summarize(times), network.CountOperations(voxels) / 1e9,
                sizeof(float) * (((double)size * (options.Inputs + options.Outputs)) + weights) / 1e9, (double)allocated / passes, Memory() - before);
        }
    }

    /// <summary>The voxels of all surfaces that a walk through the room sees, and where it starts.</summary>
    private static (VoxelIndex Center, HashSet<VoxelIndex> Voxels) Surfaces()
    {
        var scene = new SyntheticScene(Room);
        var voxels = new HashSet<VoxelIndex>();
        var center = default(VoxelIndex);
        for (var view = 0; view < Views; view++)
        {
            var frame = scene.RenderView(view, Views, SyntheticScene.Camera()).Frame;
            if (view == 0) center = VoxelIndex.FromPoint(frame.CameraToWorld.Translation, VoxelSize);
            for (var pixel = 0; pixel < frame.Depth.Metres.Length; pixel++)
            {
                var depth = frame.Depth.Metres[pixel];
                if (!(depth > 0 && depth <= Range)) continue;
                var point = frame.DepthIntrinsics.Unproject(pixel % frame.Depth.Width, pixel / frame.Depth.Width, depth);
                voxels.Add(VoxelIndex.FromPoint(frame.CameraToWorld.Apply(point), VoxelSize));
            }
        }
        return (center, voxels);
    }

    private static double Distance(VoxelIndex a, VoxelIndex b) => Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2) + Math.Pow(a.Z - b.Z, 2);

    private static long Memory()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
