namespace AlsterNode.Ros2.Dds;

/// <summary>Cyclone DDS refused or failed. The message says what was attempted, DDS's reason, and what Cyclone logged about it.</summary>
public sealed class DdsException(string message, int status) : Exception(message)
{
    /// <summary>DDS's return code, negative (dds_return_t).</summary>
    public int Status { get; } = status;
}
