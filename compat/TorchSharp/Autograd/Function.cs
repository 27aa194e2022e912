namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A differentiable function whose two directions are written in C#; call it through <c>apply</c>.</summary>
        /// <typeparam name="T">The function's own type.</typeparam>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            private static readonly T Instance = new();

            /// <summary>Names the function in error messages.</summary>
            public abstract string Name { get; }

            /// <summary>Tensors directly among the arguments get gradients; whatever else is passed through.</summary>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                ArgumentNullException.ThrowIfNull(vars);
                var inputs = vars.Where(ManagedNode.IsTensor).Cast<Tensor>().ToList();
                var node = new ManagedNode(Instance.Name, Instance.Backward, vars);
                List<Tensor> outputs;
                using (no_grad())
                    outputs = Instance.Forward(node.Context, vars);

                // An argument handed through needs a handle of its own: it keeps its own history.
                for (var i = 0; i < outputs.Count; i++)
                {
                    var output = outputs[i];
                    if (inputs.Exists(input => ReferenceEquals(input, output)))
                        outputs[i] = output.alias();
                }

                if (is_grad_enabled() && inputs.Exists(input => input.requires_grad))
                    node.Attach(inputs, outputs);
                return outputs;
            }

            internal abstract List<Tensor> Forward(AutogradContext ctx, object[] vars);

            internal abstract List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradOutputs);
        }

        /// <summary>A function with one result.</summary>
        /// <typeparam name="T">The function's own type.</typeparam>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient for each argument of forward; null for those that are no tensors or need none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradOutputs) => backward(ctx, gradOutputs[0]);
        }

        /// <summary>A function with several results.</summary>
        /// <typeparam name="T">The function's own type.</typeparam>
        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient for each argument of forward; null for those that are no tensors or need none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradOutputs) => backward(ctx, gradOutputs);
        }
    }
}
