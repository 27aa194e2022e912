using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class GraphTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Theory]
    [InlineData("jazzy")]
    [InlineData("humble")]
    public void AnotherNodeSeesTopicsServicesTypesAndWhoseTheyAre(string distro)
    {
        var robot = _loopback.Node("robot", distro, "/arm");
        using var publisher = robot.Advertise<Text>("~/state", QosProfile.Latched);
        using var subscription = robot.Subscribe<Blob>("image", QosProfile.SensorData, (in ReceivedSample<Blob> _) => { });
        using var server = robot.Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("add", (_, _) => Task.FromResult(new AddTwoInts.Response()));

        var graph = _loopback.Node("observer", distro).Graph;

        Assert.True(Loopback.Wait(() => graph.Nodes.Count == 2 && graph.Services.Count == 1 && graph.PublishersOf("/arm/robot/state") is [{ Node: not null }]));
        Assert.Equal(["/arm/robot", "/observer"], graph.Nodes);
        Assert.Equal(["std_msgs/msg/String"], graph.Topics["/arm/robot/state"]);
        Assert.Equal(["example_interfaces/srv/AddTwoInts"], graph.Services["/arm/add"]);
        var state = Assert.Single(graph.PublishersOf("/arm/robot/state"));
        Assert.Equal(("/arm/robot", true, QosProfile.Latched), (state.Node, state.IsPublisher, state.Qos));
        Assert.Equal(distro == "jazzy" ? Text.Type.Hash : null, state.TypeHash);
        Assert.True(Loopback.Wait(() => graph.SubscriptionsTo("/arm/image") is [{ Node: "/arm/robot", Type: "test_msgs/msg/Blob" }]));
    }

    [Fact]
    public void WhatIsGoneIsGoneForOthersToo()
    {
        var robot = _loopback.Node("robot");
        var publisher = robot.Advertise<Text>("state", QosProfile.Default);
        var graph = _loopback.Node("observer").Graph;
        Assert.True(Loopback.Wait(() => graph.Nodes.Count == 2 && graph.PublishersOf("/state").Count == 1));

        publisher.Dispose();
        Assert.True(Loopback.Wait(() => graph.PublishersOf("/state").Count == 0));
        Assert.Contains("/robot", graph.Nodes);
        robot.Dispose();

        Assert.True(Loopback.Wait(() => graph.Nodes is ["/observer"]), string.Join(", ", graph.Nodes));
    }

    [Fact]
    public void RemapsAndNamespacesOfTheCommandLineReachTheGraph()
    {
        var node = _loopback.Node("alster", arguments: ["--ros-args", "-r", "__ns:=/robot1", "-r", "__node:=mapper", "-r", "color/image_raw:=/cam/rgb"]);
        using var subscription = node.Subscribe<Text>("color/image_raw", QosProfile.SensorData, (in ReceivedSample<Text> _) => { });
        using var publisher = node.Advertise<Text>("~/points", QosProfile.Default);

        Assert.Equal(("/robot1/mapper", "/cam/rgb", "/robot1/mapper/points"), (node.FullName, subscription.Topic, publisher.Topic));
        Assert.True(Loopback.Wait(() => node.Graph.Nodes is ["/robot1/mapper"] && node.Graph.Topics.ContainsKey("/cam/rgb")));
    }
}
