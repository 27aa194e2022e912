namespace AlsterNode.MessageGenerator;

/// <summary>How many values a field has.</summary>
internal enum Shape
{
    Single,
    Array,
    BoundedSequence,
    Sequence,
}

/// <summary>A field's type: int32, string&lt;=10[], geometry_msgs/Point[3], ...</summary>
internal sealed class FieldType(string name, int textBound, Shape shape, int capacity)
{
    /// <summary>A primitive's name, or the key of a message: package/Name.</summary>
    public string Name { get; } = name;

    /// <summary>Most bytes of a text; 0 where the type sets no bound.</summary>
    public int TextBound { get; } = textBound;

    public Shape Shape { get; } = shape;

    /// <summary>Length of an array, bound of a bounded sequence, else 0.</summary>
    public int Capacity { get; } = capacity;

    public bool IsNested => Primitive is null;

    /// <summary>Null for a message.</summary>
    public Primitive? Primitive => Primitive.Named(Name);
}

/// <summary>A field, or with a <see cref="Constant"/> a constant.</summary>
internal sealed class Field(FieldType type, string name, string? defaultValue, string? constant, string comment)
{
    public FieldType Type { get; } = type;

    public string Name { get; } = name;

    /// <summary>The value as the file gives it; null when it gives none.</summary>
    public string? Default { get; } = defaultValue;

    public string? Constant { get; } = constant;

    /// <summary>What the file says behind the field.</summary>
    public string Comment { get; } = comment;
}

/// <summary>A message definition.</summary>
internal sealed class Message(string folder, string kind, string name, string text, IReadOnlyList<Field> lines)
{
    /// <summary>"std_msgs", or with a variant "rmw_dds_common@humble": the same ROS type as other distributions define it.</summary>
    public string Folder { get; } = folder;

    public string Package => Folder.Split('@')[0];

    /// <summary>msg or srv.</summary>
    public string Kind { get; } = kind;

    /// <summary>Image, Trigger_Request, ...</summary>
    public string Name { get; } = name;

    public string Text { get; } = text;

    public IReadOnlyList<Field> Fields { get; } = [.. lines.Where(line => line.Constant is null)];

    public IReadOnlyList<Field> Constants { get; } = [.. lines.Where(line => line.Constant is not null)];

    public string Key => $"{Folder}/{Name}";

    public string RosName => $"{Package}/{Kind}/{Name}";
}

/// <summary>A service definition.</summary>
internal sealed class Service(string name, Message request, Message response)
{
    public string Name { get; } = name;

    public Message Request { get; } = request;

    public Message Response { get; } = response;

    public string RosName => $"{Request.Package}/srv/{Name}";
}

/// <summary>A primitive type in ROS, in C# and in type descriptions.</summary>
internal sealed class Primitive(string name, string keyword, int bytes, int typeId)
{
    private static readonly Dictionary<string, Primitive> All = new[]
    {
        new Primitive("bool", "bool", 1, 15), new Primitive("byte", "byte", 1, 16), new Primitive("char", "byte", 1, 3),
        new Primitive("int8", "sbyte", 1, 2), new Primitive("uint8", "byte", 1, 3), new Primitive("int16", "short", 2, 4),
        new Primitive("uint16", "ushort", 2, 5), new Primitive("int32", "int", 4, 6), new Primitive("uint32", "uint", 4, 7),
        new Primitive("int64", "long", 8, 8), new Primitive("uint64", "ulong", 8, 9), new Primitive("float32", "float", 4, 10),
        new Primitive("float64", "double", 8, 11), new Primitive("string", "string", 4, 17),
    }.ToDictionary(primitive => primitive.Name);

    public string Name { get; } = name;

    /// <summary>C#'s keyword.</summary>
    public string Keyword { get; } = keyword;

    /// <summary>Fewest bytes on the wire.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>type_description_interfaces/msg/FieldType; a bounded text is 4 more.</summary>
    public int TypeId { get; } = typeId;

    public static Primitive? Named(string name) => All.TryGetValue(name, out var primitive) ? primitive : null;
}
