using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Training;

namespace AlsterNode.Node.Commands;

/// <summary><c>train CONFIG.yaml</c>: trains a model.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Argument<string>("CONFIG") { Description = "Training config (.yaml); see src/Training/Recipes" };
        var folder = new Option<string>("--out") { Description = "Run folder: checkpoints, log.csv, model.safetensors", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint in --out" };
        var set = new Option<string[]>("--set") { Description = "Another value for a key of the config: --set seed=7 --set start_from=out/mobile/model.safetensors" };
        var command = new Command("train", "Trains a model; stop it whenever you like and go on with --resume.\nExample: ./alster train src/Training/Recipes/mobile-cpu.yaml --out out/mobile") { config, folder, resume, set };
        command.SetAction(words =>
        {
            var changes = Array.ConvertAll(words.GetValue(set) ?? [], Change);
            var settings = TrainingConfig.Load(words.GetValue(config)!, changes);
            var written = "";
            Progress.Run("steps", settings.TotalSteps, (print, stepsDone) =>
            {
                using var loop = new TrainingLoop(settings, words.GetValue(folder)!, print) { StepsDone = stepsDone };
                written = loop.Run(words.GetValue(resume));
            });
            Console.WriteLine($"wrote {written}");
            return 0;
        });
        return command;
    }

    private static (string Key, string Value) Change(string text) => text.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value]
        ? (key, value)
        : throw new InputException($"--set has '{text}', expected a key of the config and its value such as seed=7.");
}
