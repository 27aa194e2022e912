using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class RosArgumentsTests
{
    [Fact]
    public void RosArgumentsAreTakenOutOfTheCommandLine()
    {
        var arguments = RosArguments.Parse(["node", "--model", "m", "--ros-args", "--log-level", "debug", "-e", "/robot", "--", "--threads", "2", "--ros-args", "--disable-rosout-logs"]);

        Assert.Equal(["node", "--model", "m", "--threads", "2"], arguments.Others);
        Assert.Equal((RosLogLevel.Debug, "/robot", false, true), (arguments.LogLevel, arguments.Enclave, arguments.LogsToRosout, arguments.LogsToConsole));
    }

    [Fact]
    public void RemapsRenameNodeNamespaceTopicsAndServices()
    {
        var arguments = RosArguments.Parse([
            "--ros-args", "-r", "__ns:=/robot1", "--remap", "__node:=mapper", "-r", "color/image_raw:=/cam/rgb", "-r", "rosservice://~/save_map:=/save",
            "-r", "other:depth:=/wrong", "-r", "mapper:depth:=~/d", "-r", "/robot1/depth:=/too_late"]);

        Assert.Equal(("mapper", "/robot1"), (arguments.NodeName("alster"), arguments.Namespace("/", "alster")));
        Assert.Equal("/cam/rgb", arguments.Topic("color/image_raw", "/robot1", "mapper"));
        Assert.Equal("/cam/rgb", arguments.Topic("/robot1/color/image_raw", "/robot1", "mapper"));
        Assert.Equal("/robot1/mapper/d", arguments.Topic("depth", "/robot1", "mapper"));
        Assert.Equal("/save", arguments.Service("~/save_map", "/robot1", "mapper"));
        Assert.Equal("/robot1/mapper/save_map", arguments.Topic("~/save_map", "/robot1", "mapper"));
        Assert.Equal("/color/image_raw", arguments.Topic("/color/image_raw", "/robot1", "mapper"));
    }

    [Fact]
    public void ParametersHaveTheTypeTheyAreWrittenWith()
    {
        var values = RosArguments.Parse([
            "--ros-args", "-p", "a:=1", "-p", "b:=1.0", "-p", "c:=true", "-p", "d:=text", "-p", "e:='1'", "-p", "f:=[1, 2]", "-p", "g:=[1, 2.5]", "-p", "h:=[a, b]", "-p", "i:=-3e-2",
            "-p", "j:=", "-p", "k:={x: 1, y: {z: no}}", "-p", "l:=1.2.3", "-p", "m:=-.inf", "-p", "n:=[true]"]).ParametersFor("/", "alster");

        Assert.Equal(1L, values["a"]);
        Assert.Equal(1.0, values["b"]);
        Assert.Equal(true, values["c"]);
        Assert.Equal("text", values["d"]);
        Assert.Equal("1", values["e"]);
        Assert.Equal(new long[] { 1, 2 }, values["f"]);
        Assert.Equal(new[] { 1, 2.5 }, values["g"]);
        Assert.Equal(new[] { "a", "b" }, values["h"]);
        Assert.Equal(-0.03, values["i"]);
        Assert.Equal("", values["j"]);
        Assert.Equal((1L, false), (values["k.x"], values["k.y.z"]));
        Assert.Equal("1.2.3", values["l"]);
        Assert.Equal(double.NegativeInfinity, values["m"]);
        Assert.Equal(new[] { true }, values["n"]);
    }

    [Fact]
    public void ParamsFilesSpeakToTheNodesTheyNameAndWhatIsLaterWins()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["params.yaml"], """
            /**:
              ros__parameters: {a: 1, b: 1, c: 1, d: 1, e: 1}
            /robot1/mapper:
              ros__parameters:
                b: 2
                sync: {max_interval_ms: 20}
            mapper:
              ros__parameters: {c: 3}
            robot1:
              "*":
                ros__parameters: {d: 4}
            /other:
              ros__parameters: {a: 9, b: 9}
            """);

        var arguments = RosArguments.Parse(["--ros-args", "--params-file", folder["params.yaml"], "-p", "e:=5", "-p", "other:a:=7"]);

        Assert.Equal(
            [("a", 1L), ("b", 2L), ("c", 3L), ("d", 4L), ("e", 5L), ("sync.max_interval_ms", 20L)],
            arguments.ParametersFor("/robot1", "mapper").Select(pair => (pair.Key, (long)pair.Value)).Order());
    }

    [Theory]
    [InlineData("'--params-file' is the last argument", "--params-file")]
    [InlineData("Params file 'none.yaml' does not exist", "--params-file", "none.yaml")]
    [InlineData("Unknown argument '--colour'", "--colour")]
    [InlineData("Found 'a=b' after --ros-args", "-r", "a=b")]
    [InlineData("leads to an empty name", "-r", "a:=")]
    [InlineData("--log-level is 'loud'", "--log-level", "loud")]
    [InlineData("list of different types", "-p", "a:=[1, x]")]
    [InlineData("no YAML", "-p", "a:=[1")]
    public void WhatCannotBeUnderstoodIsRefusedWithTheReason(string reason, params string[] arguments)
    {
        var error = Assert.Throws<InputException>(() => RosArguments.Parse(["--ros-args", .. arguments]));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
