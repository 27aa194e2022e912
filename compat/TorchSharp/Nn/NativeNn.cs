using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Entry points of native/nn.cpp: initialisation and whole optimizer steps in one call each.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] private static partial int alster_nn_fill_uniform(nint tensor, double low, double high);
    [LibraryImport(Library)] private static partial int alster_nn_fill_normal(nint tensor, double mean, double std);
    [LibraryImport(Library)] private static partial int alster_nn_fill_trunc_normal(nint tensor, double mean, double std, double low, double high);
    [LibraryImport(Library)] private static partial int alster_nn_fill(nint tensor, double value);
    [LibraryImport(Library)] private static partial int alster_nn_zero_grad(nint* parameters, int count);
    [LibraryImport(Library)] private static partial int alster_nn_clip_grad_norm(nint* parameters, int count, double maxNorm, double normType, double* norm);
    [LibraryImport(Library)] private static partial int alster_nn_adam(nint* tensors, long* steps, int count, AdamSettings* settings);
    [LibraryImport(Library)] private static partial int alster_nn_sgd(nint* tensors, byte* fresh, int count, SgdSettings* settings);

    /// <summary>One parameter group's settings, laid out as in nn.cpp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AdamSettings
    {
        public double LearningRate;
        public double Beta1;
        public double Beta2;
        public double Epsilon;
        public double WeightDecay;
        public int Maximize;

        /// <summary>1: AdamW, the decay shrinks the weights instead of entering the gradient.</summary>
        public int Decoupled;
    }

    /// <summary>One parameter group's settings, laid out as in nn.cpp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SgdSettings
    {
        public double LearningRate;
        public double Momentum;
        public double Dampening;
        public double WeightDecay;
        public int Nesterov;
        public int Maximize;
    }

    internal static void FillUniform(Tensor tensor, double low, double high) => Done(alster_nn_fill_uniform(tensor.Handle, low, high), tensor);

    internal static void FillNormal(Tensor tensor, double mean, double std) => Done(alster_nn_fill_normal(tensor.Handle, mean, std), tensor);

    internal static void FillTruncatedNormal(Tensor tensor, double mean, double std, double low, double high) =>
        Done(alster_nn_fill_trunc_normal(tensor.Handle, mean, std, low, high), tensor);

    internal static void Fill(Tensor tensor, double value) => Done(alster_nn_fill(tensor.Handle, value), tensor);

    internal static void ZeroGradients(Tensor[] parameters)
    {
        fixed (nint* handles = Handles(parameters))
            Done(alster_nn_zero_grad(handles, parameters.Length), parameters);
    }

    internal static double ClipGradientNorm(Tensor[] parameters, double maxNorm, double normType)
    {
        double norm;
        fixed (nint* handles = Handles(parameters))
            Done(alster_nn_clip_grad_norm(handles, parameters.Length, maxNorm, normType, &norm), parameters);
        return norm;
    }

    /// <summary>One Adam step; <paramref name="tensors"/> holds parameter, average, average of squares and maximum (or null) of each of the parameters.</summary>
    internal static void Adam(Tensor?[] tensors, long[] steps, AdamSettings settings)
    {
        fixed (nint* handles = Handles(tensors))
        fixed (long* stepsPointer = steps)
            Done(alster_nn_adam(handles, stepsPointer, steps.Length, &settings), tensors);
    }

    /// <summary>One SGD step; <paramref name="tensors"/> holds parameter and momentum buffer (or null) of each of the parameters.</summary>
    /// <param name="tensors">Two per parameter.</param>
    /// <param name="fresh">1 where the buffer holds nothing yet and becomes the gradient itself.</param>
    /// <param name="settings">The group's settings.</param>
    internal static void Sgd(Tensor?[] tensors, byte[] fresh, SgdSettings settings)
    {
        fixed (nint* handles = Handles(tensors))
        fixed (byte* freshPointer = fresh)
            Done(alster_nn_sgd(handles, freshPointer, fresh.Length, &settings), tensors);
    }

    private static nint[] Handles(Tensor?[] tensors) => Array.ConvertAll(tensors, tensor => tensor is null ? 0 : tensor.Handle);

    /// <summary>Keeps the tensors alive until the call is over, and throws when it failed.</summary>
    private static void Done(int succeeded, object tensors)
    {
        GC.KeepAlive(tensors);
        if (succeeded == 0)
            Throw();
    }
}
