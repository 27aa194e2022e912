using System.CommandLine;
using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;

namespace AlsterNode.Node.Commands;

/// <summary><c>convert INPUT OUTPUT</c>: recordings to bags, bags to bags of another storage, anything to .sens.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("INPUT") { Description = "Any recording that replay takes" };
        var output = new Argument<string>("OUTPUT") { Description = "New folder for a rosbag2, or a .sens file" };
        var storage = new Option<string>("--storage") { Description = "mcap or sqlite3", DefaultValueFactory = _ => "mcap" };
        var depth = new Option<string>("--depth") { Description = "Depth folder of a ScanNet folder (depth, depth_noisy)", DefaultValueFactory = _ => "depth" };
        var pose = new Option<string>("--pose") { Description = "Pose folder of a ScanNet folder (pose, pose_noisy)", DefaultValueFactory = _ => "pose" };
        var command = new Command("convert", "Makes a rosbag2 (or a .sens file) of any recording, and a bag of a bag.\nExample: ./alster convert scene0000_00.sens bags/scene0000_00") { input, output, storage, depth, pose };
        command.SetAction(words =>
        {
            var options = new SourceOptions { DepthFolder = words.GetValue(depth)!, PoseFolder = words.GetValue(pose)! };
            var kind = words.GetValue(storage) switch
            {
                "mcap" => BagStorage.Mcap,
                "sqlite3" => BagStorage.Sqlite,
                var other => throw new InputException($"--storage is '{other}'; expected mcap or sqlite3."),
            };
            Run(words.GetValue(input)!, words.GetValue(output)!, kind, options);
            return 0;
        });
        return command;
    }

    /// <summary>Converts and says what was done.</summary>
    public static void Run(string input, string output, BagStorage storage, SourceOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        if (output.EndsWith(".sens", StringComparison.OrdinalIgnoreCase)) ToSens(input, output, options, stop.Token);
        else if (BagReader.Recognises(input)) CopyBag(input, output, storage, stop.Token);
        else ToBag(input, output, storage, options, stop.Token);
    }

    private static void ToBag(string input, string output, BagStorage storage, SourceOptions options, CancellationToken cancellation)
    {
        using var source = FrameSources.Open(input, options);
        BagConversion? conversion = null;
        Progress.Run("frames", source.FrameCount, report => conversion = BagConverter.Convert(source, output, storage, report, cancellation));
        if (FrameSources.FindLabelMesh(input) is { } mesh) File.Copy(mesh, Path.Combine(output, Path.GetFileName(mesh)));
        var dropped = conversion!.Dropped.Count == 0 ? "" : $", left out {string.Join(", ", conversion.Dropped.Select(pair => $"{pair.Value} {pair.Key}"))}";
        Console.WriteLine($"{output}: {conversion.Frames} frames{dropped}");
    }

    private static void CopyBag(string input, string output, BagStorage storage, CancellationToken cancellation)
    {
        using var bag = BagReader.Open(input);
        BagConversion? conversion = null;
        Progress.Run("messages", (int?)bag.MessageCount, report => conversion = BagConverter.Convert(bag, output, storage, report, cancellation));
        foreach (var problem in bag.Problems) Console.Error.WriteLine($"alster: {problem}");
        Console.WriteLine($"{output}: {conversion!.Frames} messages on {bag.Topics.Count} topics");
    }

    private static void ToSens(string input, string output, SourceOptions options, CancellationToken cancellation)
    {
        if (File.Exists(output)) throw new InputException($"'{output}' exists already; expected a new file.");
        using var source = FrameSources.Open(input, options);
        SensWriter? writer = null;
        var frames = 0;
        try
        {
            Progress.Run("frames", source.FrameCount, report =>
            {
                foreach (var reading in source.Read(cancellation: cancellation))
                {
                    if (reading.Frame is { } frame)
                    {
                        writer ??= new SensWriter(output, frame.ColorIntrinsics, frame.DepthIntrinsics, frame.DepthToColor);
                        writer.Write(frame);
                        frames++;
                    }
                    report(reading.Number + 1);
                }
            });
        }
        finally
        {
            writer?.Dispose();
        }
        cancellation.ThrowIfCancellationRequested();
        if (frames == 0) throw new InputException($"{source.Description} has no frame that can be used.");
        Console.WriteLine($"{output}: {frames} frames");
    }
}
