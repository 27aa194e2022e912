using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Node.Commands;
using AlsterNode.Ros2;

namespace AlsterNode.Node;

/// <summary>The command line. Exit codes: 0 done, 1 failed while running, 2 wrong use or unreadable input; errors are one line on stderr.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            var ros = RosArguments.Parse(arguments);
            var parsed = Commands(ros).Parse(ros.Others);
            if (parsed.Errors.Count > 0)
            {
                var problem = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is neither a command nor an option here." : parsed.Errors[0].Message;
                return Fail($"{problem} See: ./alster {Words(parsed.CommandResult)}--help", 2);
            }
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Fail("stopped; what was mapped so far is saved.", 1);
        }
        catch (InputException problem)
        {
            return Fail(problem.Message, 2);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ExternalException or InvalidOperationException)
        {
            return Fail(problem.Message, 1);
        }
    }

    private static RootCommand Commands(RosArguments ros) => new("Online semantic mapping: posed RGB-D frames in, a labelled 3D voxel map out.")
    {
        DemoCommand.Create(),
        NodeCommand.Create(ros),
        ReplayCommand.Create(ros),
        EvalCommand.Create(ros),
        TrainCommand.Create(),
        AblateCommand.Create(),
        AverageCommand.Create(),
        SynthCommand.Create(),
        ConvertCommand.Create(),
        SceneCommand.Create(),
        CheckLabelsCommand.Create(),
        BenchCommand.Create(),
    };

    /// <summary>The commands as typed, "scene info " for one; nothing for the program itself.</summary>
    private static string Words(CommandResult command) => command.Parent is CommandResult parent ? $"{Words(parent)}{command.Command.Name} " : "";

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"alster: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
