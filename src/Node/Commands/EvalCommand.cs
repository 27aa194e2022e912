using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Ros2;

namespace AlsterNode.Node.Commands;

/// <summary><c>eval INPUT... --out DIR</c>: maps labelled recordings and scores the maps.</summary>
internal static class EvalCommand
{
    public static Command Create(RosArguments ros)
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Labelled recordings; a folder of scenes stands for all of them",
            Arity = ArgumentArity.OneOrMore,
        };
        var arguments = new MappingArguments(ros);
        var export = new Option<bool>("--export-benchmark") { Description = "Write ScanNet's submission files into DIR/benchmark; the recording may then lack ground truth" };
        var every = new Option<int>("--benchmark-every") { Description = "Submit the label image of every n-th frame", DefaultValueFactory = _ => 100 };
        var command = new Command("eval", "Maps labelled recordings and scores the maps against ground truth (docs/evaluation.md).\nExample: ./alster eval data/test --out out/eval --depth depth_noisy")
        {
            inputs, export, every,
        };
        arguments.AddTo(command);
        command.SetAction(words =>
        {
            var scenes = words.GetValue(inputs)!.SelectMany(Expand).ToArray();
            if (words.GetValue(every) < 1) throw new InputException($"--benchmark-every is {words.GetValue(every)}; expected 1 or more.");
            var folder = arguments.Read(words, "").Out;
            var twice = scenes.GroupBy(scene => arguments.Read(words, scene).SceneName).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null) throw new InputException($"'{string.Join("' and '", twice)}' have the same name, expected a name of its own for each recording's results.");
            var results = new List<MappingResult>();
            foreach (var scene in scenes)
            {
                var job = arguments.Read(words, scene) with { Evaluate = true, BenchmarkEvery = words.GetValue(every) };
                if (words.GetValue(export)) job = job with { Benchmark = Path.Combine(folder, "benchmark") }; // of all scenes: a folder to zip
                if (scenes.Length > 1)
                {
                    job = job with { Out = Path.Combine(folder, job.SceneName) };
                    Console.WriteLine($"\n{scene}");
                }
                results.Add(MappingRun.Execute(job));
            }
            if (scenes.Length > 1) WriteTotal(folder, [.. results.Where(result => result.Metrics.Scores is not null)]);
            return 0;
        });
        return command;
    }

    /// <summary>All recordings together: the scores of the summed counts.</summary>
    private static void WriteTotal(string folder, List<MappingResult> results)
    {
        if (results.Count == 0) return;
        var all = new ScoreBoard(results[0].Metrics.Scores!.LabelSpace);
        foreach (var result in results) all.Add(result.Metrics.Scores!);
        var domain = results[0].Curve!.Domain;
        var path = Path.Combine(folder, "scores.json");
        MetricsFile.WriteScores(path, all);
        ScoreFiles.Write(Path.Combine(folder, "scores"), all, MiouCurve.Sum([.. results.Select(result => result.Curve!).Where(curve => curve.Domain == domain)]));
        Console.WriteLine($"\nall {results.Count} recordings together ({path}, pictures in {Path.Combine(folder, "scores")})\n");
        Console.WriteLine(all.ToTable(all.Domains.First()));
        Console.Write(all.ToSummary());
    }

    /// <summary>A folder whose subfolders are recordings with a mesh or label images stands for its subfolders.</summary>
    private static IEnumerable<string> Expand(string input)
    {
        if (!Path.Exists(input)) throw new InputException($"'{input}' does not exist.");
        if (!Directory.Exists(input)) return [input];
        var scenes = Directory.GetDirectories(input).Where(IsScene).Order(StringComparer.Ordinal).ToArray();
        return scenes.Length > 0 ? scenes : [input];
    }

    private static bool IsScene(string folder) => Directory.EnumerateFiles(folder, "*.labels.ply").Any() || Directory.EnumerateFiles(folder, "*_vh_clean_2.ply").Any()
        || (Directory.Exists(Path.Combine(folder, "color")) && Directory.Exists(Path.Combine(folder, "label-filt")));
}
