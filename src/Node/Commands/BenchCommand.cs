using System.CommandLine;
using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Encoder2D;
using AlsterNode.Kernels;
using AlsterNode.Pipeline;
using Spectre.Console;
using TorchSharp;

namespace AlsterNode.Node.Commands;

/// <summary><c>bench [INPUT]</c>: what a frame costs, stage by stage, and with a recording: what it costs while the map grows.</summary>
internal static class BenchCommand
{
    private static readonly int[] UNetSizes = [5_000, 12_380, 25_000];

    public static Command Create()
    {
        var input = new Argument<string?>("INPUT") { Description = "A recording: compares frames in maps of different size", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string?>("--model") { Description = "Weights (.safetensors) or 'random'; default: those shipped with the preset, random ones where there are none" };
        var preset = new Option<string>("--preset") { Description = "mobile, wide or paper", DefaultValueFactory = _ => "mobile" };
        var voxels = new Option<string>("--voxels") { Description = "Sizes of the maps, ascending: 100k,1M,10M,100M", DefaultValueFactory = _ => "0,20M" };
        var scratch = new Option<DirectoryInfo?>("--scratch") { Description = "Folder for the maps' files, removed afterwards; default: maps in memory" };
        var threads = new Option<int>("--threads") { Description = "CPU threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var frames = new Option<int>("--frames") { Description = "Frames that are timed", DefaultValueFactory = _ => 200 };
        var peers = new Option<string>("--peers") { Description = "Folder of the scripts that time other engines", DefaultValueFactory = _ => Path.Combine("benchmarks", "peers") };
        var command = new Command("bench", "Times every stage against the machine's limits and other engines; with a recording, compares maps of different size.\n" +
            "Example: ./alster bench\nExample: ./alster bench --preset paper --frames 20\nExample: ./alster bench recordings/kitchen --voxels 100k,1M,10M,100M --scratch /tmp") { input, model, preset, voxels, scratch, threads, frames, peers };
        command.SetAction(words =>
        {
            if (words.GetValue(threads) < 1) throw new InputException($"--threads is {words.GetValue(threads)}; expected 1 or more.");
            if (words.GetValue(frames) < 1) throw new InputException($"--frames is {words.GetValue(frames)}; expected 1 or more.");
            var sizes = Sizes(words.GetValue(voxels)!);
            torch.set_num_threads(words.GetValue(threads));
            WorkerPool.Shared.Threads = words.GetValue(threads);
            using var weights = Weights(words.GetValue(model), words.GetValue(preset)!);
            if (words.GetValue(input) is { } recording) Growth(weights, recording, words.GetValue(frames), sizes, words.GetValue(scratch)?.FullName);
            else Stages(weights, words.GetValue(frames), new PeerEngines(words.GetValue(peers)!, words.GetValue(threads)), words.GetValue(threads));
            return 0;
        });
        return command;
    }

    private static AlsterModel Weights(string? model, string preset) =>
        MappingJob.LoadModel(model ?? (File.Exists(MappingJob.ShippedModel(preset)) ? null : MappingJob.RandomModel), preset);

    private static long[] Sizes(string text)
    {
        var sizes = text.Split(',').Select(Size).ToArray();
        return sizes.SequenceEqual(sizes.Order()) ? sizes : throw new InputException($"--voxels is {text}; expected ascending sizes.");

        long Size(string word)
        {
            var factor = word.EndsWith('k') ? 1_000 : word.EndsWith('M') ? 1_000_000 : 1;
            if (long.TryParse(word.TrimEnd('k', 'M'), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 1_000_000_000) return count * factor;
            throw new InputException($"--voxels is {text}; expected sizes such as 0,100k,20M.");
        }
    }

    private static void Stages(AlsterModel model, int frames, PeerEngines peers, int threads)
    {
        var machine = Roofline.Measure();
        var benchmark = new StageBenchmark(model, new MapperOptions());
        var stages = benchmark.Run(frames);
        var rounded = DeepLabV3Plus.Bfloat16Problem is null ? new StageBenchmark(model, new MapperOptions { EncoderPrecision = torch.ScalarType.BFloat16 }).Run(frames) : [];
        var expert = ExpertBenchmark.Run(model, frames);
        UNetCost[] networks = [.. UNetBenchmark.Run(UNetSizes, frames)];
        machine = machine.OrBetter(Roofline.Measure()); // a machine that was busy at first would make every figure look good
        var options = model.Options;
        List<PeerTime> others = [.. peers.Encoder(options.Preset, options.Width, options.Height), peers.Expert(benchmark.Voxels), peers.Geometry(benchmark.View, new MapperOptions())];

        Console.WriteLine(Invariant($"{options.Preset} preset, {options.Width} x {options.Height}, {benchmark.Voxels} voxels, {threads} threads; the machine does {machine.GigaflopPerSecond:F0} GFLOP/s") +
            Invariant($"{(machine.Bfloat16GigaflopPerSecond > 0 ? $", {machine.Bfloat16GigaflopPerSecond:F0} of bfloat16 products," : "")} and copies {machine.GigabytePerSecond:F1} GB/s"));
        var table = NewTable("stage", "p50 ms", "p95 ms", "GFLOP", "MB", "of the limit", "allocated");
        foreach (var stage in stages) AddStage(table, stage.Stage, stage, machine);
        if (DeepLabV3Plus.Bfloat16Problem is { } reason) table.Caption($"no encoder in bfloat16: {reason}");
        foreach (var stage in rounded.Where(stage => stage.Stage == "encode2d")) AddStage(table, "encode2d bf16", stage, machine.OfBfloat16());
        AnsiConsole.Write(table);
        if (rounded.Count > 0) Console.WriteLine(Invariant($"encoder in bfloat16: encode2d takes {Ratio("encode2d"):F2} times as long, a frame {Ratio("total"):F2}"));
        foreach (var other in others) Compare(other.Stage, other.Stage.Split(" + ").Sum(name => stages.First(stage => stage.Stage == name).Milliseconds.P50), other);
        Compare(Invariant($"expert on {ExpertBenchmark.Voxels} voxels, {expert.P50:F2} ms"), expert.P50, peers.Expert(ExpertBenchmark.Voxels));
        PrintNetworks(networks, machine);
        Console.WriteLine("what the figures mean: docs/performance.md");

        double Ratio(string name) => rounded.First(stage => stage.Stage == name).Milliseconds.P50 / stages.First(stage => stage.Stage == name).Milliseconds.P50;
    }

    private static void AddStage(Table table, string name, StageCost stage, Roofline machine) =>
        table.AddRow(name, Invariant($"{stage.Milliseconds.P50:F2}"), Invariant($"{stage.Milliseconds.P95:F2}"), Invariant($"{stage.Gigaflop:F2}"), Invariant($"{1e3 * stage.Gigabyte:F1}"),
            Invariant($"{100 * machine.LeastMilliseconds(stage.Gigaflop, stage.Gigabyte) / stage.Milliseconds.P50:F0} %"), Invariant($"{stage.AllocatedBytes / 1e3:F1} kB"));

    private static void Compare(string what, double milliseconds, PeerTime other) =>
        Console.WriteLine(other.Problem is { } problem ? $"{what}: not compared ({problem})" : Invariant($"{what}: {other.Engine} takes {other.P50:F1} ms, {other.P50 / milliseconds:F2} times as long"));

    private static void PrintNetworks(IReadOnlyList<UNetCost> networks, Roofline machine)
    {
        Console.WriteLine();
        Console.WriteLine("sparse U-Net of 8 M parameters (MinkUNet14A), random weights, coordinates to output");
        var table = NewTable("voxels", "p50 ms", "p95 ms", "GFLOP", "times the limit", "allocated", "memory");
        foreach (var network in networks)
        {
            table.AddRow(Invariant($"{network.Voxels}"), Invariant($"{network.Milliseconds.P50:F1}"), Invariant($"{network.Milliseconds.P95:F1}"), Invariant($"{network.Gigaflop:F2}"),
                Invariant($"{network.Milliseconds.P50 / machine.LeastMilliseconds(network.Gigaflop, network.Gigabyte):F2}"), Invariant($"{network.AllocatedBytes / 1e3:F1} kB"), Invariant($"{network.WorkingBytes / 1e6:F0} MB"));
        }
        AnsiConsole.Write(table);
    }

    private static void Growth(AlsterModel weights, string recording, int frames, long[] sizes, string? scratch)
    {
        var folder = scratch is null ? null : Path.Combine(scratch, $"alster-growth-{Environment.ProcessId}");
        if (folder is not null) Directory.CreateDirectory(folder);
        try
        {
            using var source = FrameSources.Open(recording, new SourceOptions());
            IReadOnlyList<GrowthRow> rows = [];
            Progress.Run("frames", frames, report => rows = new GrowthBenchmark(weights, new MapperOptions()).Run(source, frames, sizes, folder, report));
            var table = NewTable("voxels", "p50 ms", "p95 ms", "to the first", "memory MB", "a voxel", "file MB", "a voxel");
            foreach (var row in rows)
            {
                table.AddRow(Invariant($"{row.Voxels}"), Invariant($"{row.Total.P50:F1}"), Invariant($"{row.Total.P95:F1}"), Invariant($"{row.RatioTo(rows[0]):F3}"), Invariant($"{row.Bytes / 1e6:F0}"),
                    Invariant($"{(double)row.Bytes / row.Voxels:F1} B"), Invariant($"{row.FileBytes / 1e6:F0}"), Invariant($"{(double)row.FileBytes / row.Voxels:F1} B"));
            }
            AnsiConsole.Write(table);
            Console.WriteLine("to the first: frame / the same frame in the first map, median; file: with its log");
            Console.WriteLine(Invariant($"late frame / early frame of as many voxels, median of pairs, first map: {rows[0].LateToEarly():F3}"));
        }
        finally
        {
            if (folder is not null) Directory.Delete(folder, recursive: true);
        }
    }

    private static Table NewTable(string first, params ReadOnlySpan<string> others)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(first).NoWrap());
        foreach (var column in others) table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
