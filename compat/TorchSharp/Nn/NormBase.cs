using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Scale, shift and running statistics [C] of a normalisation over a batch.</summary>
public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    [ComponentName(Name = nameof(running_mean))]
    private Tensor? _running_mean;

    [ComponentName(Name = nameof(running_var))]
    private Tensor? _running_var;

    [ComponentName(Name = nameof(num_batches_tracked))]
    private Tensor? _num_batches_tracked;

    private protected NormBase(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = nn.Parameter(empty([num_features], dtype: dtype, device: device));
            bias = nn.Parameter(empty([num_features], dtype: dtype, device: device));
        }

        if (track_running_stats)
        {
            running_mean = empty([num_features], dtype: dtype, device: device);
            running_var = empty([num_features], dtype: dtype, device: device);
            num_batches_tracked = empty(Array.Empty<long>(), dtype: ScalarType.Int64, device: device);
        }

        reset_parameters();
    }

    public long num_features { get; }

    public double eps { get; set; }

    /// <summary>Weight of the newest batch in the running statistics; null averages over all batches.</summary>
    public double? momentum { get; set; }

    public bool affine { get; }

    public bool track_running_stats { get; }

    public Parameter? bias
    {
        get => _bias;
        set
        {
            if (ReferenceEquals(value, _bias))
                return;
            _bias?.Dispose();
            _bias = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), _bias);
        }
    }

    public Parameter weight
    {
        get => _weight!;
        set
        {
            if (ReferenceEquals(value, _weight))
                return;
            _weight?.Dispose();
            _weight = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(weight), _weight);
        }
    }

    public Tensor? running_mean
    {
        get => _running_mean;
        set => SetBuffer(nameof(running_mean), ref _running_mean, value);
    }

    public Tensor? running_var
    {
        get => _running_var;
        set => SetBuffer(nameof(running_var), ref _running_var, value);
    }

    public Tensor? num_batches_tracked
    {
        get => _num_batches_tracked;
        set => SetBuffer(nameof(num_batches_tracked), ref _num_batches_tracked, value);
    }

    public void reset_running_stats()
    {
        if (!track_running_stats)
            return;
        nn.init.zeros_(_running_mean!);
        nn.init.ones_(_running_var!);
        nn.init.zeros_(_num_batches_tracked!);
    }

    public void reset_parameters()
    {
        reset_running_stats();
        if (!affine)
            return;
        nn.init.ones_(_weight!);
        nn.init.zeros_(_bias!);
    }

    protected abstract void ValidateInputDimensions(Tensor input);

    private void SetBuffer(string name, ref Tensor? field, Tensor? value)
    {
        if (ReferenceEquals(value, field))
            return;
        field?.Dispose();
        field = value?.DetachFromDisposeScope();
        ConditionallyRegisterBuffer(name, field);
    }
}
