namespace TorchSharp;

public static partial class torch
{
    /// <summary>Switches gradient recording for this thread until disposed.</summary>
    internal sealed class AutoGradMode : IDisposable
    {
        private readonly bool _before = IsEnabled;

        internal AutoGradMode(bool enabled) => Native.alster_set_grad_enabled(enabled ? 1 : 0);

        internal static bool IsEnabled => Native.alster_grad_enabled() != 0;

        public void Dispose() => Native.alster_set_grad_enabled(_before ? 1 : 0);
    }

    /// <summary>No gradients and no version counters for this thread until disposed.</summary>
    private sealed class InferenceMode : IDisposable
    {
        private nint _mode;

        internal InferenceMode(bool enabled)
        {
            _mode = Native.alster_inference_enter(enabled ? 1 : 0);
            Native.Check();
        }

        public void Dispose()
        {
            if (_mode != 0)
                Native.alster_inference_leave(_mode);
            _mode = 0;
        }
    }

    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);

    public static bool is_grad_enabled() => AutoGradMode.IsEnabled;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.alster_inference_enabled() != 0;
}
