namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a function's forward keeps for its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];
            private int _savedCount;

            internal AutogradContext()
            {
            }

            internal List<Tensor> ToSave { get; private set; } = [];

            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>The native node, which owns the saved tensors; 0 during forward.</summary>
            internal nint Node { get; private set; }

            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>Keeps tensors, inputs and outputs included, once per forward. A null keeps its place.</summary>
            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            /// <summary>The kept tensors; throws if one was changed in place since, or if the graph was freed.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                if (Node == 0)
                    throw new InvalidOperationException("Saved variables exist only while backward runs.");

                var handles = new nint[_savedCount];
                fixed (nint* target = handles)
                    Native.Done(Native.alster_node_saved(Node, target, handles.Length));
                return [.. handles.Select(handle => handle == 0 ? null! : new Tensor(handle))];
            }

            /// <summary>Keeps something that is not a tensor.</summary>
            public void save_data(string key, object value) => _data[key] = value;

            public object get_data(string key) => _data.TryGetValue(key, out var value) ? value : null!;

            /// <summary>These outputs get no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = [.. tensors];

            /// <summary>Whether backward sees zeros (the default) or null for an output that nothing used.</summary>
            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            // Forward is over: the node holds the tensors now.
            internal unsafe void Commit(nint holder)
            {
                var handles = Handles(ToSave);
                fixed (nint* tensors = handles)
                    Native.Done(Native.alster_node_save(holder, tensors, handles.Length));
                GC.KeepAlive(ToSave);
                _savedCount = handles.Length;
                ToSave = [];
                NonDifferentiable = [];
                Node = Native.alster_node_pointer(holder);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) => _data.Clear();
        }
    }
}
