using System.Diagnostics;
using System.Threading.Channels;
using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>Answers a service's requests, one after the other, off the receiving thread.</summary>
public interface IServiceServer : IDisposable
{
    /// <summary>The service's full name.</summary>
    string Name { get; }

    /// <summary>Requests answered.</summary>
    long Answered { get; }

    /// <summary>Requests that got no answer: the handler failed, or too many waited.</summary>
    long Failed { get; }
}

/// <summary>The 16 bytes rmw_cyclonedds puts before every request and reply, which carry no identity of their own.</summary>
/// <param name="Client">The client's request writer as the client's DDS numbers it.</param>
/// <param name="Sequence">The client's number for the request.</param>
internal readonly record struct RequestHeader(ulong Client, long Sequence)
{
    /// <summary>Reads the header from the begin of a payload.</summary>
    public static RequestHeader Read(ref CdrReader reader) => new(reader.Read<ulong>(), reader.Read<long>());

    /// <summary>The payload's size with this header and a message.</summary>
    public static int PayloadBytes(IMessage message)
    {
        var counter = CdrWriter.Counting();
        default(RequestHeader).Write(ref counter);
        message.Write(ref counter);
        return counter.PayloadBytes;
    }

    /// <summary>Fills a payload with this header and a message.</summary>
    public void WriteTo(Span<byte> payload, IMessage message)
    {
        var writer = new CdrWriter(payload);
        Write(ref writer);
        message.Write(ref writer);
        writer.Finish();
    }

    private void Write(ref CdrWriter writer)
    {
        writer.Write(Client);
        writer.Write(Sequence);
    }
}

/// <inheritdoc cref="IServiceServer"/>
internal sealed class ServiceServer<TRequest, TResponse> : IServiceServer
    where TRequest : IMessage, new()
    where TResponse : IMessage
{
    private const int MostWaiting = 64;

    // As rmw_cyclonedds: a client is given this long to become ready for its reply.
    private static readonly TimeSpan ClientDeadline = TimeSpan.FromMilliseconds(100);

    private readonly DdsSubscription _requests;
    private readonly DdsPublisher _replies;
    private readonly Func<TRequest, CancellationToken, Task<TResponse>> _handler;
    private readonly Action<string> _report;
    private readonly Action _disposed;
    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _answering;
    private long _answered;
    private long _failed;

    private readonly record struct Pending(RequestHeader Header, ulong Publication, TRequest Request);

    public ServiceServer(
        string name, DdsPublisher replies, Func<RawHandler, DdsSubscription> subscribe, Func<TRequest, CancellationToken, Task<TResponse>> handler,
        Action<string> report, Action disposed)
    {
        Name = name;
        _replies = replies;
        _handler = handler;
        _report = report;
        _disposed = disposed;
        _requests = subscribe(Receive);
        _answering = Task.Run(AnswerAll);
    }

    public string Name { get; }

    public long Answered => Interlocked.Read(ref _answered);

    public long Failed => Interlocked.Read(ref _failed) + _requests.Failed;

    /// <summary>The endpoints to announce.</summary>
    public (DdsEntity Reader, DdsEntity Writer) Endpoints => (_requests.Reader, _replies.Writer);

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        _requests.Dispose();
        _pending.Writer.TryComplete();
        _answering.Wait(TimeSpan.FromSeconds(1)); // a handler that does not end is left to itself; its reply goes nowhere
        _replies.Flush(ClientDeadline);
        _replies.Dispose();
        _stopping.Dispose();
        _disposed();
    }

    private void Receive(in Native.Sample sample, ref bool kept)
    {
        var reader = new CdrReader(sample.Payload);
        var header = RequestHeader.Read(ref reader);
        var request = new TRequest();
        request.Read(ref reader);
        if (_pending.Writer.TryWrite(new Pending(header, sample.Publication, request))) return;
        Interlocked.Increment(ref _failed);
        _report($"Service '{Name}' has {MostWaiting} requests waiting; one more was dropped.");
    }

    private async Task AnswerAll()
    {
        await foreach (var pending in _pending.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_stopping.IsCancellationRequested) return;
            try
            {
                var response = await _handler(pending.Request, _stopping.Token).ConfigureAwait(false);
                Reply(pending, response);
                Interlocked.Increment(ref _answered);
            }
#pragma warning disable CA1031 // a handler's failure is its client's, not the service's
            catch (Exception e)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref _failed);
                if (!_stopping.IsCancellationRequested) _report($"Service '{Name}' failed: {e.Message}");
            }
        }
    }

    private void Reply(Pending pending, TResponse response)
    {
        var finished = Stopwatch.GetTimestamp();
        _replies.Publish(RequestHeader.PayloadBytes(response), payload => pending.Header.WriteTo(payload, response), ClientIsReady);

        Permission ClientIsReady() => Native.ClientReady(_requests.Reader, _replies.Writer, pending.Publication) switch
        {
            1 => Permission.Granted,
            0 when Stopwatch.GetElapsedTime(finished) < ClientDeadline => Permission.Later,
            _ => Permission.Refused, // gone, or it never listened
        };
    }
}
