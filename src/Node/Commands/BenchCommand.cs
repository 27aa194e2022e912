using System.CommandLine;
using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Kernels;
using AlsterNode.Pipeline;
using Spectre.Console;
using TorchSharp;

namespace AlsterNode.Node.Commands;

/// <summary><c>bench [INPUT]</c>: what a frame costs, stage by stage, and with a recording: what it costs while the map grows.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var input = new Argument<string?>("INPUT") { Description = "A recording: compares frames in an empty map and in one of millions of voxels", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string?>("--model") { Description = "Weights (.safetensors); default: those shipped with the preset, random ones where there are none" };
        var preset = new Option<string>("--preset") { Description = "mobile or paper, where no --model is given", DefaultValueFactory = _ => "mobile" };
        var prefill = new Option<long>("--prefill") { Description = "Voxels elsewhere in the map", DefaultValueFactory = _ => 20_000_000 };
        var threads = new Option<int>("--threads") { Description = "CPU threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var frames = new Option<int>("--frames") { Description = "Frames that are timed", DefaultValueFactory = _ => 200 };
        var peers = new Option<string>("--peers") { Description = "Folder of the scripts that time other engines", DefaultValueFactory = _ => Path.Combine("benchmarks", "peers") };
        var command = new Command("bench", "Times every stage against the machine's limits and other engines; with a recording, compares a small and a huge map.\n" +
            "Example: ./alster bench\nExample: ./alster bench --preset paper --frames 20\nExample: ./alster bench recordings/kitchen") { input, model, preset, prefill, threads, frames, peers };
        command.SetAction(words =>
        {
            if (words.GetValue(prefill) < 0) throw new InputException($"--prefill is {words.GetValue(prefill)}; expected 0 or more.");
            if (words.GetValue(threads) < 1) throw new InputException($"--threads is {words.GetValue(threads)}; expected 1 or more.");
            if (words.GetValue(frames) < 1) throw new InputException($"--frames is {words.GetValue(frames)}; expected 1 or more.");
            torch.set_num_threads(words.GetValue(threads));
            WorkerPool.Shared.Threads = words.GetValue(threads);
            using var weights = Weights(words.GetValue(model), words.GetValue(preset)!);
            if (words.GetValue(input) is { } recording) Growth(weights, recording, words.GetValue(prefill));
            else Stages(weights, words.GetValue(frames), new PeerEngines(words.GetValue(peers)!, words.GetValue(threads)), words.GetValue(threads));
            return 0;
        });
        return command;
    }

    private static AlsterModel Weights(string? file, string preset)
    {
        var options = ModelOptions.Named(preset);
        var shipped = MappingJob.ShippedModel(preset);
        return file is not null || File.Exists(shipped) ? ModelFile.Load(file ?? shipped) : new AlsterModel(options);
    }

    private static void Stages(AlsterModel model, int frames, PeerEngines peers, int threads)
    {
        var machine = Roofline.Measure();
        var benchmark = new StageBenchmark(model, new MapperOptions());
        var stages = benchmark.Run(frames);
        var options = model.Options;
        List<PeerTime> others = [.. peers.Encoder(options.Preset, options.Width, options.Height), peers.Expert(benchmark.Voxels)];

        Console.WriteLine(Invariant($"{options.Preset} preset, {options.Width} x {options.Height}, {benchmark.Voxels} voxels, {threads} threads; the machine does {machine.GigaflopPerSecond:F0} GFLOP/s and copies {machine.GigabytePerSecond:F1} GB/s"));
        var table = new Table().Border(TableBorder.Simple).AddColumn("stage");
        foreach (var column in (ReadOnlySpan<string>)["p50 ms", "p95 ms", "GFLOP", "MB", "of the limit", "allocated"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var stage in stages)
        {
            table.AddRow(stage.Stage, Invariant($"{stage.Milliseconds.P50:F2}"), Invariant($"{stage.Milliseconds.P95:F2}"), Invariant($"{stage.Gigaflop:F2}"), Invariant($"{1e3 * stage.Gigabyte:F1}"),
                Invariant($"{100 * machine.LeastMilliseconds(stage.Gigaflop, stage.Gigabyte) / stage.Milliseconds.P50:F0} %"), Invariant($"{stage.AllocatedBytes / 1e3:F0} kB"));
        }
        AnsiConsole.Write(table);
        foreach (var other in others)
        {
            var ours = stages.First(stage => stage.Stage == other.Stage).Milliseconds.P50;
            Console.WriteLine(other.Problem is { } problem ? $"{other.Stage}: not compared ({problem})" : Invariant($"{other.Stage}: {other.Engine} takes {other.P50:F1} ms, {other.P50 / ours:F2} times as long"));
        }
        Console.WriteLine("what the figures mean: docs/performance.md");
    }

    private static void Growth(AlsterModel weights, string recording, long prefill)
    {
        using var source = FrameSources.Open(recording, new SourceOptions());
        GrowthReport? growth = null;
        Progress.Run("frames", source.FrameCount, report => growth = new GrowthBenchmark(weights, new MapperOptions()).Run(source, prefill, report));
        Console.WriteLine($"map of {growth!.FullVoxels} voxels ({growth.FullBytes / 1e6:F0} MB, {(double)growth.FullBytes / growth.FullVoxels:F0} bytes a voxel) against {growth.EmptyVoxels} voxels");
        Console.WriteLine($"frame in the large map / frame in the small map, median of pairs: {growth.FullToEmpty:F3}");
        Console.WriteLine($"late frame / early frame of as many voxels, median of pairs:      {growth.LateToEarly():F3}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
