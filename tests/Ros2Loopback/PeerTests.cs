using System.Collections.Concurrent;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>What travels to and from programs that are none of ours.</summary>
public sealed class PeerTests : IDisposable
{
    private const string Greeting = "hello";

    // Cyclone 0.10.2 takes what another vendor's writer sent before its first heartbeat for history, and volatile readers get none of it
    // (eclipse-cyclonedds/cyclonedds#1352): samples of a burst that this heartbeat overtakes are lost. Ten periods of the Fast DDS peer.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private static readonly QosProfile KeepAll = QosProfile.Default with { Depth = 0 };

    private readonly Loopback _loopback = new();
    private readonly ConcurrentQueue<string> _texts = new();
    private readonly ConcurrentQueue<Blob> _blobs = new();
    private readonly RosNode _node;
    private readonly IPublisher<Text> _text;
    private readonly IPublisher<Blob> _blob;
    private readonly ISubscription<Text> _echoedText;
    private readonly ISubscription<Blob> _echoedBlob;
    private volatile bool _textsReturn;
    private volatile bool _blobsReturn;

    public PeerTests()
    {
        _node = _loopback.Node("node");
        _text = _node.Advertise<Text>("text_to_peer", KeepAll);
        _blob = _node.Advertise<Blob>("blob_to_peer", KeepAll);
        _echoedText = _node.Subscribe<Text>("text_from_peer", KeepAll, (in ReceivedSample<Text> s) => Hear(s.Read()));
        _echoedBlob = _node.Subscribe<Blob>("blob_from_peer", KeepAll, (in ReceivedSample<Blob> s) => Hear(s.Read()));
    }

    public void Dispose() => _loopback.Dispose();

    [CyclonePeerFact]
    public void CycloneEchoesEveryTextAndBlob()
    {
        using var peer = Peer.Cyclone(_loopback);
        EchoesEverything();
    }

    [FastDdsPeerFact]
    public void FastDdsEchoesEveryTextAndBlob()
    {
        using var peer = Peer.FastDds(_loopback);
        EchoesEverything();
    }

    [FastDdsPeerFact]
    public void FastDdsReadsOurMessagesFieldByFieldAndWeReadIts()
    {
        using var peer = Peer.FastDds(_loopback);
        EchoesRandomMessages<Image>("image");
        EchoesRandomMessages<CameraInfo>("camera_info");
        EchoesRandomMessages<PointCloud2>("points");
        EchoesRandomMessages<TFMessage>("tf");
        EchoesRandomMessages<SemanticVoxelMap>("semantic_map");
    }

    [CyclonePeerFact]
    public void ABlobOfSixtyMegabytesGoesThereAndBack()
    {
        using var peer = Peer.Cyclone(_loopback);
        GetToKnow();
        var sent = RandomBlob(7, 60_000_000);

        _blob.Publish(sent);

        Assert.True(Loopback.Wait(() => _blobs.Any(blob => blob.Number == 7), seconds: 120));
        Assert.True(sent.Data.AsSpan().SequenceEqual(_blobs.Single(blob => blob.Number == 7).Data));
    }

