using AlsterNode.Core;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class ParameterSetTests
{
    [Fact]
    public void TheCommandLineGoesBeforeTheDefaultWithTheDeclaredType()
    {
        var parameters = new ParameterSet(new Dictionary<string, object>
        {
            ["range"] = 3L,
            ["names"] = Array.Empty<string>(),
            ["weights"] = new long[] { 1, 2 },
            ["ids"] = Array.Empty<string>(),
            ["voxel_sice"] = 0.1,
        });

        Assert.Equal(3.0, parameters.Declare<double>(new("range", 5.0, "")));
        Assert.Equal("map", parameters.Declare<string>(new("frame", "map", "")));
        Assert.Empty(parameters.Declare<string[]>(new("names", new[] { "a" }, "")));
        Assert.Equal([1.0, 2.0], parameters.Declare<double[]>(new("weights", Array.Empty<double>(), "")));
        Assert.Empty(parameters.Declare<long[]>(new("ids", new[] { 1L }, "")));
        Assert.Equal(["voxel_sice"], parameters.Unknown);
    }

    [Theory]
    [InlineData("text", "Parameter 'range' is given a string ('text'), expected a double.")]
    [InlineData(9.0, "Parameter 'range' is given 9, expected 0 to 5.")]
    [InlineData(double.NaN, "Parameter 'range' is given NaN, expected 0 to 5.")]
    [InlineData(0.0, "Parameter 'range' is given 0: zero sees nothing")]
    public void AValueThatDoesNotFitIsRefusedAtStart(object value, string expected)
    {
        var parameters = new ParameterSet(new Dictionary<string, object> { ["range"] = value });

        var error = Assert.Throws<InputException>(() => parameters.Declare<double>(
            new("range", 5.0, "") { Range = new(0, 5), Check = v => (double)v == 0 ? "zero sees nothing" : null }));

        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void DepthCountsTheLevelsBelowThePrefix()
    {
        var parameters = new ParameterSet(new Dictionary<string, object>());
        foreach (var name in (string[])["a", "b.c", "b.d.e", "bc"]) parameters.Declare<bool>(new(name, true, ""));

        Assert.Equal(["a", "b.c", "b.d.e", "bc"], parameters.List([], 0));
        Assert.Equal(["a", "bc"], parameters.List([], 1));
        Assert.Equal(["a", "b.c", "bc"], parameters.List([], 2));
        Assert.Equal(["b.c"], parameters.List(["b"], 1));
        Assert.Equal(["b.c", "b.d.e"], parameters.List(["b"], 0));
        Assert.Equal(["a", "b.d.e"], parameters.List(["a", "b.d"], 1));
    }

    [Fact]
    public void StepsCountFromTheSmallestValue()
    {
        var range = new ParameterRange(0.1, 1.05, 0.1);

        Assert.All((double[])[0.1, 0.3, 0.7, 1.05], value => Assert.True(range.Contains(value), $"{value}"));
        Assert.All((double[])[0.0, 0.15, 1.1], value => Assert.False(range.Contains(value), $"{value}"));
    }
}
