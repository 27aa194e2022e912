using System.Globalization;
using System.Text;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;

namespace AlsterNode.Node;

/// <summary>frames.csv: a row for every integrated frame with its voxels and the time of each stage [ms].</summary>
internal static class FrameTable
{
    public static void Write(string path, StageTimings timings)
    {
        var text = new StringBuilder("frame,voxels");
        foreach (var stage in StageTimings.Stages) text.Append(CultureInfo.InvariantCulture, $",{stage}_ms");
        text.Append('\n');
        var (voxels, samples) = (timings.VoxelCounts, timings.Samples);
        for (var frame = 0; frame < voxels.Count; frame++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{frame},{voxels[frame]}");
            foreach (var stage in StageTimings.Stages) text.Append(CultureInfo.InvariantCulture, $",{samples[stage][frame]:F3}");
            text.Append('\n');
        }
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
