namespace OpenCvSharp;

/// <summary>Element type of a matrix: depth (bits and kind) and channel count, coded as OpenCV does.</summary>
public readonly struct MatType(int value) : IEquatable<MatType>, IEquatable<int>
{
    public const int CV_8U = 0;
    public const int CV_8S = 1;
    public const int CV_16U = 2;
    public const int CV_16S = 3;
    public const int CV_32S = 4;
    public const int CV_32F = 5;
    public const int CV_64F = 6;

    public static readonly MatType CV_8UC1 = CV_8UC(1);
    public static readonly MatType CV_8UC2 = CV_8UC(2);
    public static readonly MatType CV_8UC3 = CV_8UC(3);
    public static readonly MatType CV_8UC4 = CV_8UC(4);
    public static readonly MatType CV_16UC1 = CV_16UC(1);
    public static readonly MatType CV_16UC3 = CV_16UC(3);
    public static readonly MatType CV_16SC1 = MakeType(CV_16S, 1);
    public static readonly MatType CV_16SC2 = MakeType(CV_16S, 2);
    public static readonly MatType CV_32SC1 = CV_32SC(1);
    public static readonly MatType CV_32FC1 = CV_32FC(1);
    public static readonly MatType CV_32FC2 = CV_32FC(2);
    public static readonly MatType CV_32FC3 = CV_32FC(3);
    public static readonly MatType CV_64FC1 = CV_64FC(1);

    public int Value { get; } = value;

    public int Depth => Value & 7;

    public int Channels => (Value >> 3) + 1;

    public bool IsInteger => Depth < CV_32F;

    public static implicit operator int(MatType self) => self.Value;

    public static implicit operator MatType(int value) => new(value);

    public static bool operator ==(MatType self, MatType other) => self.Equals(other);

    public static bool operator !=(MatType self, MatType other) => !self.Equals(other);

    public static bool operator ==(MatType self, int other) => self.Equals(other);

    public static bool operator !=(MatType self, int other) => !self.Equals(other);

    public static MatType CV_8UC(int ch) => MakeType(CV_8U, ch);

    public static MatType CV_16UC(int ch) => MakeType(CV_16U, ch);

    public static MatType CV_32SC(int ch) => MakeType(CV_32S, ch);

    public static MatType CV_32FC(int ch) => MakeType(CV_32F, ch);

    public static MatType CV_64FC(int ch) => MakeType(CV_64F, ch);

    public static MatType MakeType(int depth, int channels) => new((depth & 7) | ((channels - 1) << 3));

    public bool Equals(MatType other) => Value == other.Value;

    public bool Equals(int other) => Value == other;

    public override bool Equals(object? obj) => obj is MatType other && Equals(other);

    public override int GetHashCode() => Value;

    public override string ToString()
    {
        string[] depths = ["CV_8U", "CV_8S", "CV_16U", "CV_16S", "CV_32S", "CV_32F", "CV_64F", "CV_16F"];
        return $"{depths[Depth]}C{Channels}";
    }
}
