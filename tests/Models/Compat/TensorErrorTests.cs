using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

public sealed class TensorErrorTests
{
    [Fact]
    public void ANativeErrorBecomesAnExceptionWithTheTextOfLibtorch()
    {
        using var scope = NewDisposeScope();
        var matrix = ones(2, 3);

        var error = Assert.Throws<ExternalException>(() => matrix.mm(matrix));

        Assert.Contains("2x3 and 2x3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception raised from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorIsReportedOnceAndTheNextCallWorks()
    {
        using var scope = NewDisposeScope();
        var matrix = ones(2, 3);
        Assert.Throws<ExternalException>(() => matrix.view(7));

        Assert.Equal(6f, matrix.sum().item<float>());
        Assert.Null(matrix.grad);
    }

    [Fact]
    public void ADisposedTensorIsRefused()
    {
        var tensor = ones(2);
        tensor.Dispose();

        Assert.True(tensor.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => tensor.sum());
    }

    [Fact]
    public void ErrorsOfTwoThreadsDoNotMix()
    {
        using var scope = NewDisposeScope();
        var messages = new string[2];

        var threads = Enumerable.Range(0, 2).Select(index => new Thread(() =>
        {
            using var mine = NewDisposeScope();
            var matrix = ones(2, 3 + index);
            for (var i = 0; i < 200; i++)
                messages[index] = Assert.Throws<ExternalException>(() => matrix.mm(matrix)).Message;
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Contains("2x3", messages[0], StringComparison.Ordinal);
        Assert.Contains("2x4", messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void ReadingElementsAsAnotherTypeIsRefused()
    {
        using var tensor = ones(2);

        Assert.Throws<ArgumentException>(() => tensor.data<double>());
        Assert.Throws<NotImplementedException>(() => tensor.expand(3, 2).bytes.Length);
    }
}
