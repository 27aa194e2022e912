namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            /// <summary>Of logits [B, C, ...] and class ids [B, ...].</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                Tensor.Wrap(Native.at_cross_entropy(input.Handle, target.Handle, weight?.Handle ?? 0, (int)reduction, ignore_index, label_smoothing), input, target, weight);

            /// <summary>Of log-probabilities [B, C, ...] and class ids [B, ...].</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Tensor.Wrap(Native.at_nll_loss(input.Handle, target.Handle, weight?.Handle ?? 0, (int)reduction, -100), input, target, weight);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Wrap(Native.at_mse_loss(input.Handle, target.Handle, (int)reduction), input, target);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Wrap(Native.at_l1_loss(input.Handle, target.Handle, (int)reduction), input, target);

            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Tensor.Wrap(Native.at_binary_cross_entropy_with_logits(input.Handle, target.Handle, weight?.Handle ?? 0, pos_weights?.Handle ?? 0, (int)reduction), input, target, weight, pos_weights);
        }
    }
}
