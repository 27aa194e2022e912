using System.CommandLine;
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
        var command = new Command("train", "Trains a model; stop it whenever you like and go on with --resume.\nExample: ./alster train src/Training/Recipes/mobile-cpu.yaml --out out/mobile") { config, folder, resume };
        command.SetAction(words =>
        {
            using var loop = new TrainingLoop(TrainingConfig.Load(words.GetValue(config)!), words.GetValue(folder)!, Console.WriteLine);
            Console.WriteLine($"wrote {loop.Run(words.GetValue(resume))}");
            return 0;
        });
        return command;
    }
}
