using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam, Kingma and Ba 2015; weight decay enters the gradient.</summary>
    public class Adam : OptimizerHelper, IBetas
    {
        private readonly Options _defaults;

        public Adam(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        public Adam(
            IEnumerable<ParamGroup> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
            : this(
                parameters,
                new Options
                {
                    LearningRate = lr,
                    InitialLearningRate = lr,
                    beta1 = beta1,
                    beta2 = beta2,
                    eps = eps,
                    weight_decay = weight_decay,
                    amsgrad = amsgrad,
                    maximize = maximize,
                })
        {
        }

        private protected Adam(IEnumerable<Modules.ParamGroup> parameters, Options defaults)
        {
            Validate(defaults);
            _defaults = defaults;
            foreach (var group in parameters)
                add_param_group(group);
        }

        /// <summary>The defaults for groups that are added later.</summary>
        public (double, double) Betas
        {
            get => (_defaults.beta1!.Value, _defaults.beta2!.Value);
            set => (_defaults.beta1, _defaults.beta2) = value;
        }

        /// <summary>One native call a group; parameters without a gradient stay as they are.</summary>
        public override Tensor? step(Func<Tensor>? closure = null) => Step<Modules.ParamGroup>(StepGroup, closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            ArgumentNullException.ThrowIfNull(param_group);
            var options = (Options)(param_group.Options ??= NewOptions());
            options.LearningRate ??= _defaults.LearningRate;
            options.beta1 ??= _defaults.beta1;
            options.beta2 ??= _defaults.beta2;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            options.amsgrad ??= _defaults.amsgrad;
            options.maximize ??= _defaults.maximize;
            AddGroup(param_group, parameter => NewState(parameter, options.amsgrad!.Value));
        }

        /// <summary>Whether weight decay shrinks the weights themselves.</summary>
        private protected virtual bool Decoupled => false;

        private protected virtual Options NewOptions() => new();

        private protected virtual State NewState(Parameter parameter, bool amsgrad) => new(parameter, amsgrad);

        private static void Validate(Options options)
        {
            if (options.LearningRate < 0)
                throw new ArgumentException($"Invalid learning rate: {options.LearningRate}");
            if (options.eps < 0)
                throw new ArgumentException($"Invalid epsilon: {options.eps}");
            if (options.beta1 is < 0 or >= 1)
                throw new ArgumentException($"Invalid beta1: {options.beta1}");
            if (options.beta2 is < 0 or >= 1)
                throw new ArgumentException($"Invalid beta2: {options.beta2}");
            if (options.weight_decay < 0)
                throw new ArgumentException($"Invalid weight_decay value: {options.weight_decay}");
        }

        private void StepGroup(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            var parameters = (IReadOnlyList<Parameter>)group.Parameters;
            var tensors = new Tensor?[4 * parameters.Count];
            var steps = new long[parameters.Count];
            for (var i = 0; i < parameters.Count; i++)
            {
                var state = (State)_state[parameters[i]];
                (tensors[4 * i], tensors[(4 * i) + 1], tensors[(4 * i) + 2], tensors[(4 * i) + 3]) =
                    (parameters[i], state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq);
                steps[i] = state.step;
            }

            Native.Adam(tensors, steps, new Native.AdamSettings
            {
                LearningRate = options.LearningRate!.Value,
                Beta1 = options.beta1!.Value,
                Beta2 = options.beta2!.Value,
                Epsilon = options.eps!.Value,
                WeightDecay = options.weight_decay!.Value,
                Maximize = options.maximize!.Value ? 1 : 0,
                Decoupled = Decoupled ? 1 : 0,
            });
            for (var i = 0; i < parameters.Count; i++)
                ((State)_state[parameters[i]]).step = steps[i];
        }

        /// <summary>Steps taken and running averages of the gradient and of its square.</summary>
        public class State : OptimizerState, IDisposable
        {
            public long step;
            public Tensor? exp_avg;
            public Tensor? exp_avg_sq;
            public Tensor? max_exp_avg_sq;

            private readonly Parameter _parameter;

            internal State(Parameter parameter, bool amsgrad)
            {
                _parameter = parameter;
                exp_avg = Zeros(parameter);
                exp_avg_sq = Zeros(parameter);
                max_exp_avg_sq = amsgrad ? Zeros(parameter) : null;
            }

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
            }

            public override void to(Device device)
            {
                Move(ref exp_avg, device);
                Move(ref exp_avg_sq, device);
                Move(ref max_exp_avg_sq, device);
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                ArgumentNullException.ThrowIfNull(writer);
                writer.Write(step);
                exp_avg!.Save(writer);
                exp_avg_sq!.Save(writer);
                Write(writer, max_exp_avg_sq);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                ArgumentNullException.ThrowIfNull(reader);
                step = reader.ReadInt64();
                exp_avg!.Load(reader);
                exp_avg_sq!.Load(reader);
                Read(reader, ref max_exp_avg_sq, _parameter);
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                Take(ref exp_avg, other.exp_avg);
                Take(ref exp_avg_sq, other.exp_avg_sq);
                Take(ref max_exp_avg_sq, other.max_exp_avg_sq);
            }
        }

        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? weight_decay;
            public double? eps;
            public bool? amsgrad;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(beta1!.Value);
                writer.Write(beta2!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(amsgrad!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (beta1, beta2, eps) = (other.beta1, other.beta2, other.eps);
                (weight_decay, amsgrad, maximize) = (other.weight_decay, other.amsgrad, other.maximize);
            }
        }

        public class ParamGroup : ParamGroup<Options>, IBetas
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
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        beta1 = beta1,
                        beta2 = beta2,
                        eps = eps,
                        weight_decay = weight_decay,
                        amsgrad = amsgrad,
                        maximize = maximize,
                    })
            {
            }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
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
            /// <summary>As in the official package beta2 defaults to 0.99 here, and to 0.999 in the constructor.</summary>
            public static Adam Adam(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.99,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.99,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) => new(parameters.Select(named => named.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(
                IEnumerable<Adam.ParamGroup> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.99,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
