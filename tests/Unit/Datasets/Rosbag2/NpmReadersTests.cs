using System.Diagnostics;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

/// <summary>Our bags, read by readers that nobody here wrote.</summary>
public class NpmReadersTests
{
    [NpmTheory]
    [InlineData(BagStorage.Mcap)]
    [InlineData(BagStorage.Sqlite)]
    public void NpmsReadersDecodeOurBagsMessageForMessage(BagStorage storage)
    {
        using var folder = new TemporaryFolder();
        var written = SampleBag.Write(folder["bag"], storage, images: 9);
        var lines = Npm.ReadBag(Directory.GetFiles(folder["bag"], "bag_0.*")[0]);
        var found = lines.Select(words => (Topic: words[0], LogTime: long.Parse(words[1]), Crc: words[2])).ToList();

        Assert.Equal(written.Select(message => (message.Topic, message.LogTime, $"{Crc32.Of(message.Payload):x8}")).Order(), found.Order());
        Assert.Contains("\"data\":\"image 7, größe\"", lines.Single(words => words[3].Contains("image 7,", StringComparison.Ordinal))[3]);
        Assert.All(lines.Where(words => words[0] == "/camera/color/image_raw"), words => Assert.Contains("\"encoding\":\"rgb8\"", words[3]));
        Assert.Contains("\"translation\":{\"x\":1.5,", lines.Single(words => words[0] == "/tf_static")[3]);
    }
}

/// <summary>node with the packages that tests/data/rosbag2/read_bag.cjs names.</summary>
internal static class Npm
{
    public static string Script => Repository.Data("rosbag2", "read_bag.cjs");

    public static List<string[]> ReadBag(string path)
    {
        var (code, output, errors) = Run(Script, path);
        Assert.True(code == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    public static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = node.StandardError.ReadToEndAsync();
            var output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            return (node.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", "node is not installed");
        }
    }
}

/// <summary>A test with npm's readers; skipped, with the reason printed, where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<bool> IsThere = new(() => Npm.Run("-e", "require('@mcap/core'), require('@mcap/support'), require('@foxglove/rosbag2-web'), require('@foxglove/wasm-zstd')").Code == 0);

    public NpmTheoryAttribute()
    {
        if (!IsThere.Value) Skip = "node does not find npm's readers; install those that tests/data/rosbag2/read_bag.cjs names and set NODE_PATH.";
    }
}
