using AlsterNode.Core;
using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

public class LabelTranslationTests
{
    [Fact]
    public void ASpaceIsTranslatedIntoItselfUnchanged()
    {
        var translation = new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.ScanNet20);
        var labels = Enumerable.Range(0, 20).Select(i => (byte)i).Append(LabelSpace.Unlabelled).ToArray();

        translation.Apply(labels);

        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => (byte)i), LabelSpace.Unlabelled], labels);
        Assert.Empty(translation.Unpredictable);
    }

    [Fact]
    public void ScanNetsClassesKeepTheirNyu40IdAndTheOtherTwentyCannotBeSaid()
    {
        var translation = new LabelTranslation(LabelSpace.ScanNet20, LabelSpace.Nyu40);

        for (byte id = 0; id < 20; id++) Assert.Equal(LabelSpace.ScanNet20.Classes[id].Nyu40Id, LabelSpace.Nyu40.Classes[translation[id]].Nyu40Id);
        Assert.Equal(20, translation.Unpredictable.Count);
        Assert.Contains("pillow", translation.Unpredictable);
    }

    [Fact]
    public void AClassThatTheTruthDoesNotHaveIsAMiss()
    {
        var translation = new LabelTranslation(LabelSpace.Nyu40, LabelSpace.ScanNet20);

        Assert.Equal(LabelSpace.Unlabelled, translation[LabelSpace.Nyu40.FromNyu40(22)]); // ceiling
        Assert.Empty(translation.Unpredictable);
    }

    [Fact]
    public void ClassesWithoutNyu40IdAreMatchedByName()
    {
        var model = new LabelSpace("model", [new("robot", 0, 0, 0, 0), new("cable", 0, 0, 0, 0), new("floor", 0, 0, 0, 2)]);
        var truth = new LabelSpace("truth", [new("ground", 0, 0, 0, 2), new("robot", 0, 0, 0, 0), new("mug", 0, 0, 0, 0)]);

        var translation = new LabelTranslation(model, truth);

        Assert.Equal([1, LabelSpace.Unlabelled, 0], new[] { translation[0], translation[1], translation[2] });
        Assert.Equal(["mug"], translation.Unpredictable);
    }

    [Fact]
    public void ARemapGoesBeforeNyu40IdsAndNamesAndWhatItLeavesOutIsKnown()
    {
        var model = new LabelSpace("model", [new("stool", 0, 0, 0, 5), new("sofa", 0, 0, 0, 6), new("ceiling", 0, 0, 0, 22), new("lamp", 0, 0, 0, 35)]);
        var truth = new LabelSpace("truth", [new("seat", 0, 0, 0, 5), new("toy", 0, 0, 0, 0)], new Dictionary<string, byte> { ["stool"] = 1, ["sofa"] = 0, ["ceiling"] = LabelSpace.Unlabelled });

        var translation = new LabelTranslation(model, truth);

        Assert.Equal([1, 0, LabelSpace.Unlabelled, LabelSpace.Unlabelled], new[] { translation[0], translation[1], translation[2], translation[3] });
        Assert.Equal(["lamp"], translation.Unknown);
    }

    [Fact]
    public void SpacesWithNothingInCommonAreRefused()
    {
        var truth = new LabelSpace("tools", [new("hammer", 0, 0, 0, 0)]);

        var error = Assert.Throws<InputException>(() => new LabelTranslation(LabelSpace.ScanNet20, truth));

        Assert.Contains("'tools' has no class in common with the model's 'scannet20'", error.Message);
    }
}
