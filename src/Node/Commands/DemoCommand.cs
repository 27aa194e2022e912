using System.CommandLine;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Datasets.SyntheticRooms;

namespace AlsterNode.Node.Commands;

/// <summary><c>demo</c>: the main job with nothing but a clone.</summary>
internal static class DemoCommand
{
    // Rooms of the training and validation sets have small seeds; this one is seen here for the first time.
    private const ulong HeldOutSeed = 7_000_001;

    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "Folder for the results", DefaultValueFactory = _ => "out/demo" };
        var frames = new Option<int>("--frames") { Description = "Frames of the recording", DefaultValueFactory = _ => 90 };
        var command = new Command("demo", "Makes a room, records it, maps the recording with the shipped model and scores the map.\nExample: ./alster demo") { folder, frames };
        command.SetAction(words =>
        {
            var target = words.GetValue(folder)!;
            var (room, bag) = (Path.Combine(target, "room"), Path.Combine(target, "recording"));
            foreach (var old in (ReadOnlySpan<string>)[room, bag])
            {
                if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
            }
            Console.WriteLine($"1/3 making a furnished room nobody trained on: {room}");
            Progress.Run("frames", words.GetValue(frames), report => SyntheticWriter.Write(room, 1, HeldOutSeed, words.GetValue(frames), 320, 240, new Report(report)));
            Console.WriteLine($"2/3 recording it as a rosbag2, with sensor-like depth: {bag}");
            ConvertCommand.Run(Directory.GetDirectories(room)[0], bag, BagStorage.Mcap, new SourceOptions { DepthFolder = "depth_noisy" });
            Console.WriteLine("3/3 mapping the recording");
            MappingRun.Execute(new MappingJob
            {
                Input = bag,
                Out = Path.GetFullPath(target),
                Evaluate = true,
                Overwrite = true,
            });
            return 0;
        });
        return command;
    }
}
