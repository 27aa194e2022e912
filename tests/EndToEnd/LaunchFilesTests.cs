using System.Diagnostics;
using System.Text.Json;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Parameters;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>What lies in launch/ fits the node.</summary>
public sealed class LaunchFilesTests
{
    // What the node declares; use_sim_time is its clock's.
    private static readonly string[] Declared = [.. DeclaredBy(new ParameterSet(new Dictionary<string, object>())).Names.Append("use_sim_time").Order(StringComparer.Ordinal)];

    public static TheoryData<string> ParamsFiles => [.. Directory.GetFiles(Launch("params"), "*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(ParamsFiles))]
    public void TheNodeTakesEveryParameterOfAFile(string file) => Assert.Equal(["use_sim_time"], DeclaredBy(new ParameterSet(ParametersOf(file))).Unknown.Append("use_sim_time").Distinct());

    [Fact]
    public void TheDefaultFileSaysTheDefaultsOfAll()
    {
        var (set, defaults) = (DeclaredBy(new ParameterSet(ParametersOf("default.yaml"))), DeclaredBy(new ParameterSet(new Dictionary<string, object>())));

        Assert.Equal(Declared, ParametersOf("default.yaml").Keys.Order(StringComparer.Ordinal));
        Assert.All(defaults.Names, name => Assert.Equal((name, defaults.Find(name)), (name, set.Find(name))));
    }

    [Fact]
    public void TheDocumentationNamesThemAll()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "topics.md"));

        Assert.DoesNotContain(Declared, name => !text.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [PythonFact]
    public void TheLaunchFileStartsTheNodeWithItsArguments()
    {
        var command = LaunchWith(new()
        {
            ["program"] = "/opt/alster/alster",
            ["namespace"] = "robot1",
            ["params_file"] = "p.yaml",
            ["use_sim_time"] = "True",
            ["log_level"] = "debug",
            ["remaps"] = "color/image_raw:=/cam/rgb a:=b",
        });

        Assert.Equal(
            ["/opt/alster/alster", "node", "--ros-args", "--log-level", "debug", "--params-file", "p.yaml", "-p", "use_sim_time:=true", "-r", "__ns:=/robot1", "-r", "color/image_raw:=/cam/rgb", "-r", "a:=b"],
            command);
        var arguments = RosArguments.Parse([.. command.Where(word => word is not ("p.yaml" or "--params-file"))]);
        Assert.Equal(("/robot1", "/cam/rgb", RosLogLevel.Debug), (arguments.Namespace("/", "alster"), arguments.Topic("color/image_raw", "/robot1", "alster"), arguments.LogLevel));
    }

    [PythonFact]
    public void WithoutArgumentsTheLaunchFileFindsTheLauncherAndTheDefaults()
    {
        var command = LaunchWith([]);

        Assert.True(File.Exists(command[0]), command[0]);
        Assert.Equal(Launch("params", "default.yaml"), Path.GetFullPath(command[^1]));
        RosArguments.Parse(command);
    }

    [Fact]
    public void TheFoxgloveLayoutPlacesEveryPanelItHas()
    {
        using var layout = JsonDocument.Parse(File.ReadAllText(Launch("foxglove", "alster.json")));

        Assert.Equal(
            layout.RootElement.GetProperty("configById").EnumerateObject().Select(panel => panel.Name).Order(StringComparer.Ordinal),
            PanelsOf(layout.RootElement.GetProperty("layout")).Order(StringComparer.Ordinal));

        static IEnumerable<string> PanelsOf(JsonElement node) => node.ValueKind == JsonValueKind.String ? [node.GetString()!]
            : [.. PanelsOf(node.GetProperty("first")), .. PanelsOf(node.GetProperty("second"))];
    }

    [Fact]
    public void TheViewersShowTopicsThatTheNodePublishes()
    {
        string[] published = ["/alster/markers", "/alster/points", "/alster/semantic_overlay"];
        var viewers = File.ReadAllText(Launch("rviz", "alster.rviz")) + File.ReadAllText(Launch("foxglove", "alster.json"));

        Assert.All(published, topic => Assert.Contains(topic, viewers));
        Assert.Equal(published, System.Text.RegularExpressions.Regex.Matches(viewers, "/alster/[a-z_]+").Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Declares the node's parameters; refuses values that are none.</summary>
    private static ParameterSet DeclaredBy(ParameterSet set)
    {
        _ = new NodeParameters(set);
        return set;
    }

    private static string Launch(params string[] path) => Path.Combine([Repository.Root, "launch", .. path]);

    private static IReadOnlyDictionary<string, object> ParametersOf(string file) => RosArguments.Parse(["--ros-args", "--params-file", Launch("params", file)]).ParametersFor("/", "alster");

    /// <summary>The command line that the launch file makes, run with stand-ins for the parts of ROS 2's launch package that it uses.</summary>
    private static string[] LaunchWith(Dictionary<string, string> arguments)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["launch"]);
        File.WriteAllText(folder["launch/__init__.py"], "class LaunchDescription:\n    def __init__(self, parts):\n        self.parts = parts\n");
        File.WriteAllText(folder["launch/actions.py"], """
            class DeclareLaunchArgument:
                def __init__(self, name, default_value, description):
                    self.name, self.value = name, default_value
            class OpaqueFunction:
                def __init__(self, function):
                    self.function = function
            class ExecuteProcess:
                def __init__(self, cmd, name, output, emulate_tty, respawn, respawn_delay, sigterm_timeout):
                    self.cmd = cmd
            """);
        File.WriteAllText(folder["launch/substitutions.py"], "class LaunchConfiguration:\n    def __init__(self, name):\n        self.name = name\n    def perform(self, context):\n        return context[self.name]\n");
        File.WriteAllText(folder["run.py"], """
            import importlib.util, json, sys
            sys.dont_write_bytecode = True
            spec = importlib.util.spec_from_file_location('alster_launch', sys.argv[1])
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            parts = module.generate_launch_description().parts
            values = {part.name: part.value for part in parts[:-1]}
            given = json.loads(sys.argv[2])
            assert given.keys() <= values.keys(), given
            print(json.dumps(parts[-1].function({**values, **given})[0].cmd))
            """);
        return JsonSerializer.Deserialize<string[]>(Python(folder.FullName, folder["run.py"], Launch("alster.launch.py"), JsonSerializer.Serialize(arguments)))!;
    }

    private static string Python(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}

/// <summary>A test that runs Python 3; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "python3")))) Skip = "There is no python3.";
    }
}
