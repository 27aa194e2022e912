namespace OpenCvSharp;

/// <summary>Width and height of an image [px].</summary>
public record struct Size(int Width, int Height)
{
    public int Width = Width;

    public int Height = Height;
}

/// <summary>Up to four channel values.</summary>
public record struct Scalar(double Val0, double Val1, double Val2, double Val3)
{
    public double Val0 = Val0;

    public double Val1 = Val1;

    public double Val2 = Val2;

    public double Val3 = Val3;

    public Scalar(double v0) : this(v0, 0, 0, 0) { }

    public Scalar(double v0, double v1) : this(v0, v1, 0, 0) { }

    public Scalar(double v0, double v1, double v2) : this(v0, v1, v2, 0) { }

    public static implicit operator Scalar(double val) => new(val);

    public static Scalar All(double v) => new(v, v, v, v);
}

/// <summary>One parameter of an image encoder.</summary>
public class ImageEncodingParam(ImwriteFlags id, int value)
{
    public ImwriteFlags EncodingId { get; } = id;

    public int Value { get; } = value;
}

/// <summary>A matrix that is read.</summary>
public class InputArray
{
    internal InputArray(Mat mat) => Mat = mat;

    internal Mat Mat { get; }

    public static implicit operator InputArray(Mat mat) => new(mat);

    public static InputArray Create(Mat mat) => new(mat);
}

/// <summary>A matrix that is written; it is allocated when type or size differ.</summary>
public class OutputArray
{
    internal OutputArray(Mat mat) => Mat = mat;

    internal Mat Mat { get; }

    public static implicit operator OutputArray(Mat mat) => new(mat);

    public static OutputArray Create(Mat mat) => new(mat);
}
