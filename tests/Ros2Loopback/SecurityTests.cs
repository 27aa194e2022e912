using System.Collections.Concurrent;
using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class SecurityTests : IDisposable
{
    private readonly Loopback _loopback = new();
    private readonly TemporaryFolder _keystore = new();

    public void Dispose()
    {
        _loopback.Dispose();
        _keystore.Dispose();
    }

    [CyclonePeerFact]
    public void NodesOfOneKeystoreTalkAndAnInsecurePeerGetsAndSendsNothing()
    {
        MakeKeystore("/alster", "/camera");
        var node = SecureNode("alster");
        using var publisher = node.Advertise<Text>("text_to_peer", QosProfile.Latched);
        var intruded = new ConcurrentQueue<string>();
        using var latched = node.Subscribe<Text>("latched_from_peer", QosProfile.Latched, (in ReceivedSample<Text> s) => intruded.Enqueue(s.Read().Data));
        using var echo = node.Subscribe<Text>("text_from_peer", QosProfile.Default, (in ReceivedSample<Text> s) => intruded.Enqueue(s.Read().Data));
        using var peer = Peer.Cyclone(_loopback);
        publisher.Publish(new Text { Data = "secret" });

        var heard = new ConcurrentQueue<string>();
        using var subscription = SecureNode("camera").Subscribe<Text>("text_to_peer", QosProfile.Latched, (in ReceivedSample<Text> s) => heard.Enqueue(s.Read().Data));

        Assert.True(Loopback.Wait(() => heard.Count == 1), string.Join("; ", _loopback.Log.Select(line => line.Message)));
        Assert.Equal(["secret"], heard);
        Thread.Sleep(4000); // an insecure node is found and heard in far less
        Assert.Equal(1, publisher.SubscriberCount);
        Assert.Equal(0, latched.PublisherCount + echo.PublisherCount);
        Assert.Empty(intruded);
    }

    [Fact]
    public void AnEnclaveWhoseKeysAreMissingDoesNotJoin()
    {
        var error = Assert.Throws<InputException>(() => SecureNode("nobody"));

        Assert.Contains("Enclave '/nobody' has no identity_ca.cert.pem", error.Message, StringComparison.Ordinal);
    }

    [OpenSslFact]
    public void KeysThatAreNoneAreRefusedWithDdssReason()
    {
        MakeKeystore("/alster");
        File.WriteAllText(_keystore["enclaves/alster/permissions.p7s"], "not signed");

        var error = Assert.Throws<DdsException>(() => SecureNode("alster"));

        Assert.Contains("cannot join DDS domain", error.Message, StringComparison.Ordinal);
        Assert.Contains("Failed to parse", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private RosNode SecureNode(string name)
    {
        var environment = _loopback.Ros with { Security = new RosKeystore(_keystore.FullName, IsEnforced: true, EnclaveOverride: "") };
        return _loopback.Add(new RosNode(name, "/", RosArguments.Parse(["--ros-args", "--enclave", "/" + name]), environment, _loopback.Log.Enqueue));
    }

    private void MakeKeystore(params string[] enclaves)
    {
        var path = Path.Combine(Repository.Root, "tests", "Ros2Loopback", "peers", "keystore.sh");
        using var script = Process.Start(new ProcessStartInfo(path, [_keystore.FullName, .. enclaves]) { RedirectStandardError = true })!;
        var errors = script.StandardError.ReadToEnd();
        script.WaitForExit();
        Assert.True(script.ExitCode == 0, errors);
    }
}
