namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate rises to its maximum and falls far below its start, once, while momentum does the opposite; Smith and Topin 2018.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly List<(double End, Values From, Values To)> _phases;
                    private readonly Group[] _groups;
                    private readonly AnnealStrategy _anneal;
                    private readonly bool _cycle_momentum;
                    private readonly int _total_steps;

                    public OneCycleLR(
                        Optimizer optimizer,
                        double max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        double base_momentum = 0.85,
                        double max_momentum = 0.95,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer,
                            Same(optimizer, max_lr),
                            total_steps,
                            epochs,
                            steps_per_epoch,
                            pct_start,
                            anneal_strategy,
                            cycle_momentum,
                            Same(optimizer, base_momentum),
                            Same(optimizer, max_momentum),
                            div_factor,
                            final_div_factor,
                            three_phase,
                            last_epoch,
                            verbose)
                    {
                    }

                    /// <summary>With one maximum for each parameter group.</summary>
                    public OneCycleLR(
                        Optimizer optimizer,
                        IEnumerable<double> max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                            throw new ArgumentException("optimizer must support momentum with `cycle_momentum` option enabled", nameof(optimizer));
                        if (pct_start is < 0 or > 1)
                            throw new ArgumentException($"Expected float between 0 and 1 for pct_start, but got {pct_start}", nameof(pct_start));
                        _total_steps = TotalSteps(total_steps, epochs, steps_per_epoch);
                        _anneal = anneal_strategy;
                        _cycle_momentum = cycle_momentum;
                        _groups = Groups(optimizer, max_lr, base_momentum, max_momentum, div_factor, final_div_factor);
                        _phases = Phases(pct_start * _total_steps, _total_steps - 1, three_phase);
                        step(null);
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    /// <summary>Which of a group's values a phase starts or ends with.</summary>
                    private enum Values
                    {
                        Initial,
                        Maximum,
                        Minimum,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > _total_steps)
                        {
                            throw new InvalidOperationException(
                                $"Tried to step {_last_epoch + 1} times. The specified number of total steps is {_total_steps}");
                        }

                        var index = _phases.FindIndex(phase => _last_epoch <= phase.End);
                        if (index < 0)
                            index = _phases.Count - 1;
                        var start = index == 0 ? 0 : _phases[index - 1].End;
                        var (end, from, to) = _phases[index];
                        var part = (_last_epoch - start) / (end - start);
                        foreach (var group in _groups)
                        {
                            if (_cycle_momentum)
                                SetMomentum(group.Controller, Anneal(group.Momentum(from), group.Momentum(to), part));
                        }

                        return _groups.Select(group => Anneal(group.Rate(from), group.Rate(to), part));
                    }

                    private static List<(double End, Values From, Values To)> Phases(double rise, double last, bool three)
                    {
                        if (three)
                        {
                            return
                            [
                                (rise - 1, Values.Initial, Values.Maximum),
                                ((2 * rise) - 2, Values.Maximum, Values.Initial),
                                (last, Values.Initial, Values.Minimum),
                            ];
                        }

                        return [(rise - 1, Values.Initial, Values.Maximum), (last, Values.Maximum, Values.Minimum)];
                    }

                    private static int TotalSteps(int total, int epochs, int stepsPerEpoch)
                    {
                        if (total == -1 && epochs == -1 && stepsPerEpoch == -1)
                            throw new ArgumentException("You must define either total_steps OR (epochs AND steps_per_epoch)");
                        if (total != -1)
                            return total > 0 ? total : throw new ArgumentException($"Expected positive integer total_steps, but got {total}");
                        if (epochs <= 0 || stepsPerEpoch <= 0)
                            throw new ArgumentException($"Expected positive integers epochs and steps_per_epoch, but got {epochs} and {stepsPerEpoch}");
                        return epochs * stepsPerEpoch;
                    }

                    private static Group[] Groups(
                        Optimizer optimizer,
                        IEnumerable<double> maxRates,
                        IEnumerable<double>? baseMomentum,
                        IEnumerable<double>? maxMomentum,
                        double divide,
                        double divideFinally)
                    {
                        var controllers = optimizer.ParamGroups.ToList();
                        double[] rates = [.. maxRates];
                        double[] low = [.. baseMomentum ?? Same(optimizer, 0.85)];
                        double[] high = [.. maxMomentum ?? Same(optimizer, 0.95)];
                        if (rates.Length != controllers.Count || low.Length != controllers.Count || high.Length != controllers.Count)
                        {
                            throw new ArgumentException(
                                $"OneCycleLR has {rates.Length} maximal rates, {low.Length} and {high.Length} momenta, expected {controllers.Count} of each, one a group.");
                        }

                        return [.. controllers.Select((controller, i) =>
                            new Group(controller, rates[i] / divide, rates[i], rates[i] / divide / divideFinally, low[i], high[i]))];
                    }

                    private static IEnumerable<double> Same(Optimizer optimizer, double value) =>
                        Enumerable.Repeat(value, optimizer?.ParamGroups.Count() ?? 0);

                    private static void SetMomentum(ILearningRateController group, double momentum)
                    {
                        if (group is IBetas betas)
                            betas.Betas = (momentum, betas.Betas.Item2);
                        else if (group is IMomentum controller)
                            controller.Momentum = momentum;
                    }

                    private double Anneal(double start, double end, double part) => _anneal == AnnealStrategy.Cos
                        ? end + ((start - end) / 2.0 * (Math.Cos(Math.PI * part) + 1))
                        : ((end - start) * part) + start;

                    /// <summary>A group's rates and momenta at the turning points; the momentum is lowest where the rate is highest.</summary>
                    private sealed record Group(
                        ILearningRateController Controller, double InitialRate, double MaxRate, double MinRate, double BaseMomentum, double MaxMomentum)
                    {
                        public double Rate(Values at) => at switch
                        {
                            Values.Initial => InitialRate,
                            Values.Maximum => MaxRate,
                            _ => MinRate,
                        };

                        public double Momentum(Values at) => at == Values.Maximum ? BaseMomentum : MaxMomentum;
                    }
                }
            }

            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                double max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true,
                double base_momentum = 0.85,
                double max_momentum = 0.95,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer,
                    max_lr,
                    total_steps,
                    epochs,
                    steps_per_epoch,
                    pct_start,
                    anneal_strategy,
                    cycle_momentum,
                    base_momentum,
                    max_momentum,
                    div_factor,
                    final_div_factor,
                    three_phase,
                    last_epoch,
                    verbose);
        }
    }
}
