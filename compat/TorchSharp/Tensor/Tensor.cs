namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. Dispose it, or create it within a dispose scope.</summary>
    public partial class Tensor : IDisposable
    {
        private nint _handle;

        /// <summary>Takes ownership of a native result; 0 throws what libtorch said.</summary>
        internal Tensor(nint handle)
        {
            if (handle == 0)
            {
                GC.SuppressFinalize(this);
                Native.Throw();
            }

            _handle = handle;
        }

        public IntPtr Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => _handle == 0;

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        private void Release()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                Native.alster_free(handle);
        }

        ~Tensor() => Release();
    }
}
