using System.Security.Cryptography;
using System.Text;

namespace AlsterNode.MessageGenerator;

/// <summary>All definitions, and what follows from a type and the types it refers to: hash, full text, smallest size.</summary>
internal sealed class TypeCatalog
{
    private const int ArrayOffset = 48;
    private const int BoundedSequenceOffset = 96;
    private const int SequenceOffset = 144;
    private const int BoundedTextOffset = 4;

    private readonly Dictionary<string, Message> _messages = [];

    public void Add(Message message)
    {
        if (_messages.ContainsKey(message.Key)) throw new DefinitionException($"{message.Key} is defined twice");
        _messages[message.Key] = message;
    }

    public Message Find(string key, string user) => _messages.TryGetValue(key, out var message) ? message
        : throw new DefinitionException($"{user} refers to {key}, which no definition file describes");

    /// <summary>
    /// The type's hash as ROS 2 computes it (REP-2011): SHA-256 of a type description in JSON. Constants and defaults do not count, and a
    /// message without fields counts its placeholder.
    /// </summary>
    public string Hash(Message message) => Hash(Describe(message.RosName, FieldsOf(message)), Referenced(message).Select(type => (type.RosName, Describe(type.RosName, FieldsOf(type)))));

    /// <summary>A service's hash: of a type whose fields are the request, the response and the event that service introspection sends.</summary>
    public string Hash(Service service)
    {
        var info = Find("service_msgs/ServiceEventInfo", service.RosName);
        var (name, request, response) = (service.RosName, service.Request, service.Response);
        var parts = new[] { request, response, info }.SelectMany(part => Referenced(part).Append(part)).GroupBy(type => type.Key).Select(group => group.First())
            .Select(type => (type.RosName, Description: Describe(type.RosName, FieldsOf(type)))).ToList();
        var onlyOne = BoundedSequenceOffset + 1;
        parts.Add(($"{name}_Event", Describe($"{name}_Event",
        [
            DescribeField("info", 1, 0, 0, info.RosName), DescribeField("request", onlyOne, 1, 0, request.RosName), DescribeField("response", onlyOne, 1, 0, response.RosName),
        ])));
        return Hash(Describe(name,
        [
            DescribeField("request_message", 1, 0, 0, request.RosName), DescribeField("response_message", 1, 0, 0, response.RosName),
            DescribeField("event_message", 1, 0, 0, $"{name}_Event"),
        ]), parts);
    }

    /// <summary>The text with the texts of all types it refers to, as bags carry it.</summary>
    public string FullText(Message message)
    {
        var text = new StringBuilder(message.Text);
        foreach (var type in Referenced(message))
            text.Append('\n').Append('=', 80).Append("\nMSG: ").Append(type.Package).Append('/').Append(type.Name).Append('\n').Append(type.Text);
        return text.ToString();
    }

    /// <summary>Fewest bytes a message takes on the wire, alignment not counted.</summary>
    public int MinBytes(Message message) => message.Fields.Count == 0 ? 1 : message.Fields.Sum(field => MinBytes(field.Type, message.Key));

    private int MinBytes(FieldType type, string user)
    {
        if (type.Shape is Shape.Sequence or Shape.BoundedSequence) return sizeof(uint);
        var single = type.Primitive?.Bytes ?? MinBytes(Find(type.Name, user));
        return type.Shape == Shape.Array ? single * type.Capacity : single;
    }

    /// <summary>The types a message refers to, directly or not, in the order in which one meets them.</summary>
    private List<Message> Referenced(Message message)
    {
        var found = new List<Message>();
        Collect(message, found, []);
        return found;
    }

    private void Collect(Message message, List<Message> found, HashSet<string> path)
    {
        if (!path.Add(message.Key)) throw new DefinitionException($"{message.Key} contains itself");
        foreach (var field in message.Fields.Where(field => field.Type.IsNested))
        {
            var type = Find(field.Type.Name, message.Key);
            if (!found.Contains(type)) found.Add(type);
            Collect(type, found, path);
        }
        path.Remove(message.Key);
    }

    private IEnumerable<string> FieldsOf(Message message) => message.Fields.Count == 0
        ? [DescribeField("structure_needs_at_least_one_member", 3, 0, 0, "")]
        : message.Fields.Select(field => DescribeField(field.Name, TypeId(field.Type), field.Type.Capacity, field.Type.TextBound,
            field.Type.IsNested ? Find(field.Type.Name, message.Key).RosName : ""));

    private static int TypeId(FieldType type)
    {
        var single = type.Primitive is { } primitive ? primitive.TypeId + (type.TextBound > 0 ? BoundedTextOffset : 0) : 1;
        return single + type.Shape switch { Shape.Single => 0, Shape.Array => ArrayOffset, Shape.BoundedSequence => BoundedSequenceOffset, _ => SequenceOffset };
    }

    private static string DescribeField(string name, int typeId, int capacity, int textBound, string nested) =>
        $"{{\"name\": \"{name}\", \"type\": {{\"type_id\": {typeId}, \"capacity\": {capacity}, \"string_capacity\": {textBound}, \"nested_type_name\": \"{nested}\"}}}}";

    private static string Describe(string name, IEnumerable<string> fields) => $"{{\"type_name\": \"{name}\", \"fields\": [{string.Join(", ", fields)}]}}";

    private static string Hash(string description, IEnumerable<(string Name, string Description)> referenced)
    {
        var sorted = referenced.OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => type.Description);
        var json = $"{{\"type_description\": {description}, \"referenced_type_descriptions\": [{string.Join(", ", sorted)}]}}";
        using var sha = SHA256.Create();
        return "RIHS01_" + string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(json)).Select(value => value.ToString("x2")));
    }
}