    [StreamFact]
    public void ABestEffortStreamOfImagesAtThirtyHertzArrivesWhole()
    {
        const int Images = 90;
        using var peer = Peer.Cyclone(_loopback);
        using var publisher = _node.Advertise<Blob>("image_to_peer", QosProfile.SensorData);
        GetToKnow();
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));
        var image = RandomBlob(0, 640 * 480 * 3);

        for (var i = 0; i < Images; i++)
        {
            image.Number = (ulong)i;
            publisher.Publish(image);
            Thread.Sleep(33);
        }

        Assert.True(Loopback.Wait(() => _texts.Count == Images, seconds: 5), $"{_texts.Count} of {Images} images arrived, {publisher.Dropped} were dropped before the wire.");
        Assert.Equal(Enumerable.Range(0, Images).Select(i => $"image {i}"), _texts);
    }

    [CyclonePeerFact]
    public void ALateSubscriptionGetsWhatAPeerLatched()
    {
        using var peer = Peer.Cyclone(_loopback);
        GetToKnow();

        var heard = new ConcurrentQueue<string>();
        using var late = _node.Subscribe<Text>("latched_from_peer", QosProfile.Latched, (in ReceivedSample<Text> s) => heard.Enqueue(s.Read().Data));

        Assert.True(Loopback.Wait(() => !heard.IsEmpty));
        Assert.Equal(["latched by a peer"], heard);
    }

    [CyclonePeerFact]
    public async Task APeersServiceAnswersUsAndOursAnswersAPeer()
    {
        using var peer = Peer.Cyclone(_loopback);
        using var client = _node.CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("peer/add");
        using var server = _node.Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>(
            "node/add", (request, _) => Task.FromResult(new AddTwoInts.Response { Sum = request.A + request.B }));
        Assert.True(await client.WaitForServiceAsync(TimeSpan.FromSeconds(20)));
        GetToKnow();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var reply = await client.CallAsync(new() { A = 20, B = 22 }, limit.Token);
        _text.Publish(new Text { Data = "call" });

        Assert.Equal(42, reply.Sum);
        Assert.True(Loopback.Wait(() => _texts.Contains("client 123456789abcdef0, number 42, sum 42")), string.Join("; ", _texts));
    }

    [CyclonePeerFact]
    public void APeerThatDiesInMidMessageIsForgottenAndTheNextOneServed()
    {
        using (var first = Peer.Cyclone(_loopback))
        {
            GetToKnow();
            for (var i = 0; i < 4; i++) _blob.Publish(RandomBlob(1, 20_000_000));
            Thread.Sleep(20);
            first.Kill();
        }

        Assert.True(Loopback.Wait(() => _text.SubscriberCount == 0, seconds: 30), "The dead peer is still there.");
        Assert.True(_blob.Flush(TimeSpan.FromSeconds(10)), "The dead peer holds up the publisher.");
        _texts.Clear();
        _blobs.Clear();
        using var second = Peer.Cyclone(_loopback);
        EchoesEverything();
    }

    [CyclonePeerFact]
    public void ASlowSubscriberHoldsUpNeitherTheCallerNorOtherTopics()
    {
        using var peer = Peer.Cyclone(_loopback);
        GetToKnow();
        using var stopped = peer.Stopped();

        for (var i = 0; i < 40; i++) _blob.Publish(RandomBlob(1, 1_000_000)); // more than the writer holds unacknowledged
        using var other = _node.Advertise<Text>("other", KeepAll);
        var heard = 0;
        using var subscription = _loopback.Node("listener").Subscribe<Text>("other", KeepAll, (in ReceivedSample<Text> _) => Interlocked.Increment(ref heard));
        Assert.True(Loopback.Wait(() => other.SubscriberCount == 1));
        for (var i = 0; i < 20; i++) other.Publish(new Text { Data = "x" });

        Assert.True(Loopback.Wait(() => heard == 20), $"{heard} of 20 passed the held-up topic.");
        Assert.True(_blob.Published < 40, "Nothing was held up.");
    }

    private void Hear(Text text)
    {
        if (text.Data == Greeting) _textsReturn = true;
        else _texts.Enqueue(text.Data);
    }

    private void Hear(Blob blob)
    {
        if (blob.Number == ulong.MaxValue) _blobsReturn = true;
        else _blobs.Enqueue(blob);
    }

    // A volatile echo is lost until both ends have found each other: greets until a greeting comes back.
    private void GetToKnow()
    {
        _textsReturn = _blobsReturn = false;
        var acquainted = Loopback.Wait(
            () =>
            {
                _text.Publish(new Text { Data = Greeting });
                _blob.Publish(new Blob { Number = ulong.MaxValue });
                Thread.Sleep(50);
                return _textsReturn && _blobsReturn;
            },
            seconds: 30);
        Assert.True(acquainted, $"No echo: {_text.SubscriberCount} peers hear us, {_echoedText.PublisherCount} speak to us.");
        Thread.Sleep(Settling);
    }

    private void EchoesEverything()
    {
        GetToKnow();
        string[] texts = ["", "a", "ab", "abc", "abcd", "Gr\u00fc\u00dfe \U0001F600", new string('x', 100_000), .. Enumerable.Range(0, 100).Select(i => $"text {i}")];
        Blob[] blobs = [RandomBlob(0, 0), RandomBlob(1, 1), RandomBlob(2, 65_535), .. Enumerable.Range(3, 15).Select(i => RandomBlob((ulong)i, 921_600))];

        foreach (var text in texts) _text.Publish(new Text { Data = text });
        foreach (var blob in blobs) _blob.Publish(blob);

        Assert.True(
            Loopback.Wait(() => _texts.Count >= texts.Length && _blobs.Count >= blobs.Length, seconds: 60),
            $"{_texts.Count} of {texts.Length} texts and {_blobs.Count} of {blobs.Length} blobs came back; missing: {string.Join(", ", texts.Except(_texts))}.");
        Assert.Equal(texts, _texts);
        Assert.Equal(blobs.Select(blob => blob.Number), _blobs.Select(blob => blob.Number));
        Assert.All(blobs.Zip(_blobs), pair => Assert.True(pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data)));
        Assert.Equal((0, 0), (_echoedText.Failed, _echoedBlob.Failed));
    }

    // The peer's generated code reads every field into a struct of its own and writes it again.
    private void EchoesRandomMessages<T>(string name)
        where T : IMessage<T>, new()
    {
        var greeting = new T().ToPayload();
        var returns = false;
        var echoed = new ConcurrentQueue<byte[]>();
        using var publisher = _node.Advertise<T>(name + "_to_peer", KeepAll);
        using var subscription = _node.Subscribe<T>(name + "_from_peer", KeepAll, (in ReceivedSample<T> s) =>
        {
            var payload = s.Read().ToPayload();
            if (payload.AsSpan().SequenceEqual(greeting)) returns = true;
            else echoed.Enqueue(payload);
        });
        var acquainted = Loopback.Wait(() =>
        {
            publisher.Publish(new T());
            Thread.Sleep(50);
            return Volatile.Read(ref returns);
        });
        Assert.True(acquainted, $"No echo of {name}.");
        Thread.Sleep(Settling);
        var sent = Enumerable.Range(0, 50).Select(RandomMessage.Create<T>).ToArray();

        foreach (var message in sent) publisher.Publish(message);

        Assert.True(
            Loopback.Wait(() => echoed.Count == sent.Length),
            $"{echoed.Count} of {sent.Length} echoes of {name}; {publisher.Dropped} dropped before the wire, {subscription.Failed} unreadable.");
        Assert.Equal(sent.Select(message => message.ToPayload()), echoed);
    }

    private static Blob RandomBlob(ulong number, int bytes)
    {
        var blob = new Blob { Number = number, Data = new byte[bytes] };
        new Random((int)number).NextBytes(blob.Data);
        return blob;
    }
}
