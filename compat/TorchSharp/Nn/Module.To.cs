using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Moves and converts; the parameters become new objects, so an optimizer is made afterwards.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                Replace(device, dtype);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                Replace(new Device(deviceType, deviceIndex), null);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                Replace(null, dtype);
                return this;
            }

            private void Replace(Device? device, ScalarType? dtype)
            {
                if (device is { type: DeviceType.CUDA } && !cuda.is_available())
                    throw new InvalidOperationException("CUDA is not available.");
                foreach (var (_, module) in named_children())
                {
                    if (device is null)
                        module._to(dtype!.Value, false);
                    else if (dtype is null)
                        module._to(device.type, device.index, false);
                    else
                        module._to(device, dtype.Value, false);
                }

                var replaced = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var name in _parameters.Keys.ToList())
                {
                    var old = _parameters[name];
                    if (Converted(old, device, dtype) is { } moved)
                        replaced[old] = _parameters[name] = (Parameter)new Parameter(moved, old.requires_grad).DetachFromDisposeScope();
                }

                foreach (var name in _buffers.Keys.ToList())
                {
                    var (old, persistent) = _buffers[name];
                    if (Converted(old, device, dtype) is { } moved)
                    {
                        replaced[old] = moved.DetachFromDisposeScope();
                        _buffers[name] = (moved, persistent);
                    }
                }

                Rewire(replaced);
            }

            /// <summary>Points the fields that held a moved tensor at its successor and frees the old one.</summary>
            private void Rewire(Dictionary<Tensor, Tensor> replaced)
            {
                if (replaced.Count == 0)
                    return;
                foreach (var field in InstanceFields())
                {
                    if (typeof(Tensor).IsAssignableFrom(field.FieldType) && field.GetValue(this) is Tensor old && replaced.TryGetValue(old, out var moved))
                        field.SetValue(this, moved);
                }

                foreach (var old in replaced.Keys)
                    old.Dispose();
            }

            /// <summary>A detached copy elsewhere, or null when the tensor is already as wanted; integers keep their type.</summary>
            private static Tensor? Converted(Tensor tensor, Device? device, ScalarType? dtype)
            {
                var type = dtype is not null && IsFloating(tensor.dtype) && IsFloating(dtype.Value) ? dtype.Value : tensor.dtype;
                var sameDevice = device is null
                    || (device.type == tensor.device.type && (device.type == DeviceType.CPU || device.index < 0 || device.index == tensor.device.index));
                if (sameDevice && type == tensor.dtype)
                    return null;
                using var noGradients = no_grad();
                using var detached = tensor.detach();
                if (sameDevice)
                    return detached.to(type);
                if (type == tensor.dtype)
                    return detached.to(device!);
                using var moved = detached.to(device!);
                return moved.to(type);
            }

            private static bool IsFloating(ScalarType type) =>
                type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
        }
    }
}
