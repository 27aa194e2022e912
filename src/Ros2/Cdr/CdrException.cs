namespace AlsterNode.Ros2.Cdr;

/// <summary>Bytes that are not the message they should be, or a message that does not fit its type. The message says what was found and where.</summary>
public sealed class CdrException(string message) : Exception(message);
