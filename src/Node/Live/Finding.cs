using AlsterNode.Ros2;

namespace AlsterNode.Node.Live;

/// <summary>Something that is wrong with the inputs.</summary>
/// <param name="Key">Stable name, the same for the same trouble: <c>no_messages.color</c>.</param>
/// <param name="Severity">Error when nothing becomes map, else a warning.</param>
/// <param name="Text">One sentence: what is wrong, where, and what to do.</param>
/// <param name="Values">The numbers in it, for diagnostics.</param>
internal sealed record Finding(string Key, RosLogLevel Severity, string Text, params IReadOnlyList<(string Name, string Value)> Values);
