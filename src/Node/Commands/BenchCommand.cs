using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Pipeline;

namespace AlsterNode.Node.Commands;

/// <summary><c>bench INPUT</c>: what a frame costs while the map grows.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("INPUT") { Description = "A recording" };
        var model = new Option<string?>("--model") { Description = "Weights (.safetensors); default: the shipped mobile model" };
        var prefill = new Option<long>("--prefill") { Description = "Voxels elsewhere in the map", DefaultValueFactory = _ => 20_000_000 };
        var command = new Command("bench", "Integrates every frame into an empty map and into one of millions of voxels, and compares.\nExample: ./alster bench recordings/kitchen") { input, model, prefill };
        command.SetAction(words =>
        {
            using var weights = ModelFile.Load(words.GetValue(model) ?? MappingJob.ShippedModel("mobile"));
            using var source = FrameSources.Open(words.GetValue(input)!, new SourceOptions());
            if (words.GetValue(prefill) < 0) throw new InputException($"--prefill is {words.GetValue(prefill)}; expected 0 or more.");
            GrowthReport? growth = null;
            Progress.Run("frames", source.FrameCount, report => growth = new GrowthBenchmark(weights, new MapperOptions()).Run(source, words.GetValue(prefill), report));
            Console.WriteLine($"map of {growth!.FullVoxels} voxels ({growth.FullBytes / 1e6:F0} MB, {(double)growth.FullBytes / growth.FullVoxels:F0} bytes a voxel) against {growth.EmptyVoxels} voxels");
            Console.WriteLine($"frame in the large map / frame in the small map, median of pairs: {growth.FullToEmpty:F3}");
            Console.WriteLine($"late frame / early frame of as many voxels, median of pairs:      {growth.LateToEarly():F3}");
            return 0;
        });
        return command;
    }
}
