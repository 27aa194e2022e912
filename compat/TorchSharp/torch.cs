namespace TorchSharp;

/// <summary>The subset of TorchSharp 0.106 that AlsterNode calls, over libtorch through libalstertorch.</summary>
public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU, -1);
    public static readonly Device CUDA = new(DeviceType.CUDA, -1);

    public const ScalarType uint8 = ScalarType.Byte;
    public const ScalarType int8 = ScalarType.Int8;
    public const ScalarType int16 = ScalarType.Int16;
    public const ScalarType int32 = ScalarType.Int32;
    public const ScalarType int64 = ScalarType.Int64;
    public const ScalarType float16 = ScalarType.Float16;
    public const ScalarType half = ScalarType.Float16;
    public const ScalarType bfloat16 = ScalarType.BFloat16;
    public const ScalarType float32 = ScalarType.Float32;
    public const ScalarType float64 = ScalarType.Float64;
    public const ScalarType @bool = ScalarType.Bool;

    public static partial class autograd
    {
    }

    public static partial class cuda
    {
    }

    public static partial class random
    {
    }

    public static partial class nn
    {
        public static partial class functional
        {
        }
    }

    public static partial class optim
    {
    }
}
