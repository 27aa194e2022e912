using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// What a model's classes are called in the label space of the ground truth: what that space remaps their names to, else the class with the same
/// NYU40 id or, where a class has none, the one with the same name. A class without a counterpart becomes <see cref="LabelSpace.Unlabelled"/>, which
/// scores as a miss.
/// </summary>
public sealed class LabelTranslation
{
    private readonly byte[] _ids = new byte[256];

    /// <summary>Throws <see cref="InputException"/> when the two spaces have no class in common.</summary>
    /// <param name="model">The space of the predictions.</param>
    /// <param name="truth">The space of the ground truth.</param>
    public LabelTranslation(LabelSpace model, LabelSpace truth)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(truth);
        (Model, Truth) = (model, truth);
        Array.Fill(_ids, LabelSpace.Unlabelled);
        for (var id = 0; id < model.Count; id++) _ids[id] = Counterpart(model.Classes[id], truth);
        Unpredictable = [.. truth.Classes.Where((_, id) => !_ids.AsSpan(0, model.Count).Contains((byte)id)).Select(c => c.Name)];
        Unknown = [.. model.Classes.Where((entry, id) => _ids[id] == LabelSpace.Unlabelled && !IsLeftOut(entry, truth)).Select(entry => entry.Name)];
        if (Unpredictable.Count == truth.Count)
        {
            throw new InputException($"Label space '{truth.Name}' has no class in common with the model's '{model.Name}', "
                + "expected at least one with the same nyu40 id or the same name, or a remap.");
        }
    }

    /// <summary>The space of the predictions.</summary>
    public LabelSpace Model { get; }

    /// <summary>The space of the ground truth.</summary>
    public LabelSpace Truth { get; }

    /// <summary>Classes of the ground truth that the model cannot say: their IoU is 0 wherever the truth has them.</summary>
    public IReadOnlyList<string> Unpredictable { get; }

    /// <summary>Classes of the model that the ground truth does not know, other than those that it remaps to unlabelled.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>The id in the space of the ground truth.</summary>
    public byte this[byte label] => _ids[label];

    /// <summary>Translates labels [N] in place.</summary>
    public void Apply(Span<byte> labels)
    {
        foreach (ref var label in labels) label = _ids[label];
    }

    private static byte Counterpart(LabelClass entry, LabelSpace truth)
    {
        if (truth.Remaps.TryGetValue(entry.Name, out var remapped)) return remapped;
        if (entry.Nyu40Id > 0) return truth.FromNyu40(entry.Nyu40Id);
        for (var id = 0; id < truth.Count; id++)
        {
            if (truth.Classes[id].Name == entry.Name) return (byte)id;
        }

        return LabelSpace.Unlabelled;
    }

    private static bool IsLeftOut(LabelClass entry, LabelSpace truth) =>
        truth.Remaps.ContainsKey(entry.Name) || truth.Remaps.ContainsKey(LabelSpace.Nyu40.Classes.FirstOrDefault(nyu40 => nyu40.Nyu40Id == entry.Nyu40Id)?.Name ?? entry.Name);
}
