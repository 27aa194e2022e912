using System.CommandLine;
using AlsterNode.Datasets.SyntheticRooms;

namespace AlsterNode.Node.Commands;

/// <summary><c>synth --out DIR</c>: labelled synthetic rooms in ScanNet's exported layout.</summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "Folder for the scenes", Required = true };
        var scenes = new Option<int>("--scenes") { Description = "Number of rooms", DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { Description = "Same seed, same rooms", DefaultValueFactory = _ => 1 };
        var frames = new Option<int>("--frames") { Description = "Frames a room", DefaultValueFactory = _ => 60 };
        var width = new Option<int>("--width") { Description = "Image width [px]", DefaultValueFactory = _ => 320 };
        var height = new Option<int>("--height") { Description = "Image height [px]", DefaultValueFactory = _ => 240 };
        var fixedLook = new Option<bool>("--fixed-look") { Description = "The same materials, light and camera in all rooms: what training without domain randomisation sees" };
        var command = new Command("synth", "Makes labelled synthetic rooms in ScanNet's exported layout.\nExample: ./alster synth --out data/train --scenes 100 --seed 1") { folder, scenes, seed, frames, width, height, fixedLook };
        command.SetAction(words =>
        {
            var total = words.GetValue(scenes) * words.GetValue(frames);
            Progress.Run("frames", total, report => SyntheticWriter.Write(words.GetValue(folder)!, words.GetValue(scenes), (ulong)words.GetValue(seed),
                words.GetValue(frames), words.GetValue(width), words.GetValue(height), new Report(report), words.GetValue(fixedLook)));
            return 0;
        });
        return command;
    }
}
