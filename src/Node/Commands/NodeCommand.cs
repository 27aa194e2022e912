using System.CommandLine;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AlsterNode.Node.Commands;

/// <summary><c>node --ros-args ...</c>: the ROS 2 node, until it is told to end.</summary>
internal static class NodeCommand
{
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(5);

    /// <summary>The command; what follows <c>--ros-args</c> is taken from the command line already.</summary>
    public static Command Create(RosArguments ros)
    {
        var command = new Command("node", "Runs the ROS 2 node; its topics, services and parameters are in docs/topics.md.\n" +
            "Example: ./alster node --ros-args --params-file launch/params/realsense.yaml -p map_file:=kitchen.alster");
        command.SetAction(async (_, cancellation) =>
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Shutdown);
            builder.Services.AddSingleton(ros).AddSingleton(RosEnvironment.FromProcess()).AddHostedService<MappingService>();
            using var host = builder.Build();
            await host.RunAsync(cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
