namespace AlsterNode.MessageGenerator;

/// <summary>A definition file that cannot be used; the compiler shows the message.</summary>
internal sealed class DefinitionException(string message) : Exception(message);
