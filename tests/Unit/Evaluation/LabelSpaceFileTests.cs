using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class LabelSpaceFileTests
{
    [Theory]
    [InlineData("scannet20")]
    [InlineData("nyu40")]
    public void TheShippedFilesEqualTheBuiltInSpaces(string name)
    {
        var read = LabelSpaceFile.Resolve(Path.Combine(Repository.Root, "launch", "label_spaces", name + ".yaml"));
        var builtIn = LabelSpaceFile.Resolve(name);

        Assert.Equal(builtIn.Name, read.Name);
        Assert.Equal(builtIn.Classes, read.Classes);
    }

    [Fact]
    public void ScanNetsClassesHaveTheSameNameAndColourInNyu40()
    {
        Assert.Equal(40, LabelSpace.Nyu40.Count);
        Assert.Equal(LabelSpace.ScanNet20.Classes, LabelSpace.ScanNet20.Classes.Select(c => LabelSpace.Nyu40.Classes[LabelSpace.Nyu40.FromNyu40(c.Nyu40Id)]));
    }

    [Fact]
    public void AClassWithoutNyu40IdHasNoGroundTruth()
    {
        var space = Read("name: mine\nclasses:\n  - { name: crate, color: [1, 2, 3], nyu40: 29 }\n  - { name: robot, color: [4, 5, 6] }\n");

        Assert.Equal(("mine", 2), (space.Name, space.Count));
        Assert.Equal(new LabelClass("robot", 4, 5, 6, 0), space.Classes[1]);
        Assert.Equal(0, space.FromNyu40(29));
        Assert.Equal(LabelSpace.Unlabelled, space.FromNyu40(0));
    }

    [Fact]
    public void ARemapHoldsForNamesAndForNyu40Ids()
    {
        var space = Read("name: mine\nclasses:\n  - { name: seat, color: [1, 2, 3], nyu40: 5 }\n  - { name: toy, color: [4, 5, 6] }\nremap: { sofa: seat, teddy: toy, ceiling: unlabelled }\n");

        Assert.Equal(((byte)0, (byte)0, LabelSpace.Unlabelled), (space.FromNyu40(5), space.FromNyu40(6), space.FromNyu40(22)));
        Assert.Equal([("ceiling", LabelSpace.Unlabelled), ("sofa", (byte)0), ("teddy", (byte)1)], space.Remaps.Select(remap => (remap.Key, remap.Value)).Order());
    }

    [Theory]
    [InlineData("classes:\n  - { name: a, color: [1, 2, 3] }\n", "no 'name'")]
    [InlineData("", "no 'name'")]
    [InlineData("name: mine\n", "no 'classes'")]
    [InlineData("name: mine\nclasses:\n  - { color: [1, 2, 3] }\n", "class 0 has no 'name'")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2] }\n", "'a' needs 'color: [red, green, blue]'")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 256] }\n", "'a' needs 'color: [red, green, blue]'")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3], nyu40: -1 }\n", "nyu40 id -1")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3] }\n  - { name: a, color: [1, 2, 3] }\n", "name 'a' is used by 2 classes")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3], nyu40: 5 }\n  - { name: b, color: [1, 2, 3], nyu40: 5 }\n", "nyu40 id '5' is used by 2")]
    [InlineData("name: mine\nclasses:\n  - { name: a, colour: [1, 2, 3] }\n", "line 3")]
    [InlineData("name: [mine\n", "line")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3] }\nremap: { b: c }\n", "remaps 'b' to 'c', expected one of its classes or 'unlabelled'")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3] }\nremap: { b: }\n", "remaps 'b' to ''")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3] }\nremap: { a: a }\n", "'a' is a class of this one")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3], nyu40: 5 }\n  - { name: b, color: [1, 2, 3] }\nremap: { chair: b }\n", "nyu40 id 5 belongs to class 'a'")]
    [InlineData("name: mine\nclasses:\n  - { name: a, color: [1, 2, 3] }\nremap: [b, c]\n", "line 4")]
    public void AWrongFileIsRefusedWithThePlace(string yaml, string part)
    {
        var refused = Assert.Throws<InputException>(() => Read(yaml));

        Assert.Contains(part, refused.Message);
        Assert.Contains("space.yaml", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void UnknownNamesAndMissingFilesAreRefused()
    {
        Assert.Contains("expected scannet20 or nyu40", Assert.Throws<InputException>(() => LabelSpaceFile.Resolve("cityscapes")).Message);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => LabelSpaceFile.Resolve("no/such.yaml")).Message);
    }

    private static LabelSpace Read(string yaml)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["space.yaml"], yaml);
        return LabelSpaceFile.Read(folder["space.yaml"]);
    }
}
