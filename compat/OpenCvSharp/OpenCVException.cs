namespace OpenCvSharp;

/// <summary>An error that OpenCV reports.</summary>
public class OpenCVException : Exception
{
    public OpenCVException(ErrorCode status, string funcName, string errMsg, string fileName, int line) : base(errMsg) =>
        (Status, FuncName, ErrMsg, FileName, Line) = (status, funcName, errMsg, fileName, line);

    public OpenCVException() { }

    public OpenCVException(string message) : base(message) { }

    public OpenCVException(string message, Exception innerException) : base(message, innerException) { }

    public ErrorCode Status { get; set; }

    public string FuncName { get; set; } = "";

    public string ErrMsg { get; set; } = "";

    public string FileName { get; set; } = "";

    public int Line { get; set; }
}

/// <summary>A wrong use of the managed side.</summary>
public class OpenCvSharpException : Exception
{
    public OpenCvSharpException() { }

    public OpenCvSharpException(string message) : base(message) { }

    public OpenCvSharpException(string message, Exception innerException) : base(message, innerException) { }
}
