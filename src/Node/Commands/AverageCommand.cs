using System.CommandLine;
using AlsterNode.Pipeline;

namespace AlsterNode.Node.Commands;

/// <summary><c>average MODEL MODEL ...</c>: one model of several trainings' weights.</summary>
internal static class AverageCommand
{
    public static Command Create()
    {
        var models = new Argument<string[]>("MODEL") { Description = "Models (.safetensors) whose trainings parted from the same weights; one that is named twice counts twice", Arity = ArgumentArity.OneOrMore };
        var target = new Option<string>("--out") { Description = "Model file to write", Required = true };
        var command = new Command("average", "Writes the mean of several models' weights, often better than each of them.\nExample: ./alster average out/expert-a/model.safetensors out/expert-b/model.safetensors --out out/mean.safetensors") { models, target };
        command.SetAction(words =>
        {
            var id = ModelFile.Average(words.GetValue(models)!, words.GetValue(target)!);
            Console.WriteLine($"wrote {words.GetValue(target)}, model {id}");
            return 0;
        });
        return command;
    }
}
