namespace AlsterNode.MessageGenerator;

/// <summary>ROS's names in C#. Constants keep theirs: Marker.CUBE_LIST reads the same in all languages.</summary>
internal static class CodeNames
{
    public const string Root = "AlsterNode.Ros2.Messages";

    /// <summary>frame_id is FrameId.</summary>
    public static string Pascal(string name) => string.Concat(name.Split('_', '@').Where(word => word.Length > 0).Select(Capital));

    /// <summary>sensor_msgs is AlsterNode.Ros2.Messages.SensorMsgs.</summary>
    public static string Namespace(string folder) => $"{Root}.{Pascal(folder)}";

    /// <summary>Trigger_Request is TriggerRequest.</summary>
    public static string Class(Message message) => message.Name.Replace("_", "");

    public static string FullClass(Message message) => $"global::{Namespace(message.Folder)}.{Class(message)}";

    /// <summary>A member may not have the name of its class: Clock.clock is ClockValue.</summary>
    public static string Property(Message message, Field field) => Pascal(field.Name) is var name && name == Class(message) ? name + "Value" : name;

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word.Substring(1);
}
