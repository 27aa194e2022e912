using System.CommandLine;
using AlsterNode.Ros2;

namespace AlsterNode.Node.Commands;

/// <summary><c>replay INPUT --out DIR</c>: maps a recording.</summary>
internal static class ReplayCommand
{
    public static Command Create(RosArguments ros)
    {
        var input = new Argument<string>("INPUT") { Description = "rosbag2 (folder, .mcap or .db3), .sens file, ScanNet exported folder, 7-Scenes folder or TUM RGB-D folder" };
        var arguments = new MappingArguments(ros);
        var command = new Command("replay", "Maps a recording and writes the scene, pictures and metrics.\nExample: ./alster replay recordings/kitchen --out out/kitchen") { input };
        arguments.AddTo(command);
        command.SetAction(words =>
        {
            MappingRun.Execute(arguments.Read(words, words.GetValue(input)!));
            return 0;
        });
        return command;
    }
}
