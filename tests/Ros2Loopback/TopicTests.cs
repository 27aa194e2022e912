using System.Collections.Concurrent;
using AlsterNode.Core;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class TopicTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public void ASubscriptionHearsEveryMessageOfAReliablePublisherInOrder()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default with { Depth = 0 });
        var heard = new ConcurrentQueue<string>();
        using var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default with { Depth = 0 }, (in ReceivedSample<Text> s) => heard.Enqueue(s.Read().Data));
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1 && subscription.PublisherCount == 1), "The two did not find each other.");

        for (var i = 0; i < 200; i++) publisher.Publish(new Text { Data = $"message {i}" });

        Assert.True(Loopback.Wait(() => heard.Count == 200), $"{heard.Count} of 200 arrived.");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"message {i}"), heard);
        Assert.Equal((200, 200, 0, 0), (publisher.Published, subscription.Received, publisher.Dropped, subscription.Failed));
    }

    [Fact]
    public void ALateSubscriptionGetsTheLastLatchedMessageAndNoVolatileOne()
    {
        var node = _loopback.Node("talker");
        using var latched = node.Advertise<Text>("latched", QosProfile.Latched);
        using var forgotten = node.Advertise<Text>("volatile", QosProfile.Default);
        foreach (var text in (string[])["old", "last"])
        {
            latched.Publish(new Text { Data = text });
            forgotten.Publish(new Text { Data = text });
            latched.Flush(TimeSpan.FromSeconds(5));
        }

        var heard = new ConcurrentQueue<string>();
        var late = _loopback.Node("late");
        using var first = late.Subscribe<Text>("latched", QosProfile.Latched, (in ReceivedSample<Text> s) => heard.Enqueue("latched " + s.Read().Data));
        using var second = late.Subscribe<Text>("volatile", QosProfile.Default, (in ReceivedSample<Text> s) => heard.Enqueue("volatile " + s.Read().Data));

        Assert.True(Loopback.Wait(() => !heard.IsEmpty && forgotten.SubscriberCount == 1));
        forgotten.Publish(new Text { Data = "new" });
        Assert.True(Loopback.Wait(() => heard.Count == 2), string.Join(", ", heard));
        Assert.Equal(["latched last", "volatile new"], heard);
    }

    [Fact]
    public void AReliableSubscriptionIsRefusedByABestEffortPublisherWithTheReason()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.SensorData);
        using var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default, (in ReceivedSample<Text> _) => { });

        Assert.True(Loopback.Wait(() => subscription.Incompatibility is not null && publisher.Incompatibility is not null));

        Assert.Equal(0, publisher.SubscriberCount);
        Assert.Equal("1 publisher of other reliability (best effort or reliable)", subscription.Incompatibility);
        Assert.Equal("1 subscription of other reliability (best effort or reliable)", publisher.Incompatibility);
        Assert.NotNull(QosProfile.Default.RefusalOf(QosProfile.SensorData));
        Assert.Null(QosProfile.SensorData.RefusalOf(QosProfile.Default));
    }

    [Fact]
    public void AKeptSampleOutlivesItsHandler()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default);
        var kept = new ConcurrentQueue<KeptSample>();
        using var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default, (in ReceivedSample<Text> s) => kept.Enqueue(s.Keep()));
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));
        for (var i = 0; i < 5; i++) publisher.Publish(new Text { Data = $"message {i}" });
        Assert.True(Loopback.Wait(() => kept.Count == 5));

        publisher.Dispose();
        subscription.Dispose();

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"message {i}"), kept.Select(s => CdrMessage.Parse<Text>(s.Payload).Data));
        foreach (var sample in kept) sample.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.First().Payload.Length);
    }

    [Fact]
    public void AMessageOfSixtyMegabytesArrivesWhole()
    {
        using var publisher = _loopback.Node("talker").Advertise<Blob>("blob", QosProfile.Default);
        Blob? heard = null;
        using var subscription = _loopback.Node("listener").Subscribe<Blob>("blob", QosProfile.Default, (in ReceivedSample<Blob> s) => heard = s.Read());
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));
        var sent = new Blob { Number = 7, Data = new byte[60_000_000] };
        new Random(0).NextBytes(sent.Data);

        publisher.Publish(sent);

        Assert.True(Loopback.Wait(() => heard is not null, seconds: 60));
        Assert.Equal(sent.Number, heard!.Number);
        Assert.True(sent.Data.AsSpan().SequenceEqual(heard.Data));
    }

    [Fact]
    public void AHandlerThatThrowsCostsOneMessageAndIsReported()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default);
        var heard = new ConcurrentQueue<string>();
        using var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default, (in ReceivedSample<Text> s) =>
        {
            if (s.Read().Data == "bad") throw new InvalidOperationException("cannot bear it");
            heard.Enqueue(s.Read().Data);
        });
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));

        foreach (var text in (string[])["good", "bad", "better"]) publisher.Publish(new Text { Data = text });

        Assert.True(Loopback.Wait(() => heard.Count == 2));
        Assert.Equal(["good", "better"], heard);
        Assert.Equal(1, subscription.Failed);
        Assert.Contains(_loopback.Log, line => line.Message == "A message on 'rt/chatter' was dropped (1 so far): cannot bear it");
    }

    [Fact]
    public void BytesThatAreNoMessageAreCountedAndReported()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default);
        using var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default, (in ReceivedSample<Text> s) => s.Read());
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));

        publisher.Publish(8, payload => new byte[] { 0, 1, 0, 0, 255, 255, 255, 255 }.CopyTo(payload));

        Assert.True(Loopback.Wait(() => subscription.Failed == 1));
        Assert.Contains(_loopback.Log, line => line.Message.Contains("rt/chatter", StringComparison.Ordinal));
    }

    [Fact]
    public void APublisherWithoutSubscriptionsDoesNotEvenSerialise()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default);
        var written = 0;

        publisher.Publish(8, _ => written++);

        Assert.Equal((0, 0), (written, publisher.Published));
    }

    [Fact]
    public void AFullQueueDropsByPolicyAndCounts()
    {
        var node = _loopback.Node("talker");
        using var newest = node.Advertise<Blob>("newest", QosProfile.Latched, QueuePolicy.DropOldest);
        using var oldest = node.Advertise<Blob>("oldest", QosProfile.Latched, QueuePolicy.DropNewest);
        var blob = new Blob { Data = new byte[2_000_000] };

        for (var i = 0; i < 200; i++)
        {
            newest.Publish(blob);
            oldest.Publish(blob);
        }

        Assert.True(newest.Flush(TimeSpan.FromSeconds(20)) && oldest.Flush(TimeSpan.FromSeconds(20)));
        Assert.Equal((200, 200), (newest.Published + newest.Dropped, oldest.Published + oldest.Dropped));
    }

    [Fact]
    public void AfterItsSubscriptionIsDisposedAHandlerRunsNoMore()
    {
        using var publisher = _loopback.Node("talker").Advertise<Text>("chatter", QosProfile.Default);
        var calls = 0;
        var subscription = _loopback.Node("listener").Subscribe<Text>("chatter", QosProfile.Default, (in ReceivedSample<Text> _) => Interlocked.Increment(ref calls));
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));
        publisher.Publish(new Text { Data = "heard" });
        Assert.True(Loopback.Wait(() => calls == 1));

        subscription.Dispose();
        var before = calls;
        publisher.Publish(new Text { Data = "unheard" });
        Thread.Sleep(200);

        Assert.Equal(before, calls);
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 0));
    }

    [Fact]
    public void FivePublishersOnOneTopicAreAllHeardAndToldApart()
    {
        var node = _loopback.Node("talker");
        var publishers = Enumerable.Range(0, 5).Select(_ => node.Advertise<Text>("chatter", QosProfile.Default)).ToArray();
        var heard = new ConcurrentQueue<(ulong Publisher, string Text)>();
        using var subscription = _loopback.Node("listener").Subscribe<Text>(
            "chatter", QosProfile.Default with { Depth = 0 }, (in ReceivedSample<Text> s) => heard.Enqueue((s.Publisher, s.Read().Data)));
        Assert.True(Loopback.Wait(() => subscription.PublisherCount == 5 && publishers.All(p => p.SubscriberCount == 1)));

        for (var i = 0; i < 5; i++) publishers[i].Publish(new Text { Data = $"{i}" });

        Assert.True(Loopback.Wait(() => heard.Count == 5));
        Assert.Equal(5, heard.Select(h => h.Publisher).Distinct().Count());
        Assert.Equal(["0", "1", "2", "3", "4"], heard.Select(h => h.Text).Order());
    }

    [Fact]
    public void ADomainIsLeftAndJoinedAgain()
    {
        for (var round = 0; round < 3; round++)
        {
            using var talker = _loopback.Node("talker");
            using var listener = _loopback.Node("listener");
            var heard = 0;
            var publisher = talker.Advertise<Text>("chatter", QosProfile.Latched);
            publisher.Publish(new Text { Data = "x" });
            listener.Subscribe<Text>("chatter", QosProfile.Latched, (in ReceivedSample<Text> _) => Interlocked.Increment(ref heard));
            Assert.True(Loopback.Wait(() => heard == 1), $"Round {round} heard nothing.");

            talker.Dispose();
            Assert.False(publisher.Publish(new Text { Data = "too late" }));
        }
    }

    [Theory]
    [InlineData("gr\u00f6\u00dfe", "it has a '\u00f6'")]
    [InlineData("\U0001F600", "it has the character U+D83D")]
    [InlineData("a//b", "two slashes")]
    [InlineData("a/", "ends with a slash")]
    [InlineData("1st", "begins with a digit")]
    [InlineData("a/~b", "'~' stands only at the begin")]
    [InlineData("", "empty")]
    public void NamesThatAreNotValidAreRefusedWithTheReason(string name, string reason)
    {
        var node = _loopback.Node("talker");

        var error = Assert.Throws<InputException>(() => node.Advertise<Text>(name, QosProfile.Default));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLongestNameIsCarriedAndALongerOneRefused()
    {
        var longest = "/" + new string('a', 246);
        var node = _loopback.Node("talker");
        var heard = 0;
        using var publisher = node.Advertise<Text>(longest, QosProfile.Default);
        using var subscription = node.Subscribe<Text>(longest, QosProfile.Default, (in ReceivedSample<Text> _) => Interlocked.Increment(ref heard));
        Assert.True(Loopback.Wait(() => publisher.SubscriberCount == 1));

        publisher.Publish(new Text { Data = "x" });

        Assert.True(Loopback.Wait(() => heard == 1));
        var error = Assert.Throws<InputException>(() => node.Advertise<Text>("/" + new string('a', 254), QosProfile.Default));
        Assert.Contains("has 255 characters, a topic or service name has at most 247", error.Message, StringComparison.Ordinal);
    }
}
