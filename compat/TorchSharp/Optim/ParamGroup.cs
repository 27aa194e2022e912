using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Settings of one parameter group; what is null comes from the optimizer.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        ArgumentNullException.ThrowIfNull(source);
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }
}

/// <summary>What an optimizer remembers about one parameter.</summary>
public abstract class OptimizerState
{
    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    /// <summary>Takes over the other state's tensors.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    public virtual void to(Device device)
    {
    }

    private protected static void Write(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; <paramref name="like"/> gives the shape of a tensor that is not there yet.</summary>
    private protected static void Read(BinaryReader reader, ref Tensor? tensor, Tensor like)
    {
        if (!reader.ReadBoolean())
        {
            Take(ref tensor, null);
            return;
        }

        tensor ??= Zeros(like);
        tensor.Load(reader);
    }

    /// <summary>Replaces a tensor and frees the old one.</summary>
    private protected static void Take(ref Tensor? tensor, Tensor? value)
    {
        if (ReferenceEquals(tensor, value))
            return;
        tensor?.Dispose();
        tensor = value?.DetachFromDisposeScope();
    }

    /// <summary>Zeros of the parameter's shape, type and device that outlive the current dispose scope.</summary>
    private protected static Tensor Zeros(Tensor like)
    {
        using var noGradients = no_grad();
        return zeros_like(like).DetachFromDisposeScope();
    }

    private protected static void Move(ref Tensor? tensor, Device device)
    {
        if (tensor is not null && !tensor.device.Equals(device))
            Take(ref tensor, tensor.to(device));
    }
}

/// <summary>Parameters that share settings.</summary>
public class ParamGroup : ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options { get; set; } = null!;

    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters that share settings of a known kind.</summary>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    public ParamGroup()
    {
    }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options!;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
