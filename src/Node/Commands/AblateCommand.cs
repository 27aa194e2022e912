using System.CommandLine;
using System.Globalization;
using System.Text;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Training;

namespace AlsterNode.Node.Commands;

/// <summary><c>ablate CONFIG.yaml --vary KEY --values A,B</c>: the same training with one setting varied, as a table.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        var config = new Argument<string>("CONFIG") { Description = "Training config (.yaml) with validation scenes; see src/Training/Recipes" };
        var key = new Option<string>("--vary") { Description = "Key of the config: feature_dimension, backbone, attention, observation_dropout, frame_order, ...; or several that vary together: augment+noisy_depth", Required = true };
        var values = new Option<string>("--values") { Description = "Its values, separated by commas: 16,32,40,64; of several keys: true+0.7,false+0", Required = true };
        var folder = new Option<string>("--out") { Description = "Gets a run folder for each value, and ablation.md", Required = true };
        var command = new Command("ablate", "Trains once for each value of one setting and compares the maps; runs that were stopped go on.\nExample: ./alster ablate src/Training/Recipes/ablation-expert.yaml --vary attention --values softmax,linear --out out/attention") { config, key, values, folder };
        command.SetAction(words =>
        {
            var table = new List<(string Value, Dictionary<string, double> Scores)>();
            foreach (var value in words.GetValue(values)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                Console.WriteLine($"{words.GetValue(key)}: {value}");
                table.Add((value, Train(words.GetValue(config)!, words.GetValue(key)!, value, words.GetValue(folder)!)));
            }
            if (table.Count == 0) throw new InputException("--values names no value; expected for example --values 16,32,40,64.");
            var text = Table(words.GetValue(key)!, table);
            AtomicFile.WriteText(Path.Combine(words.GetValue(folder)!, "ablation.md"), text);
            Console.Write(text);
            return 0;
        });
        return command;
    }

    private static Dictionary<string, double> Train(string config, string key, string value, string folder)
    {
        var (keys, parts) = (key.Split('+'), value.Split('+'));
        if (keys.Length != parts.Length) throw new InputException($"--values has '{value}' for --vary {key}, expected {keys.Length} values joined by '+'.");
        var settings = TrainingConfig.Load(config, [.. keys.Zip(parts)]);
        if (settings.Validation.Count == 0) throw new InputException($"Training config '{config}' names no validation scenes to compare on.");
        using var loop = new TrainingLoop(settings, Path.Combine(folder, $"{key}-{value}"), Console.WriteLine);
        loop.Run(resume: true);
        return loop.Validate();
    }

    private static string Table(string key, List<(string Value, Dictionary<string, double> Scores)> table)
    {
        var methods = table[0].Scores.Keys.ToArray();
        var text = new StringBuilder();
        text.AppendLine($"| {key} | {string.Join(" | ", methods.Select(method => method.Replace("miou_", "mIoU ", StringComparison.Ordinal)))} |");
        text.AppendLine($"|---|{string.Concat(methods.Select(_ => "---|"))}");
        foreach (var (value, scores) in table)
            text.AppendLine($"| {value} | {string.Join(" | ", methods.Select(method => scores[method].ToString("F1", CultureInfo.InvariantCulture)))} |");
        return text.ToString();
    }
}
