using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

public class ModuleTests
{
    private static readonly string[] ParameterNames =
    [
        "scale", "conv.weight", "conv.bias", "norm.weight", "norm.bias", "blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "head.0.weight", "head.act.weight",
    ];

    private static readonly string[] BufferNames = ["offsets", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"];

    [Fact]
    public void TheStateDictListsParametersThenBuffersUnderPyTorchsNames()
    {
        using var net = new Net();

        Assert.Equal(ParameterNames, net.named_parameters().Select(named => named.name));
        Assert.Equal(BufferNames, net.named_buffers().Select(named => named.name).Where(name => name != "cache"));
        Assert.Equal([.. ParameterNames, .. BufferNames], net.state_dict().Keys);
    }

    [Fact]
    public void ModulesAreListedLevelByLevel()
    {
        using var net = new Net();

        Assert.Equal(["conv", "norm", "blocks", "head"], net.named_children().Select(named => named.name));
        Assert.Equal(
            ["conv", "norm", "blocks", "head", "blocks.0", "blocks.1", "head.0", "head.relu", "head.act"], net.named_modules().Select(named => named.name));
        Assert.Equal(4, net.parameters(recurse: false).Count() + net.named_children().Count() - 1);
    }

    [Fact]
    public void ParametersAndBuffersAreFoundByTheirDottedNames()
    {
        using var net = new Net();

        Assert.Same(net.Conv.weight, net.get_parameter("conv.weight"));
        Assert.True(net.has_buffer("norm.running_var"));
        Assert.False(net.has_parameter("norm.running_var"));
        Assert.Null(net.get_parameter("blocks.7.weight"));
    }

    [Fact]
    public void AFileBringsEveryParameterAndBufferBack()
    {
        manual_seed(1);
        using var saved = new Net();
        using (var x = randn(2, 3, 4, 4))
        using (saved.forward(x))
        {
        }

        using var loaded = new Net();
        using var file = new MemoryStream();
        saved.save(new BinaryWriter(file));
        file.Position = 0;

        loaded.load(new BinaryReader(file));

        foreach (var (name, tensor) in saved.state_dict())
            Assert.True(tensor.Equals(loaded.state_dict()[name]), $"{name} differs after loading.");
        Assert.Equal(1, loaded.Norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void TheFileBeginsWithACountThenNameTypeAndShape()
    {
        using var linear = nn.Linear(nn.Parameter(tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3])));
        using var file = new MemoryStream();

        linear.save(new BinaryWriter(file));

        byte[] header = [1, 6, (byte)'w', (byte)'e', (byte)'i', (byte)'g', (byte)'h', (byte)'t', 6, 2, 2, 3];
        Assert.Equal(header, file.ToArray()[..12]);
        Assert.Equal(1f, BitConverter.ToSingle(file.ToArray(), 12));
        Assert.Equal(12 + 24, file.Length);
    }

    [Fact]
    public void AMissingKeyIsNamedInTheErrorAndNothingIsChanged()
    {
        using var net = new Net();
        var dictionary = net.state_dict().ToDictionary(pair => pair.Key, pair => ones_like(pair.Value));
        dictionary.Remove("norm.bias");
        dictionary["surplus"] = ones(1);

        var error = Assert.Throws<InvalidOperationException>(() => net.load_state_dict(dictionary));

        Assert.Contains("missing norm.bias, unexpected surplus", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, net.Norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void WhatIsThereIsLoadedWhenNotStrict()
    {
        using var net = new Net();
        var dictionary = new Dictionary<string, Tensor> { ["conv.bias"] = full(4, 0.5f), ["surplus"] = ones(1), ["norm.bias"] = full(4, 9f) };

        var (missing, unexpected) = net.load_state_dict(dictionary, strict: false, skip: ["norm.bias"]);

        Assert.Equal(0.5f, net.Conv.bias!.data<float>().ToArray()[3]);
        Assert.Equal(0f, net.Norm.bias!.data<float>().ToArray()[3]);
        Assert.Equal(["surplus"], unexpected);
        Assert.Contains("conv.weight", missing);
    }

    [Fact]
    public void ATensorOfAnotherShapeIsRefused()
    {
        using var net = new Net();
        var dictionary = net.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        dictionary["conv.bias"] = ones(1); // would broadcast

        var error = Assert.Throws<InvalidOperationException>(() => net.load_state_dict(dictionary));

        Assert.Contains("conv.bias of the loaded state_dict is [1], Net expects [4]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfAnotherModelIsRefused()
    {
        using var small = nn.Linear(2, 3);
        using var large = nn.Linear(2, 4);
        using var file = new MemoryStream();
        small.save(new BinaryWriter(file));
        file.Position = 0;

        var error = Assert.Throws<ArgumentException>(() => large.load(new BinaryReader(file)));

        Assert.Contains("weight: Mismatched tensor shape while loading: found [3,2], expected [4,2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainAndEvalReachEverySubmodule()
    {
        using var net = new Net();

        net.eval();
        Assert.All(net.modules(), module => Assert.False(module.training));
        net.train();

        Assert.All(net.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void ConversionReplacesParametersAndBuffersButKeepsCounters()
    {
        using var net = new Net();
        var before = net.Conv.weight;

        var same = net.to(float64);

        Assert.Same(net, same);
        Assert.True(before.IsInvalid);
        Assert.Equal(float64, net.Conv.weight.dtype);
        Assert.Equal(float64, net.Scale.dtype);
        Assert.Equal(float64, net.Norm.running_mean!.dtype);
        Assert.Equal(int64, net.Norm.num_batches_tracked!.dtype);
        Assert.Equal(ParameterNames, net.named_parameters().Select(named => named.name));
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
        using var y = net.forward(ones([1, 3, 4, 4], dtype: float64));
        Assert.Equal(float64, y.dtype);
    }

    [Fact]
    public void ParametersMadeWithinADisposeScopeOutliveIt()
    {
        Net net;
        using (NewDisposeScope())
            net = new Net();

        Assert.Equal([.. ParameterNames, .. BufferNames], net.state_dict().Keys); // what is freed is not listed
        net.Dispose();
        Assert.Empty(net.state_dict());
    }

    [Fact]
    public void ZeroGradForgetsTheGradientsOfAllParameters()
    {
        using var net = new Net();
        using (var y = net.forward(ones(2, 3, 4, 4)))
        using (var loss = y.sum())
            loss.backward();
        Assert.NotNull(net.Conv.weight.grad);

        net.zero_grad();

        Assert.All(net.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void AFoldedWeightTakesThePlaceOfTheOldOne()
    {
        using var conv = nn.Conv2d(3, 4, 1, bias: false);
        var old = conv.weight;

        conv.weight = nn.Parameter(zeros(4, 3, 1, 1));
        conv.bias = nn.Parameter(ones(4));

        Assert.True(old.IsInvalid);
        Assert.Equal(["weight", "bias"], conv.state_dict().Keys);
        using var y = conv.call(randn(1, 3, 2, 2));
        Assert.All(y.data<float>().ToArray(), value => Assert.Equal(1, value));
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "conv")]
        private readonly Conv2d _conv = nn.Conv2d(3, 4, 3, padding: 1);

        [ComponentName(Name = "norm")]
        private readonly BatchNorm2d _norm = nn.BatchNorm2d(4);

        [ComponentName(Name = "blocks")]
        private readonly ModuleList<Conv2d> _blocks = nn.ModuleList(nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1, bias: false));

        [ComponentName(Name = "head")]
        private readonly Sequential _head = nn.Sequential(
            ("0", nn.Conv2d(4, 2, (1, 1), bias: false)), ("relu", nn.ReLU()), ("act", nn.Conv2d(2, 2, 1, bias: false)));

        [ComponentName(Name = "scale")]
        private readonly Parameter _scale = nn.Parameter(ones(1));

        [ComponentName(Name = "offsets")]
        private readonly Tensor _offsets = arange(3);

        public Net()
            : base(nameof(Net))
        {
            RegisterComponents();
            register_buffer("cache", zeros(2), persistent: false);
        }

        public Conv2d Conv => _conv;

        public BatchNorm2d Norm => _norm;

        public Parameter Scale => _scale;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = _norm.call(_conv.call(input));
            foreach (var block in _blocks)
                x = block.call(x);
            return (_head.call(x) * _scale).MoveToOuterDisposeScope();
        }
    }
}
