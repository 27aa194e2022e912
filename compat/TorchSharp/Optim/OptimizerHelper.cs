using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Groups, state and their files: what all optimizers share.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private protected readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper()
    {
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            dictionary.State.AddRange(group.Parameters.Select(parameter => _state[parameter]));
        }

        return dictionary;
    }

    /// <summary>Takes over the settings and the state tensors of another optimizer of the same kind and parameters.</summary>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        ArgumentNullException.ThrowIfNull(state_dict);
        var own = this.state_dict();
        CheckCounts(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (target, source) in own.Options.Zip(state_dict.Options))
        {
            if (!ReferenceEquals(target, source))
                target.LoadStateDict(source);
        }

        foreach (var (target, source) in own.State.Zip(state_dict.State))
        {
            if (!ReferenceEquals(target, source))
                target.LoadStateDict(source);
        }
    }

    public void save_state_dict(string location)
    {
        using var stream = File.Create(location);
        using var writer = new BinaryWriter(stream);
        save_state_dict(writer);
    }

    public void load_state_dict(string location)
    {
        using var stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream);
        load_state_dict(reader);
    }

    /// <summary>Writes the optimizer's name, the LEB128 counts of groups and states, then those.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Encode(own.Options.Count);
        writer.Encode(own.State.Count);
        foreach (var options in own.Options)
            options.SaveStateDict(writer);
        foreach (var state in own.State)
            state.SaveStateDict(writer);
    }

    public void load_state_dict(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var name = reader.ReadString();
        if (name != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        var own = state_dict();
        CheckCounts(own, reader.Decode(), reader.Decode());
        foreach (var options in own.Options)
            options.LoadStateDict(reader);
        foreach (var state in own.State)
            state.LoadStateDict(reader);
    }

    public void to(Device device)
    {
        foreach (var state in _state.Values)
            state.to(device);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var state in _state.Values)
                (state as IDisposable)?.Dispose();
            _state.Clear();
        }

        base.Dispose(disposing);
    }

    /// <summary>Runs the closure, then <paramref name="body"/> on every group.</summary>
    private protected Tensor? Step<TGroup>(Action<TGroup> body, Func<Tensor>? closure)
        where TGroup : ParamGroup
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using var gradients = enable_grad();
            loss = closure();
        }

        foreach (var group in _parameter_groups)
            body((TGroup)group);
        return loss;
    }

    /// <summary>Adds a group whose settings are complete, with fresh state for each of its parameters.</summary>
    private protected void AddGroup(ParamGroup group, Func<Parameter, OptimizerState> newState)
    {
        group.Parameters = [.. group.Parameters]; // a query would be run again at every step
        group.Options.InitialLearningRate = group.LearningRate;
        foreach (var parameter in group.Parameters)
        {
            if (!_state.TryAdd(parameter, newState(parameter)))
                throw new ArgumentException("A parameter appears twice among the optimizer's parameter groups.", nameof(group));
        }

        _parameter_groups.Add(group);
    }

    private static void CheckCounts(StateDictionary own, long groups, long states)
    {
        if (groups != own.Options.Count)
            throw new ArgumentException($"Invalid optimizer state -- different number of parameter groups: found {groups}, expected {own.Options.Count}.");
        if (states != own.State.Count)
            throw new ArgumentException($"Invalid optimizer state -- different number of states: found {states}, expected {own.State.Count}.");
    }
}
