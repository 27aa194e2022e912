using AlsterNode.Core;
using AlsterNode.Ros2;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class RosNamesTests
{
    [Theory]
    [InlineData("image", "/", "/image")]
    [InlineData("image", "/robot1", "/robot1/image")]
    [InlineData("/image", "/robot1", "/image")]
    [InlineData("~", "/robot1", "/robot1/alster")]
    [InlineData("~/points", "/", "/alster/points")]
    [InlineData("a/b_2/C", "/x/y", "/x/y/a/b_2/C")]
    [InlineData("/{node}/x", "/", "/alster/x")]
    [InlineData("{ns}/x", "/robot1", "/robot1/x")]
    [InlineData("{namespace}/x", "/", "/x")]
    public void NamesBecomeFullNames(string name, string ns, string expected) => Assert.Equal(expected, RosNames.Expand(name, ns, "alster"));

    [Theory]
    [InlineData("a b", "it has a ' '")]
    [InlineData("a-b", "it has a '-'")]
    [InlineData("~a", "'~' is followed by something else than '/'")]
    [InlineData("a/{else}", "a substitution other than")]
    [InlineData("/a/9b", "a part of it begins with a digit")]
    [InlineData("a\n", "it has the character U+000A")]
    public void NamesThatAreNoneAreRefusedWithTheReason(string name, string reason)
    {
        var error = Assert.Throws<InputException>(() => RosNames.Expand(name, "/", "alster"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/b", "it has a '/'")]
    [InlineData("1a", "begins with a digit")]
    public void NodeNamesThatAreNoneAreRefusedWithTheReason(string name, string reason)
    {
        var error = Assert.Throws<InputException>(() => RosNames.CheckNode(name));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LengthsAreBounded()
    {
        Assert.Equal(RosNames.MaxTopicLength, RosNames.Expand("/" + new string('a', 246), "/", "n").Length);
        Assert.Throws<InputException>(() => RosNames.Expand("/" + new string('a', 247), "/", "n"));
        Assert.Equal(255, RosNames.CheckNode(new string('a', 255)).Length);
        Assert.Throws<InputException>(() => RosNames.CheckNode(new string('a', 256)));
        Assert.Equal(245, RosNames.CheckNamespace(new string('a', 244)).Length);
        Assert.Throws<InputException>(() => RosNames.CheckNamespace(new string('a', 245)));
    }

    [Fact]
    public void NamesTravelDecoratedAndComeBackPlain()
    {
        Assert.Equal("rt/tf", RosNames.OfTopic("/tf"));
        Assert.Equal("rq/n/get_parametersRequest", RosNames.OfRequests("/n/get_parameters"));
        Assert.Equal("rr/n/get_parametersReply", RosNames.OfReplies("/n/get_parameters"));
        Assert.Equal("/tf", RosNames.Topic("rt/tf"));
        Assert.Null(RosNames.Topic("ros_discovery_info"));
        Assert.Equal("/n/get_parameters", RosNames.Service("rq/n/get_parametersRequest"));
        Assert.Null(RosNames.Service("rr/n/get_parametersReply"));
        Assert.Equal("std_srvs/srv/Trigger_Request", RosNames.Type("std_srvs::srv::dds_::Trigger_Request_"));
        Assert.Equal("HelloWorld", RosNames.Type("HelloWorld"));
    }
}
