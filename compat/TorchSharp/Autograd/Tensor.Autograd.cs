namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                var recorded = Native.at_requires_grad(Handle) != 0;
                GC.KeepAlive(this);
                return recorded;
            }

            set => Changed(Native.at_set_requires_grad(Handle, Flag(value)));
        }

        public Tensor requires_grad_(bool requires_grad = true) => Changed(Native.at_set_requires_grad(Handle, Flag(requires_grad)));

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public bool is_leaf
        {
            get
            {
                var leaf = Native.at_is_leaf(Handle) != 0;
                GC.KeepAlive(this);
                return leaf;
            }
        }

        public void retain_grad() => Changed(Native.at_retain_grad(Handle));

        /// <summary>The gradient gathered so far; null where there is none. Each read makes a new handle of it.</summary>
        public Tensor? grad
        {
            get
            {
                var gradient = Native.at_grad(Handle);
                GC.KeepAlive(this);
                if (gradient != 0)
                    return new Tensor(gradient);
                Native.Check();
                return null;
            }

            set => Changed(Native.at_set_grad(Handle, value?.Handle ?? 0), value);
        }

        /// <summary>Adds the gradients of this tensor to those of the leaves it was computed from.</summary>
        public void backward(IList<Tensor>? grad_tensors = null, bool create_graph = false, bool retain_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);
    }

    public static partial class autograd
    {
        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var outputs = Handles([.. tensors]);
            var gradients = Handles([.. grad_tensors ?? []]);
            var leaves = Handles([.. inputs ?? []]);
            fixed (nint* outputList = outputs, gradientList = gradients, leafList = leaves)
            {
                var status = Native.at_backward(outputList, outputs.Length, gradientList, gradients.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, leafList, leaves.Length);
                GC.KeepAlive(tensors);
                GC.KeepAlive(grad_tensors);
                GC.KeepAlive(inputs);
                Native.Done(status);
            }
        }

        /// <summary>The gradients of outputs with respect to inputs, returned instead of gathered.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var outputHandles = Handles([.. outputs]);
            var inputHandles = Handles([.. inputs]);
            var gradients = Handles([.. grad_outputs ?? []]);
            var results = new nint[inputHandles.Length];
            fixed (nint* outputList = outputHandles, inputList = inputHandles, gradientList = gradients, resultList = results)
            {
                var status = Native.at_autograd_grad(outputList, outputHandles.Length, inputList, inputHandles.Length, gradientList, gradients.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, resultList);
                GC.KeepAlive(outputs);
                GC.KeepAlive(inputs);
                GC.KeepAlive(grad_outputs);
                Native.Done(status);
            }

            return Array.ConvertAll(results, result => result == 0 ? null! : new Tensor(result));
        }
    }
}
