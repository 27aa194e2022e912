using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that a module learns: modules list it among their parameters.</summary>
    public class Parameter : Tensor
    {
        /// <summary>Takes over the storage of <paramref name="data"/>, which becomes empty.</summary>
        public Parameter(Tensor data, bool requires_grad = true)
            : base(Native.at_same((data ?? throw new ArgumentNullException(nameof(data))).Handle))
        {
            this.requires_grad = requires_grad;
            data.Dispose();
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Makes a parameter from <paramref name="data"/>, which becomes empty.</summary>
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
