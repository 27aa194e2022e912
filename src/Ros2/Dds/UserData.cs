namespace AlsterNode.Ros2.Dds;

/// <summary>An endpoint's USER_DATA as ROS 2 uses it: <c>key=value;</c> pairs that travel with discovery.</summary>
internal static class UserData
{
    /// <summary>What a publisher or subscription says of itself.</summary>
    public static string Of(string? typeHash) => string.IsNullOrEmpty(typeHash) ? "" : $"typehash={typeHash};";

    /// <summary>What the two endpoints of a service server say.</summary>
    public static string OfService(EntityId id, string? typeHash) => $"serviceid={id.ToDottedText()};{Of(typeHash)}";

    /// <summary>What the two endpoints of a client say.</summary>
    public static string OfClient(EntityId id, string? typeHash) => $"clientid={id.ToDottedText()};{Of(typeHash)}";

    /// <summary>The value of a key, or null.</summary>
    public static string? Value(string userData, string key)
    {
        foreach (var pair in userData.Split(';'))
        {
            if (pair.StartsWith(key, StringComparison.Ordinal) && pair.Length > key.Length && pair[key.Length] == '=') return pair[(key.Length + 1)..];
        }
        return null;
    }
}
