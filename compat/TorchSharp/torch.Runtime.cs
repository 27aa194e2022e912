namespace TorchSharp;

/// <summary>Threads, seeds, devices.</summary>
public static partial class torch
{
    public static void set_num_threads(int num) => Native.Done(Native.alster_set_num_threads(num));

    public static int get_num_threads() => Native.alster_get_num_threads();

    public static void set_num_interop_threads(int num) => Native.Done(Native.alster_set_num_interop_threads(num));

    public static int get_num_interop_threads() => Native.alster_get_num_interop_threads();

    /// <summary>Seeds the generators of every device.</summary>
    public static void manual_seed(long seed) => random.manual_seed(seed);

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static partial class random
    {
        /// <summary>Seeds the generators of every device.</summary>
        public static void manual_seed(long seed) => Native.Done(Native.alster_manual_seed(seed));

        /// <summary>The state of the CPU generator, to set again later.</summary>
        public static Tensor get_rng_state() => new(Native.alster_get_rng_state());

        public static void set_rng_state(Tensor new_state)
        {
            ArgumentNullException.ThrowIfNull(new_state);
            var status = Native.alster_set_rng_state(new_state.Handle);
            GC.KeepAlive(new_state);
            Native.Done(status);
        }
    }

    public static partial class cuda
    {
        public static bool is_available() => Native.alster_cuda_is_available() != 0;

        public static int device_count() => Native.alster_cuda_device_count();

        public static bool is_cudnn_available() => Native.alster_cudnn_is_available() != 0;

        public static void synchronize(long device = -1L) => Native.Done(Native.alster_cuda_synchronize((int)device));
    }
}
