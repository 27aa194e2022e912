namespace AlsterNode.Tests.Ros2Loopback;

public sealed class ServiceTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public async Task ConcurrentClientsEachGetTheirOwnReplies()
    {
        using var server = _loopback.Node("adder").Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("add", Add);
        var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

        var clients = Enumerable.Range(0, 4).Select(async c =>
        {
            using var client = _loopback.Node($"client{c}").CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("add");
            Assert.True(await client.WaitForServiceAsync(TimeSpan.FromSeconds(20), limit));
            for (var i = 0; i < 50; i++)
            {
                var pair = await Task.WhenAll(
                    client.CallAsync(new() { A = 1000 * c, B = i }, limit), client.CallAsync(new() { A = -1000 * c, B = i }, limit));
                Assert.Equal((1000L * c + i, -1000L * c + i), (pair[0].Sum, pair[1].Sum));
            }
        }).ToArray();
        await Task.WhenAll(clients);

        Assert.Equal((400, 0), (server.Answered, server.Failed));
    }

    [Fact]
    public async Task AHandlerThatThrowsGivesNoReplyAndTheServiceGoesOn()
    {
        using var server = _loopback.Node("adder").Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>(
            "add", (request, token) => request.A < 0 ? throw new InvalidOperationException("negative") : Add(request, token));
        using var client = _loopback.Node("client").CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("add");
        Assert.True(await client.WaitForServiceAsync(TimeSpan.FromSeconds(20)));

        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CallAsync(new() { A = -1 }, soon.Token));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var reply = await client.CallAsync(new() { A = 2, B = 3 }, limit.Token);

        Assert.Equal((5, 1), (reply.Sum, server.Failed));
        Assert.Contains(_loopback.Log, line => line.Message == "Service '/add' failed: negative");
    }

    [Fact]
    public async Task AClientWhoseNodeEndsFailsItsCalls()
    {
        var node = _loopback.Node("client");
        var client = node.CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("nobody_serves_this");
        Assert.False(await client.WaitForServiceAsync(TimeSpan.FromMilliseconds(50)));
        var call = client.CallAsync(new(), CancellationToken.None);

        node.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
    }

    [Fact]
    public async Task ASlowServiceHoldsUpNeitherTopicsNorOtherServices()
    {
        var node = _loopback.Node("adder");
        using var release = new SemaphoreSlim(0);
        using var slow = node.Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("slow", async (request, token) =>
        {
            await release.WaitAsync(token);
            return await Add(request, token);
        });
        using var fast = node.Serve<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("fast", Add);
        var other = _loopback.Node("client");
        using var slowClient = other.CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("slow");
        using var fastClient = other.CreateClient<AddTwoInts, AddTwoInts.Request, AddTwoInts.Response>("fast");
        Assert.True(await slowClient.WaitForServiceAsync(TimeSpan.FromSeconds(20)) && await fastClient.WaitForServiceAsync(TimeSpan.FromSeconds(20)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var waiting = slowClient.CallAsync(new() { A = 1, B = 1 }, limit.Token);
        var reply = await fastClient.CallAsync(new() { A = 2, B = 2 }, limit.Token);

        Assert.Equal(4, reply.Sum);
        Assert.False(waiting.IsCompleted);
        release.Release();
        Assert.Equal(2, (await waiting).Sum);
    }

    private static Task<AddTwoInts.Response> Add(AddTwoInts.Request request, CancellationToken token) =>
        Task.FromResult(new AddTwoInts.Response { Sum = request.A + request.B });
}
