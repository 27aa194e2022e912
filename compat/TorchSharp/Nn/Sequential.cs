using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules one after the other; it owns them.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<nn.IModule<Tensor, Tensor>> _modules = [];

        internal Sequential()
            : base(nameof(Sequential))
        {
        }

        protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
            : this()
        {
            foreach (var (name, module) in modules)
                append(name, module);
        }

        protected Sequential(params nn.Module<Tensor, Tensor>[] modules)
            : this()
        {
            foreach (var module in modules)
                append(module);
        }

        public int Count => _modules.Count;

        public nn.IModule<Tensor, Tensor> this[int index] => _modules[index];

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            register_module(name, (nn.Module)module);
            _modules.Add(module);
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append($"{_modules.Count}", module);

        /// <summary>Every result between two modules is freed; autograd keeps what it needs.</summary>
        public override Tensor forward(Tensor tensor)
        {
            if (_modules.Count == 0)
                return tensor.alias();
            var result = _modules[0].call(tensor);
            for (var i = 1; i < _modules.Count; i++)
            {
                var next = _modules[i].call(result);
                result.Dispose();
                result = next;
            }

            return result;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential() => new();

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => Sequential(modules.AsEnumerable());

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential(modules.AsEnumerable());

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                ArgumentNullException.ThrowIfNull(modules);
                var sequential = new Sequential();
                foreach (var (name, module) in modules)
                    sequential.append(name, module);
                return sequential;
            }

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                ArgumentNullException.ThrowIfNull(modules);
                var sequential = new Sequential();
                foreach (var module in modules)
                    sequential.append(module);
                return sequential;
            }
        }
    }
}
