using System.Xml.Linq;
using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class RosEnvironmentTests
{
    [Fact]
    public void AnEmptyEnvironmentIsJazzyInDomainZeroOnTheSubnet()
    {
        var environment = Of();

        Assert.Equal((0, "jazzy", DiscoveryRange.Subnet, false), (environment.DomainId, environment.Distro, environment.Range, environment.LocalhostOnly));
        Assert.Null(environment.Security);
        Assert.Equal("auto", Xml(environment).Descendants("ParticipantIndex").Single().Value);
    }

    [Fact]
    public void LocalhostOnlyIsAnInterfaceInHumbleAndARangeLater()
    {
        var humble = Of(("ROS_DISTRO", "humble"), ("ROS_LOCALHOST_ONLY", "1"), ("ROS_AUTOMATIC_DISCOVERY_RANGE", "OFF"));
        var jazzy = Of(("ROS_DISTRO", "jazzy"), ("ROS_LOCALHOST_ONLY", "1"));

        Assert.Equal("127.0.0.1", Xml(humble).Descendants("NetworkInterface").Single().Attribute("address")!.Value);
        Assert.Equal(DiscoveryRange.Subnet, humble.Range);
        Assert.Equal(DiscoveryRange.Localhost, jazzy.Range);
        Assert.Empty(Xml(jazzy).Descendants("NetworkInterface"));
        Assert.Equal("false", Xml(jazzy).Descendants("AllowMulticast").Single().Value);
        Assert.Equal("localhost", Xml(jazzy).Descendants("Peer").Single().Attribute("address")!.Value);
    }

    [Fact]
    public void StaticPeersAreLookedAtInTheirOrder()
    {
        var environment = Of(("ROS_STATIC_PEERS", "10.0.0.7; robot.local;<&>"));

        Assert.Equal(["10.0.0.7", "robot.local", "<&>"], Xml(environment).Descendants("Peer").Select(peer => peer.Attribute("address")!.Value));
    }

    [Fact]
    public void DiscoveryThatIsOffKeepsToItself()
    {
        var environment = Of(("ROS_AUTOMATIC_DISCOVERY_RANGE", "off"));

        Assert.StartsWith("ros_discovery_off_", Xml(environment).Descendants("Tag").Single().Value, StringComparison.Ordinal);
        Assert.Equal("none", Xml(environment).Descendants("ParticipantIndex").Single().Value);
    }

    [Fact]
    public void TheUsersOwnSettingsComeAfterOurs()
    {
        var configuration = Of(("CYCLONEDDS_URI", "file:///etc/cyclone.xml,<Tracing/>")).DdsConfiguration();

        Assert.EndsWith("</CycloneDDS>,file:///etc/cyclone.xml,<Tracing/>", configuration, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ROS_DOMAIN_ID", "233")]
    [InlineData("ROS_DOMAIN_ID", "-1")]
    [InlineData("ROS_DOMAIN_ID", "one")]
    [InlineData("ROS_LOCALHOST_ONLY", "yes")]
    [InlineData("ROS_AUTOMATIC_DISCOVERY_RANGE", "WORLD")]
    [InlineData("ROS_SECURITY_ENABLE", "true")]
    public void AVariableThatCannotBeUnderstoodIsRefusedByName(string name, string value)
    {
        var error = Assert.Throws<InputException>(() => Of((name, value)));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEnforcedEnclaveWithoutKeysIsRefusedAndAnUnenforcedOneJoinsWithout()
    {
        using var folder = new TemporaryFolder();
        var enforced = Of(("ROS_SECURITY_ENABLE", "true"), ("ROS_SECURITY_KEYSTORE", folder.FullName), ("ROS_SECURITY_STRATEGY", "Enforce"));
        var permissive = Of(("ROS_SECURITY_ENABLE", "true"), ("ROS_SECURITY_KEYSTORE", folder.FullName));

        var error = Assert.Throws<InputException>(() => enforced.Security!.Properties("/robot"));
        Assert.Contains("Enclave '/robot' has no identity_ca.cert.pem", error.Message, StringComparison.Ordinal);
        Assert.Empty(permissive.Security!.Properties("/robot"));
    }

    [Fact]
    public void ASmallKernelBufferIsWarnedOfWithTheCommandThatHelps()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["small"], "212992\n");
        File.WriteAllText(folder["large"], "4194304\n");

        Assert.Contains("212992 bytes", RosEnvironment.ReceiveBufferWarning(folder["small"]), StringComparison.Ordinal);
        Assert.EndsWith("sudo sysctl -w net.core.rmem_max=4194304", RosEnvironment.ReceiveBufferWarning(folder["small"]), StringComparison.Ordinal);
        Assert.Null(RosEnvironment.ReceiveBufferWarning(folder["large"]));
    }

    private static RosEnvironment Of(params (string Name, string Value)[] variables) =>
        RosEnvironment.From(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static XDocument Xml(RosEnvironment environment) => XDocument.Parse(environment.DdsConfiguration());
}
