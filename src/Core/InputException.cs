namespace AlsterNode.Core;

/// <summary>
/// The user's input cannot be used. The message is one sentence for the user: what was found, where, what was expected.
/// The program prints it on one line and ends with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the error with the sentence the user reads.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>Creates the error with the sentence the user reads and the failure behind it.</summary>
    public InputException(string message, Exception inner) : base(message, inner) { }
}
