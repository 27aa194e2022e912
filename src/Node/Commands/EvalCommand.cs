using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Evaluation;

namespace AlsterNode.Node.Commands;

/// <summary><c>eval INPUT... --out DIR</c>: maps labelled recordings and scores the maps.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Labelled recordings; a folder of scenes stands for all of them",
            Arity = ArgumentArity.OneOrMore,
        };
        var arguments = new MappingArguments();
        var command = new Command("eval", "Maps labelled recordings and scores the maps against ground truth.\nExample: ./alster eval data/test --out out/eval --depth depth_noisy") { inputs };
        arguments.AddTo(command);
        command.SetAction(words =>
        {
            var scenes = words.GetValue(inputs)!.SelectMany(Expand).ToArray();
            ScoreBoard? all = null;
            foreach (var scene in scenes)
            {
                var job = arguments.Read(words, scene) with { Evaluate = true };
                if (scenes.Length > 1)
                {
                    job = job with { Out = Path.Combine(job.Out, Path.GetFileName(scene.TrimEnd('/'))) };
                    Console.WriteLine($"\n{scene}");
                }
                var scores = MappingRun.Execute(job).Metrics.Scores!;
                all ??= new ScoreBoard(scores.LabelSpace);
                all.Add(scores);
            }
            if (scenes.Length > 1)
            {
                var path = Path.Combine(arguments.Read(words, "").Out, "scores.json");
                MetricsFile.WriteScores(path, all!);
                Console.WriteLine($"\nall {scenes.Length} recordings together ({path})");
                Console.Write(all!.ToTable(SequenceEvaluator.Voxel));
            }
            return 0;
        });
        return command;
    }

    /// <summary>A folder whose subfolders hold label meshes stands for its subfolders.</summary>
    private static IEnumerable<string> Expand(string input)
    {
        if (!Path.Exists(input)) throw new InputException($"'{input}' does not exist.");
        if (!Directory.Exists(input)) return [input];
        var scenes = Directory.GetDirectories(input).Where(folder => Directory.EnumerateFiles(folder, "*.labels.ply").Any()).Order(StringComparer.Ordinal).ToArray();
        return scenes.Length > 0 ? scenes : [input];
    }
}
