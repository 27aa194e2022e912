using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with optional (Nesterov) momentum.</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        private readonly Options _defaults;

        public SGD(
            IEnumerable<Parameter> parameters,
            double lr,
            double momentum = 0.0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(
            IEnumerable<ParamGroup> parameters,
            double lr,
            double momentum = 0.0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
        {
            if (lr < 0)
                throw new ArgumentException($"Invalid learning rate: {lr}", nameof(lr));
            if (momentum < 0)
                throw new ArgumentException($"Invalid momentum value: {momentum}", nameof(momentum));
            if (weight_decay < 0)
                throw new ArgumentException($"Invalid weight_decay value: {weight_decay}", nameof(weight_decay));
            if (nesterov && (momentum == 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
            _defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            };
            foreach (var group in parameters)
                add_param_group(group);
        }

        /// <summary>The default for groups that are added later.</summary>
        public double Momentum
        {
            get => _defaults.momentum!.Value;
            set => _defaults.momentum = value;
        }

        public override Tensor? step(Func<Tensor>? closure = null) => Step<ParamGroup>(StepGroup, closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            ArgumentNullException.ThrowIfNull(param_group);
            var options = (Options)(param_group.Options ??= new Options());
            options.LearningRate ??= _defaults.LearningRate;
            options.momentum ??= _defaults.momentum;
            options.dampening ??= _defaults.dampening;
            options.weight_decay ??= _defaults.weight_decay;
            options.nesterov ??= _defaults.nesterov;
            options.maximize ??= _defaults.maximize;
            AddGroup(param_group, parameter => new State(parameter));
        }

        private void StepGroup(ParamGroup group)
        {
            var options = group.Options;
            var parameters = (IReadOnlyList<Parameter>)group.Parameters;
            var tensors = new Tensor?[2 * parameters.Count];
            var fresh = new byte[parameters.Count];
            for (var i = 0; i < parameters.Count; i++)
            {
                tensors[2 * i] = parameters[i];
                if (options.momentum != 0)
                    (tensors[(2 * i) + 1], fresh[i]) = ((State)_state[parameters[i]]).Buffer();
            }

            Native.Sgd(tensors, fresh, new Native.SgdSettings
            {
                LearningRate = options.LearningRate!.Value,
                Momentum = options.momentum!.Value,
                Dampening = options.dampening!.Value,
                WeightDecay = options.weight_decay!.Value,
                Nesterov = options.nesterov!.Value ? 1 : 0,
                Maximize = options.maximize!.Value ? 1 : 0,
            });
        }

        /// <summary>The running sum of gradients; null before the first gradient and without momentum.</summary>
        public class State : OptimizerState, IDisposable
        {
            public Tensor? momentum_buffer;

            private readonly Parameter _parameter;

            internal State(Parameter parameter) => _parameter = parameter;

            public void Dispose() => momentum_buffer?.Dispose();

            public override void to(Device device) => Move(ref momentum_buffer, device);

            public override void SaveStateDict(BinaryWriter writer)
            {
                ArgumentNullException.ThrowIfNull(writer);
                Write(writer, momentum_buffer);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                ArgumentNullException.ThrowIfNull(reader);
                Read(reader, ref momentum_buffer, _parameter);
            }

            public override void LoadStateDict(OptimizerState source) => Take(ref momentum_buffer, ((State)source).momentum_buffer);

            /// <summary>The buffer, and 1 when it is new and has to become the first gradient.</summary>
            internal (Tensor? Buffer, byte Fresh) Buffer()
            {
                if (momentum_buffer is not null)
                    return (momentum_buffer, 0);
                using var gradient = _parameter.grad;
                if (gradient is not null)
                    momentum_buffer = Zeros(_parameter);
                return (momentum_buffer, 1);
            }
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (momentum, dampening, weight_decay) = (other.momentum, other.dampening, other.weight_decay);
                (nesterov, maximize) = (other.nesterov, other.maximize);
            }
        }

        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) => new(parameters.Select(named => named.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters,
                double learningRate,
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
