using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    public abstract class BatchNorm : NormBase
    {
        private protected BatchNorm(
            long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
        {
        }

        /// <summary>Normalises by the batch while training, by the running statistics otherwise.</summary>
        public override Tensor forward(Tensor input)
        {
            ArgumentNullException.ThrowIfNull(input);
            ValidateInputDimensions(input);
            var factor = momentum ?? 0;
            if (training && num_batches_tracked is { } batches)
            {
                batches.add_(1);
                factor = momentum ?? 1.0 / batches.item<long>();
            }

            var byBatch = training || running_mean is null || running_var is null;
            var track = !training || track_running_stats;
            return ModuleFunctions.BatchNorm(
                input, track ? running_mean : null, track ? running_var : null, affine ? weight : null, bias, byBatch, factor, eps);
        }
    }

    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm1d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input)
        {
            if (input.shape.Length is not (2 or 3))
                throw new ArgumentException($"expected 2D or 3D input, but got {input.shape.Length}D input.", nameof(input));
        }
    }

    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm2d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input)
        {
            if (input.shape.Length != 4)
                throw new ArgumentException($"expected 4D input, but got {input.shape.Length}D input.", nameof(input));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Over [B, C] or [B, C, L].</summary>
            public static BatchNorm1d BatchNorm1d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <summary>Over [B, C, H, W].</summary>
            public static BatchNorm2d BatchNorm2d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
        }
    }
}
