using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;

namespace AlsterNode.Node.Commands;

/// <summary><c>check-labels [SPACE] --against MODEL|SPACE</c>: is a label space right, and what becomes of the classes of another?</summary>
internal static class CheckLabelsCommand
{
    public static Command Create()
    {
        var space = new Argument<string>("SPACE") { Description = "scannet20, nyu40 or a YAML file as in launch/label_spaces", DefaultValueFactory = _ => "scannet20" };
        var against = new Option<string>("--against") { Description = "A model (.safetensors) or a label space whose classes are looked up", DefaultValueFactory = _ => MappingJob.ShippedModel("mobile") };
        var command = new Command("check-labels", "Checks a label space and shows what the classes of a model, or of another space, become in it.\nExample: ./alster check-labels launch/label_spaces/navigation.yaml --against nyu40") { space, against };
        command.SetAction(words =>
        {
            var name = words.GetValue(space)!;
            Check(name, LabelSpaceFile.Resolve(name), Other(words.GetValue(against)!));
            return 0;
        });
        return command;
    }

    private static LabelSpace Other(string modelOrSpace) => modelOrSpace.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? ModelFile.LabelSpaceOf(modelOrSpace) : LabelSpaceFile.Resolve(modelOrSpace);

    private static void Check(string name, LabelSpace space, LabelSpace other)
    {
        var translation = new LabelTranslation(other, space);
        Console.WriteLine($"{name}: label space '{space.Name}', {space.Count} classes, {space.Remaps.Count} remaps");
        Console.WriteLine($"{"id",4}  {"class",-20} {"colour",-8} nyu40  classes of '{other.Name}' that become it");
        for (byte id = 0; id < space.Count; id++)
        {
            var entry = space.Classes[id];
            var sources = Becoming(id);
            Console.WriteLine($"{id,4}  {entry.Name,-20} #{entry.Red:x2}{entry.Green:x2}{entry.Blue:x2}  {(entry.Nyu40Id > 0 ? $"{entry.Nyu40Id}" : "-"),5}  {(sources.Length > 0 ? sources : "-")}");
        }
        if (Becoming(LabelSpace.Unlabelled) is { Length: > 0 } none) Console.WriteLine($"{LabelSpace.Unlabelled,4}  {"(unlabelled)",-20} {"",-8} {"",5}  {none}");
        Say("unknown here", translation.Unknown, $"of {other.Count} classes of '{other.Name}' have no counterpart in '{space.Name}'");
        Say("never said", translation.Unpredictable, $"of {space.Count} classes of '{space.Name}' have no counterpart in '{other.Name}'");
        Say("odd remaps", [.. space.Remaps.Keys.Where(remap => !IsClass(other, remap) && !IsClass(LabelSpace.Nyu40, remap))], $"of {space.Remaps.Count} remaps name a class that neither '{other.Name}' nor NYU40 has");
        foreach (var twins in space.Classes.GroupBy(entry => (entry.Red, entry.Green, entry.Blue)).Where(group => group.Count() > 1))
            Console.WriteLine($"same colour  {string.Join(", ", twins.Select(entry => entry.Name))} are all #{twins.Key.Red:x2}{twins.Key.Green:x2}{twins.Key.Blue:x2}");

        string Becoming(byte id) => string.Join(", ", other.Classes.Where((_, i) => translation[(byte)i] == id).Select(entry => entry.Name));
    }

    private static bool IsClass(LabelSpace space, string name) => space.Classes.Any(entry => entry.Name == name);

    private static void Say(string what, IReadOnlyList<string> names, string sentence)
    {
        if (names.Count > 0) Console.WriteLine($"{what,-12} {names.Count} {sentence}: {string.Join(", ", names)}");
    }
}
