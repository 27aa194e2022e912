namespace TorchSharp;

/// <summary>Single elements as .NET numbers.</summary>
public static partial class TensorExtensionMethods
{
    public static Scalar ToScalar(this torch.Tensor value) => value.ReadScalar();

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();
}
