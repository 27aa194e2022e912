using System.CommandLine;
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
            var recording = Path.Combine(target, "recording");
            if (Directory.Exists(recording)) Directory.Delete(recording, recursive: true);
            Console.WriteLine($"1/2 making a furnished room nobody trained on, and a recording of it: {recording}");
            Progress.Run("frames", words.GetValue(frames), report => SyntheticWriter.Write(recording, 1, HeldOutSeed, words.GetValue(frames), 320, 240, new Report(report)));
            Console.WriteLine("2/2 mapping the recording, with sensor-like depth");
            MappingRun.Execute(new MappingJob
            {
                Input = Directory.GetDirectories(recording)[0],
                Out = Path.GetFullPath(target),
                Depth = "depth_noisy",
                Evaluate = true,
                Overwrite = true,
            });
            return 0;
        });
        return command;
    }
}
