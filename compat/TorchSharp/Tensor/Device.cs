using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A device; index -1 means the current one of its type.</summary>
    public class Device
    {
        public Device(DeviceType type, int index = -1)
        {
            this.type = type;
            this.index = index;
        }

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            var parts = description.Split(':');
            type = Enum.TryParse<DeviceType>(parts[0], ignoreCase: true, out var parsed) && parts.Length <= 2
                ? parsed
                : throw new ArgumentException($"Device '{description}' is unknown, expected cpu, cuda or cuda:N.", nameof(description));
            index = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString() => index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        public override bool Equals(object? obj) => obj is Device other && other.type == type && other.index == index;

        public override int GetHashCode() => HashCode.Combine(type, index);
    }

    public static Device device(string description) => new(description);

    public static Device device(DeviceType type, int index = -1) => new(type, index);
}
