using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, parameter) in _parameters)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter.Handle))
                        yield return (name, parameter);
                }

                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in _submodules)
                {
                    foreach (var (name, parameter) in module.named_parameters())
                    {
                        if (seen.Add(parameter.Handle))
                            yield return ($"{prefix}.{name}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(named => named.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, (tensor, persistent)) in _buffers)
                {
                    if (!tensor.IsInvalid && (persistent || include_nonpersistent) && seen.Add(tensor.Handle))
                        yield return (name, tensor);
                }

                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in _submodules)
                {
                    foreach (var (name, tensor) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(tensor.Handle))
                            yield return ($"{prefix}.{name}", tensor);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _submodules.Select(pair => (pair.Key, pair.Value));

            public virtual IEnumerable<Module> children() => named_children().Select(named => named.module);

            /// <summary>All submodules: the direct ones first, then theirs. The module itself is not listed.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children())
                    yield return child;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (name, module) in child.named_modules())
                        yield return ($"{prefix}.{name}", module);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>The parameter of this dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                if (_parameters.TryGetValue(target, out var parameter))
                    return parameter;
                return Descend(target, out var rest)?.get_parameter(rest);
            }

            /// <summary>The buffer of this dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                if (_buffers.TryGetValue(target, out var buffer))
                    return buffer.Tensor;
                return Descend(target, out var rest)?.get_buffer(rest);
            }

            private Module? Descend(string target, out string rest)
            {
                var dot = target.IndexOf('.', StringComparison.Ordinal);
                rest = target[(dot + 1)..];
                return dot > 0 && _submodules.TryGetValue(target[..dot], out var module) ? module : null;
            }
        }
    }
}
