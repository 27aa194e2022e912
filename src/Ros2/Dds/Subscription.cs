using System.Runtime.InteropServices;
using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>Hears a topic. Its handler runs on the node's receiving thread.</summary>
public interface ISubscription : IDisposable
{
    /// <summary>The topic's full name.</summary>
    string Topic { get; }

    /// <summary>Publishers that are heard now.</summary>
    int PublisherCount { get; }

    /// <summary>Messages received.</summary>
    long Received { get; }

    /// <summary>Messages whose handler failed, because their bytes were not the message they should be or otherwise.</summary>
    long Failed { get; }

    /// <summary>Why a publisher could not be connected; null when none was refused.</summary>
    string? Incompatibility { get; }
}

/// <inheritdoc/>
public interface ISubscription<T> : ISubscription
    where T : IMessage, new();

/// <summary>Handles a message; <paramref name="sample"/> is gone when it returns.</summary>
public delegate void SampleHandler<T>(in ReceivedSample<T> sample)
    where T : IMessage, new();

/// <summary>A received message where it lies. What is to outlive the handler is copied, or kept by <see cref="Keep"/>.</summary>
public readonly ref struct ReceivedSample<T>
    where T : IMessage, new()
{
    private readonly ref bool _kept;
    private readonly Native.Sample _sample;

    internal ReceivedSample(in Native.Sample sample, ref bool kept)
    {
        _sample = sample;
        _kept = ref kept;
    }

    /// <summary>The serialised message with its header and up to three bytes of padding.</summary>
    public ReadOnlySpan<byte> Payload => _sample.Payload;

    /// <summary>When the publisher sent it, by its clock [ns since 1970].</summary>
    public long SourceTime => _sample.SourceTime;

    /// <summary>The publisher; two of them on one topic have different numbers.</summary>
    public ulong Publisher => _sample.Publication;

    /// <summary>A new message with this content; throws <see cref="CdrException"/> when the bytes are none.</summary>
    public T Read() => CdrMessage.Parse<T>(Payload);

    /// <summary>Takes the payload out of the handler without a copy; the caller disposes it.</summary>
    public KeptSample Keep()
    {
        if (_kept) throw new InvalidOperationException("The sample is already kept.");
        _kept = true;
        return new KeptSample(_sample);
    }
}

/// <summary>A received payload that outlives its handler. A reliable publisher is not held up by it; memory is.</summary>
public sealed unsafe class KeptSample : SafeHandle
{
    private readonly byte* _bytes;
    private readonly int _size;

    internal KeptSample(in Native.Sample sample) : base(0, ownsHandle: true)
    {
        SetHandle(sample.Handle);
        _bytes = sample.Bytes;
        _size = checked((int)sample.Size);
        SourceTime = sample.SourceTime;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The serialised message; not to be used after this is disposed.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return new(_bytes, _size);
        }
    }

    /// <summary>When the publisher sent it, by its clock [ns since 1970].</summary>
    public long SourceTime { get; }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Native.Return(handle);
        return true;
    }
}

/// <summary>Handles a sample of any type; sets <paramref name="kept"/> when it took the sample over.</summary>
internal delegate void RawHandler(in Native.Sample sample, ref bool kept);

/// <summary>A reader and its handler, for payloads of any type.</summary>
internal sealed unsafe class DdsSubscription : IDisposable
{
    private const int MostAtOnce = 8; // then other readers have their turn

    private readonly DdsTopic _topic;
    private readonly string _name;
    private readonly RawHandler _handler;
    private readonly Action<string> _report;
    private readonly IDisposable _attachment;
    private readonly Throttle _reports = new();

    public DdsSubscription(DdsParticipant participant, string topic, string type, QosProfile qos, string userData, RawHandler handler, Action<string> report)
    {
        _name = topic;
        _handler = handler;
        _report = report;
        _topic = DdsTopic.Create(participant.Entity, topic, type);
        Reader = _topic.CreateReader(participant.Entity, qos, userData);
        _attachment = participant.Loop.Attach(Reader, TakeAll);
    }

    public DdsEntity Reader { get; }

    public long Received { get; private set; }

    public long Failed { get; private set; }

    public int PublisherCount => Native.Checked(Native.Matched(Reader, 0, out _, out _));

    public string? Incompatibility => DdsPolicy.Incompatibility(Reader, isWriter: false);

    public void Dispose()
    {
        _attachment.Dispose();
        Reader.Dispose();
        _topic.Dispose();
    }

    private void TakeAll()
    {
        var samples = stackalloc Native.Sample[MostAtOnce];
        var count = Native.Checked(Native.Take(Reader, samples, MostAtOnce));
        for (var i = 0; i < count; i++)
        {
            var kept = false;
            try
            {
                if (samples[i].Bytes is null) continue; // a publisher came or went
                Received++;
                _handler(samples[i], ref kept);
            }
#pragma warning disable CA1031 // one bad message must not cost the next one
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed++;
                Report(e);
            }
            finally
            {
                if (!kept) Native.Return(samples[i].Handle);
            }
        }
    }

    private void Report(Exception e)
    {
        if (_reports.TryPass()) _report($"A message on '{_name}' was dropped ({Failed} so far): {e.Message}");
    }
}

/// <inheritdoc cref="ISubscription{T}"/>
internal sealed class Subscription<T>(string topic, DdsSubscription subscription, Action disposed) : ISubscription<T>
    where T : IMessage, new()
{
    public string Topic => topic;

    public int PublisherCount => subscription.PublisherCount;

    public long Received => subscription.Received;

    public long Failed => subscription.Failed;

    public string? Incompatibility => subscription.Incompatibility;

    public void Dispose()
    {
        subscription.Dispose();
        disposed();
    }
}
