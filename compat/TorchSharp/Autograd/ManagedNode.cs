using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>The managed half of a graph node: what libtorch calls back when gradients arrive.</summary>
        internal sealed class ManagedNode
        {
            private readonly string _name;
            private readonly Func<AutogradContext, List<Tensor>, List<Tensor>> _backward;
            private readonly bool[] _isTensor; // of forward's arguments
            private (long[] Shape, ScalarType Type, Device Device)[] _outputs = [];

            internal ManagedNode(string name, Func<AutogradContext, List<Tensor>, List<Tensor>> backward, object?[] arguments)
            {
                _name = name;
                _backward = backward;
                _isTensor = Array.ConvertAll(arguments, IsTensor);
            }

            internal AutogradContext Context { get; } = new();

            internal static bool IsTensor(object? argument) => argument is Tensor { IsInvalid: false };

            /// <summary>Makes the graph: inputs -> this node -> outputs.</summary>
            internal unsafe void Attach(List<Tensor> inputs, List<Tensor> outputs)
            {
                _outputs = [.. outputs.Select(output => (output.shape, output.dtype, output.device))];
                var managed = GCHandle.ToIntPtr(GCHandle.Alloc(this));
                var handles = Handles(inputs);
                nint holder;
                fixed (nint* list = handles)
                    holder = Native.alster_node_create(list, handles.Length, &Backward, &Release, managed);
                GC.KeepAlive(inputs);
                if (holder == 0)
                {
                    GCHandle.FromIntPtr(managed).Free();
                    Native.Throw();
                }

                try
                {
                    foreach (var output in outputs)
                    {
                        var differentiable = !Context.NonDifferentiable.Exists(other => ReferenceEquals(other, output));
                        Native.Done(Native.alster_node_output(holder, output.Handle, differentiable ? 1 : 0));
                    }

                    Context.Commit(holder);
                }
                finally
                {
                    Native.alster_node_free(holder); // the outputs hold the node from here on
                }
            }

            [UnmanagedCallersOnly]
            private static void Release(nint managed)
            {
                var handle = GCHandle.FromIntPtr(managed);
                ((ManagedNode)handle.Target!).Context.Dispose();
                handle.Free();
            }

            // Nothing may be thrown into native code: a failure travels as text, the exception itself beside it.
            [UnmanagedCallersOnly]
            private static unsafe int Backward(nint managed, nint* gradients, int gradientCount, nint* results, int resultCount)
            {
                var node = (ManagedNode)GCHandle.FromIntPtr(managed).Target!;
                try
                {
                    using var scope = NewDisposeScope();
                    node.Run(new ReadOnlySpan<nint>(gradients, gradientCount), new Span<nint>(results, resultCount));
                    return 1;
                }
#pragma warning disable CA1031 // Whatever it is, the caller of backward gets it.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Native.CallbackException = exception;
                    fixed (byte* text = Encoding.UTF8.GetBytes($"{node._name}.backward: {exception.Message}\0"))
                        Native.alster_set_error(text);
                    return 0;
                }
            }

            private void Run(ReadOnlySpan<nint> gradients, Span<nint> results)
            {
                var given = new List<Tensor>(gradients.Length);
                for (var i = 0; i < gradients.Length; i++)
                {
                    var (shape, type, device) = _outputs[i];
                    given.Add(gradients[i] != 0 ? new Tensor(Native.at_same(gradients[i]))
                        : Context.MaterializeGrads ? zeros(shape, type, device) : null!);
                }

                var returned = _backward(Context, given);
                if (returned.Count != _isTensor.Length)
                    throw new InvalidOperationException($"{_name} returned {returned.Count} gradients, expected one for each of the {_isTensor.Length} arguments of forward.");

                var next = 0;
                for (var i = 0; i < _isTensor.Length; i++)
                {
                    if (_isTensor[i])
                        results[next++] = returned[i] is { } gradient ? Native.at_same(gradient.Handle) : 0;
                    else if (returned[i] is not null)
                        throw new InvalidOperationException($"{_name} returned a gradient for argument {i}, which is not a tensor.");
                }
            }
        }
    }
}
