using System.Collections.Concurrent;
using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>Calls a service. Safe to use from any thread.</summary>
public interface IClient<TRequest, TResponse> : IDisposable
    where TRequest : IMessage
    where TResponse : IMessage, new()
{
    /// <summary>The service's full name.</summary>
    string Name { get; }

    /// <summary>Whether a server can receive a request and its reply can come back.</summary>
    bool IsReady { get; }

    /// <summary>Waits for a server. False when there is none within <paramref name="limit"/>.</summary>
    Task<bool> WaitForServiceAsync(TimeSpan limit, CancellationToken cancellation = default);

    /// <summary>Sends a request and waits for its reply. A server that dies never answers: give a token that ends.</summary>
    Task<TResponse> CallAsync(TRequest request, CancellationToken cancellation);
}

/// <inheritdoc cref="IClient{TRequest, TResponse}"/>
internal sealed class ServiceClient<TRequest, TResponse> : IClient<TRequest, TResponse>
    where TRequest : IMessage
    where TResponse : IMessage, new()
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly DdsPublisher _requests;
    private readonly DdsSubscription _replies;
    private readonly Action _disposed;
    private readonly ulong _client;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<TResponse>> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _sequence;

    public ServiceClient(string name, DdsPublisher requests, Func<RawHandler, DdsSubscription> subscribe, Action disposed)
    {
        Name = name;
        _requests = requests;
        _disposed = disposed;
        _client = requests.Writer.InstanceHandle;
        _replies = subscribe(Receive);
    }

    public string Name { get; }

    public bool IsReady => _requests.SubscriberCount > 0 && _replies.PublisherCount > 0;

    /// <summary>The endpoints to announce.</summary>
    public (DdsEntity Reader, DdsEntity Writer) Endpoints => (_replies.Reader, _requests.Writer);

    public async Task<bool> WaitForServiceAsync(TimeSpan limit, CancellationToken cancellation = default)
    {
        var end = DateTime.UtcNow + limit;
        while (!IsReady)
        {
            if (DateTime.UtcNow >= end) return false;
            await Task.Delay(Poll, cancellation).ConfigureAwait(false);
        }
        return true;
    }

    public async Task<TResponse> CallAsync(TRequest request, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        var header = new RequestHeader(_client, Interlocked.Increment(ref _sequence));
        var reply = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[header.Sequence] = reply;
        try
        {
            var sent = _requests.Publish(RequestHeader.PayloadBytes(request), payload => header.WriteTo(payload, request));
            if (!sent) throw new InvalidOperationException($"A request to '{Name}' was dropped: too many wait to be sent.");
            using var ended = cancellation.Register(() => reply.TrySetCanceled(cancellation));
            using var stopped = _stopping.Token.Register(() => reply.TrySetException(new ObjectDisposedException(Name)));
            return await reply.Task.ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(header.Sequence, out _);
        }
    }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        _replies.Dispose();
        _requests.Dispose();
        _disposed();
        _stopping.Dispose();
    }

    private void Receive(in Native.Sample sample, ref bool kept)
    {
        var reader = new CdrReader(sample.Payload);
        var header = RequestHeader.Read(ref reader);
        if (header.Client != _client || !_waiting.TryGetValue(header.Sequence, out var waiting)) return; // another client's
        try
        {
            var response = new TResponse();
            response.Read(ref reader);
            waiting.TrySetResult(response);
        }
        catch (CdrException e)
        {
            waiting.TrySetException(e);
            throw;
        }
    }
}
