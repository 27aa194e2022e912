using AlsterNode.Ros2.Messages.RclInterfaces;

namespace AlsterNode.Ros2.Parameters;

/// <summary>Parameter values as C# has them and as messages carry them.</summary>
internal static class ParameterValues
{
    /// <summary>The type's number; PARAMETER_NOT_SET for what is no parameter.</summary>
    public static byte TypeOf(object? value) => value switch
    {
        bool => ParameterType.PARAMETER_BOOL,
        long => ParameterType.PARAMETER_INTEGER,
        double => ParameterType.PARAMETER_DOUBLE,
        string => ParameterType.PARAMETER_STRING,
        byte[] => ParameterType.PARAMETER_BYTE_ARRAY,
        bool[] => ParameterType.PARAMETER_BOOL_ARRAY,
        long[] => ParameterType.PARAMETER_INTEGER_ARRAY,
        double[] => ParameterType.PARAMETER_DOUBLE_ARRAY,
        string[] => ParameterType.PARAMETER_STRING_ARRAY,
        _ => ParameterType.PARAMETER_NOT_SET,
    };

    /// <summary>The type in words, for messages to the user.</summary>
    public static string NameOf(object? value) => TypeOf(value) switch
    {
        ParameterType.PARAMETER_BOOL => "a boolean",
        ParameterType.PARAMETER_INTEGER => "an integer",
        ParameterType.PARAMETER_DOUBLE => "a double",
        ParameterType.PARAMETER_STRING => "a string",
        ParameterType.PARAMETER_BYTE_ARRAY => "a byte array",
        ParameterType.PARAMETER_BOOL_ARRAY => "a boolean array",
        ParameterType.PARAMETER_INTEGER_ARRAY => "an integer array",
        ParameterType.PARAMETER_DOUBLE_ARRAY => "a double array",
        ParameterType.PARAMETER_STRING_ARRAY => "a string array",
        _ => "not set",
    };

    public static ParameterValue ToMessage(object? value)
    {
        var message = new ParameterValue { Type = TypeOf(value) };
        switch (value)
        {
            case bool boolean: message.BoolValue = boolean; break;
            case long integer: message.IntegerValue = integer; break;
            case double number: message.DoubleValue = number; break;
            case string text: message.StringValue = text; break;
            case byte[] bytes: message.ByteArrayValue = bytes; break;
            case bool[] booleans: message.BoolArrayValue = booleans; break;
            case long[] integers: message.IntegerArrayValue = integers; break;
            case double[] numbers: message.DoubleArrayValue = numbers; break;
            case string[] texts: message.StringArrayValue = texts; break;
        }
        return message;
    }

    /// <summary>Null for "not set" and for types that do not exist.</summary>
    public static object? FromMessage(ParameterValue message) => message.Type switch
    {
        ParameterType.PARAMETER_BOOL => message.BoolValue,
        ParameterType.PARAMETER_INTEGER => message.IntegerValue,
        ParameterType.PARAMETER_DOUBLE => message.DoubleValue,
        ParameterType.PARAMETER_STRING => message.StringValue,
        ParameterType.PARAMETER_BYTE_ARRAY => message.ByteArrayValue,
        ParameterType.PARAMETER_BOOL_ARRAY => message.BoolArrayValue,
        ParameterType.PARAMETER_INTEGER_ARRAY => message.IntegerArrayValue,
        ParameterType.PARAMETER_DOUBLE_ARRAY => message.DoubleArrayValue,
        ParameterType.PARAMETER_STRING_ARRAY => message.StringArrayValue,
        _ => null,
    };

    /// <summary>A value from the command line as the declared type, where nothing is lost: 1 for a double, [] for any array.</summary>
    public static object Adapted(object value, object declared) => (value, declared) switch
    {
        (long integer, double) => (double)integer,
        (long[] integers, double[]) => Array.ConvertAll(integers, integer => (double)integer),
        (string[] { Length: 0 }, Array array) => Array.CreateInstance(array.GetType().GetElementType()!, 0),
        (long[] integers, byte[]) when Array.TrueForAll(integers, integer => integer is >= 0 and <= 255) => Array.ConvertAll(integers, integer => (byte)integer),
        _ => value,
    };

    /// <summary>The value as a user writes it.</summary>
    public static string Shown(object value) => value is Array array ? $"[{string.Join(", ", array.Cast<object>())}]" : value is string text ? $"'{text}'" : $"{value}";
}
