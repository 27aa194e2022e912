using System.Collections.ObjectModel;

namespace AlsterNode.Core;

/// <summary>One class of a label space: its name, display colour and id in NYU40.</summary>
public sealed record LabelClass(string Name, byte Red, byte Green, byte Blue, int Nyu40Id);

/// <summary>The classes a model knows: ids 0 .. Count-1; <see cref="Unlabelled"/> for no class.</summary>
public sealed partial class LabelSpace
{
    /// <summary>"No class" in 8-bit labels; never 0.</summary>
    public const byte Unlabelled = 255;

    private readonly byte[] _fromNyu40;

    /// <summary>Creates a label space; ids are positions in <paramref name="classes"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="classes">The classes, 1 to 254.</param>
    /// <param name="remaps">Ids for names of other spaces (<see cref="Unlabelled"/> to leave them out); of NYU40's names they hold for its ids too.</param>
    public LabelSpace(string name, IReadOnlyList<LabelClass> classes, IReadOnlyDictionary<string, byte>? remaps = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count is 0 or > 254) throw new InputException($"Label space '{name}' has {classes.Count} classes, expected 1 to 254.");
        Name = name;
        Classes = classes;
        Remaps = remaps ?? ReadOnlyDictionary<string, byte>.Empty;
        _fromNyu40 = new byte[256];
        Array.Fill(_fromNyu40, Unlabelled);
        foreach (var (other, id) in Remaps)
        {
            if (Nyu40.Classes.FirstOrDefault(entry => entry.Name == other) is { } entry) _fromNyu40[entry.Nyu40Id] = id;
        }
        for (var id = 0; id < classes.Count; id++)
        {
            if (classes[id].Nyu40Id is > 0 and < 256) _fromNyu40[classes[id].Nyu40Id] = (byte)id;
        }
    }

    /// <summary>The name stored with models and scenes.</summary>
    public string Name { get; }

    /// <summary>The classes in id order.</summary>
    public IReadOnlyList<LabelClass> Classes { get; }

    /// <summary>Ids for classes of other spaces, by their names there.</summary>
    public IReadOnlyDictionary<string, byte> Remaps { get; }

    /// <summary>Number of classes.</summary>
    public int Count => Classes.Count;

    /// <summary>The id of a NYU40 id; <see cref="Unlabelled"/> when the class is not part of this space.</summary>
    public byte FromNyu40(int nyu40Id) => nyu40Id is >= 0 and < 256 ? _fromNyu40[nyu40Id] : Unlabelled;

    /// <summary>The NYU40 id of an id; 0 (NYU40's "unlabelled") for <see cref="Unlabelled"/>.</summary>
    public int ToNyu40(byte id) => id < Count ? Classes[id].Nyu40Id : 0;

    /// <summary>ScanNet's benchmark: 20 classes in benchmark order with the benchmark's published palette.</summary>
    public static LabelSpace ScanNet20 { get; } = new("scannet20",
    [
        new("wall", 174, 199, 232, 1),
        new("floor", 152, 223, 138, 2),
        new("cabinet", 31, 119, 180, 3),
        new("bed", 255, 187, 120, 4),
        new("chair", 188, 189, 34, 5),
        new("sofa", 140, 86, 75, 6),
        new("table", 255, 152, 150, 7),
        new("door", 214, 39, 40, 8),
        new("window", 197, 176, 213, 9),
        new("bookshelf", 148, 103, 189, 10),
        new("picture", 196, 156, 148, 11),
        new("counter", 23, 190, 207, 12),
        new("desk", 247, 182, 210, 14),
        new("curtain", 219, 219, 141, 16),
        new("refrigerator", 255, 127, 14, 24),
        new("shower curtain", 158, 218, 229, 28),
        new("toilet", 44, 160, 44, 33),
        new("sink", 112, 128, 144, 34),
        new("bathtub", 227, 119, 194, 36),
        new("otherfurniture", 82, 84, 163, 39),
    ]);

    /// <summary>The built-in space of that name; throws <see cref="InputException"/> for an unknown one.</summary>
    public static LabelSpace Named(string name) => name switch
    {
        "scannet20" => ScanNet20,
        "nyu40" => Nyu40,
        _ => throw new InputException($"Label space '{name}' is unknown; expected scannet20 or nyu40."),
    };
}
