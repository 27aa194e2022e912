namespace OpenCvSharp;

/// <summary>How an image file is decoded.</summary>
[Flags]
public enum ImreadModes
{
    Unchanged = -1,
    Grayscale = 0,
    Color = 1,
    AnyDepth = 2,
    AnyColor = 4,
    IgnoreOrientation = 128,
}

/// <summary>Parameters of image encoders.</summary>
public enum ImwriteFlags
{
    JpegQuality = 1,
    JpegProgressive = 2,
    JpegOptimize = 3,
    PngCompression = 16,
    PngStrategy = 17,
}

/// <summary>Conversions between colour spaces.</summary>
public enum ColorConversionCodes
{
    BGR2BGRA = 0,
    RGB2RGBA = BGR2BGRA,
    BGRA2BGR = 1,
    RGBA2RGB = BGRA2BGR,
    BGR2RGBA = 2,
    RGB2BGRA = BGR2RGBA,
    RGBA2BGR = 3,
    BGRA2RGB = RGBA2BGR,
    BGR2RGB = 4,
    RGB2BGR = BGR2RGB,
    BGR2GRAY = 6,
    RGB2GRAY = 7,
    GRAY2BGR = 8,
    GRAY2RGB = GRAY2BGR,
    BGRA2GRAY = 10,
    RGBA2GRAY = 11,
    BGR2HSV = 40,
    RGB2HSV = 41,
    BayerBG2BGR = 46,
    BayerGB2BGR = 47,
    BayerRG2BGR = 48,
    BayerGR2BGR = 49,
    HSV2BGR = 54,
    HSV2RGB = 55,
    YUV2BGR_NV12 = 91,
    YUV2RGB_UYVY = 107,
    YUV2BGR_UYVY = 108,
    YUV2RGB_YUY2 = 115,
    YUV2BGR_YUY2 = 116,
}

/// <summary>How a value between pixels is found.</summary>
[Flags]
public enum InterpolationFlags
{
    Nearest = 0,
    Linear = 1,
    Cubic = 2,
    Area = 3,
    Lanczos4 = 4,
}

/// <summary>What lies outside an image.</summary>
[Flags]
public enum BorderTypes
{
    Constant = 0,
    Replicate = 1,
    Reflect = 2,
    Wrap = 3,
    Reflect101 = 4,
    Default = Reflect101,
}

/// <summary>OpenCV's error codes.</summary>
public enum ErrorCode
{
    StsOk = 0,
    StsBackTrace = -1,
    StsError = -2,
    StsInternal = -3,
    StsNoMem = -4,
    StsBadArg = -5,
    StsNullPtr = -27,
    StsBadSize = -201,
    StsUnmatchedFormats = -205,
    StsBadFlag = -206,
    StsUnmatchedSizes = -209,
    StsUnsupportedFormat = -210,
    StsOutOfRange = -211,
    StsParseError = -212,
    StsNotImplemented = -213,
    StsAssert = -215,
}
