namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. Whoever makes it disposes it: directly, or by a <see cref="NewDisposeScope"/> around the code.
    /// The finalizer is only a safety net: the collector does not see native memory.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private const long PressureFrom = 1 << 20;

        private static long s_total;
        private static long s_peak;

        private nint _handle;
        private long _pressure; // what the collector was told of

        /// <summary>Takes ownership of a native result; 0 throws what libtorch said.</summary>
        internal Tensor(nint handle)
        {
            if (handle == 0)
            {
                GC.SuppressFinalize(this);
                Native.Throw();
            }

            _handle = handle;
            var total = Interlocked.Increment(ref s_total);
            if (total > s_peak)
                s_peak = total;
            DisposeScopeManager.ThreadSingleton.Register(this);
            if (OwningDisposeScope is null)
                LeaveToCollector();
        }

        /// <summary>Live tensors of the process, those awaiting their finalizer included.</summary>
        public static long TotalCount => Interlocked.Read(ref s_total);

        public static long PeakCount => s_peak;

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>Where the owning scope keeps this tensor.</summary>
        internal int ScopeSlot { get; set; }

        public IntPtr Handle => _handle != 0
            ? _handle
            : throw new InvalidOperationException("Tensor invalid -- empty handle. It was disposed, or its dispose scope ended.");

        public bool IsInvalid => _handle == 0;

        /// <summary>A name for debugging.</summary>
        public string? name { get; set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
                return;

            if (disposing)
                DisposeScopeManager.ThreadSingleton.Forget(this);
            Release(MoveHandle());
        }

        /// <summary>Gives the native tensor away and becomes invalid; its owner is then the caller.</summary>
        internal nint MoveHandle()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return 0;

            Interlocked.Decrement(ref s_total);
            TakeFromCollector();
            return handle;
        }

        /// <summary>
        /// Tells the collector how much native memory hangs on a tensor that no scope frees. A scope's tensors do not count: each would bring
        /// the next full collection nearer, some ten in a frame, for memory that is freed anyway.
        /// </summary>
        internal void LeaveToCollector()
        {
            var bytes = Native.at_owned_bytes(_handle);
            if (bytes >= PressureFrom)
                GC.AddMemoryPressure(_pressure = bytes);
        }

        /// <summary>The tensor has an owner again.</summary>
        internal void TakeFromCollector()
        {
            if (_pressure > 0)
                GC.RemoveMemoryPressure(_pressure);
            _pressure = 0;
        }

        private static void Release(nint handle)
        {
            if (handle != 0)
                Native.alster_free(handle);
        }

        ~Tensor() => Dispose(false);

        /// <summary>Wraps a result; the inputs are named so that none is finalized while the operator still reads it.</summary>
        internal static Tensor Wrap(nint result, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null)
        {
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(c);
            GC.KeepAlive(d);
            return new Tensor(result);
        }

        /// <summary>The end of an in-place operator.</summary>
        internal Tensor Changed(int status, Tensor? a = null, Tensor? b = null)
        {
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            Native.Done(status);
            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Same shape and same values.</summary>
        public bool Equals(Tensor target)
        {
            ArgumentNullException.ThrowIfNull(target);
            var same = Native.at_equal(Handle, target.Handle) != 0;
            GC.KeepAlive(target);
            Native.Check();
            return same;
        }

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public override string ToString() => IsInvalid
            ? "Tensor invalid"
            : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        /// <summary>Moves the tensor to the scope around the current owner; null: it stays until it is disposed.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            return MoveToOtherDisposeScope(other.OwningDisposeScope);
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null && other is not null)
                other.Attach(this);
            else
                OwningDisposeScope?.MoveToOther(other, this);
            return this;
        }

        /// <summary>Takes the tensor out of every scope: the caller disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }
    }
}
