using AlsterNode.Tests.TestSupport;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

public sealed class RecipeTests
{
    public static TheoryData<string> Recipes => [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "Training", "Recipes")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ARecipeIsAValidConfigWithDataAndValidation(string name)
    {
        var config = TrainingConfig.Load(Path.Combine(Repository.Root, "src", "Training", "Recipes", name));

        Assert.True(config.TotalSteps > 0);
        Assert.NotEmpty(config.Data);
        Assert.NotEmpty(config.Validation);
    }
}
