using System.Globalization;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Tests.TestSupport;
using AlsterNode.Tests.Unit.Ros2;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

/// <summary>Bags that real rosbag2 wrote, in all its storages and compressions.</summary>
public class RecordedBagsTests
{
    [SharedDataFact("ros2")]
    public void EveryMessageIsTheOneThatOtherReadersFind()
    {
        var expected = File.ReadLines(Repository.Data("rosbag2", "payload_crcs.tsv")).Select(line => line.Split('\t')).GroupBy(words => words[0]).ToList();
        Assert.Equal(12, expected.Count);
        foreach (var bag in expected)
        {
            using var reader = BagReader.Open(SharedData.PathOf($"ros2/{bag.Key}"));
            var totals = new Dictionary<string, (int Count, uint Crc)>();
            var last = long.MinValue;
            foreach (var message in reader.Read())
            {
                var (count, crc) = totals.GetValueOrDefault(message.Topic.Name);
                totals[message.Topic.Name] = (count + 1, Crc32.Continue(crc, message.Payload.Span));
                Assert.True(message.LogTime >= last, $"{bag.Key}: log time steps back to {message.LogTime}.");
                last = message.LogTime;
            }
            var found = totals.Select(topic => $"{topic.Key} {topic.Value.Count} {topic.Value.Crc:x8}").Order(StringComparer.Ordinal);
            Assert.Equal(bag.Select(words => $"{words[1]} {words[2]} {words[3]}").Order(StringComparer.Ordinal), found);
            Assert.Equal(totals.Values.Sum(topic => topic.Count), reader.MessageCount);
            Assert.Empty(reader.Problems);
        }
    }

    [SharedDataFact("ros2")]
    public void EveryPayloadComesOutOfOurMessagesAsItWentIn()
    {
        var types = MessageTypes.Messages.Where(type => !type.Namespace!.EndsWith("Humble", StringComparison.Ordinal)).ToDictionary(type => MessageTypes.TypeOf(type).Name);
        foreach (var bag in Bags())
        {
            using var reader = BagReader.Open(bag);
            foreach (var message in reader.Read())
            {
                var decoded = (IMessage)Activator.CreateInstance(types[message.Topic.Type])!;
                var cdr = new CdrReader(message.Payload.Span);
                decoded.Read(ref cdr);
                var again = decoded.ToPayload().AsSpan();
                var whole = message.Payload.Length; // not padded where it did not come over the wire
                Assert.True(message.Payload.Span.SequenceEqual(again[..Math.Min(whole, again.Length)]) && again.Length - whole is >= 0 and < 4, $"{bag}: a {message.Topic.Type} of {message.Topic.Name} differs.");
            }
        }
    }

    [SharedDataFact("ros2")]
    public void RecordedTypeHashesAndDefinitionsAreOurs()
    {
        var types = MessageTypes.Messages.Select(MessageTypes.TypeOf).DistinctBy(type => type.Name).ToDictionary(type => type.Name);
        foreach (var bag in Bags())
        {
            using var reader = BagReader.Open(bag);
            foreach (var topic in reader.Topics.Where(topic => types.ContainsKey(topic.Type)))
            {
                Assert.True(topic.TypeHash is "" || topic.TypeHash == types[topic.Type].Hash, $"{bag}: {topic.Name} has {topic.TypeHash}.");
                if (topic.Definition.Length > 0) Assert.Equal(Fields(topic.Definition), Fields(types[topic.Type].Definition));
            }
        }
    }

    [SharedDataFact("ros2/redkitchen_mcap_lz4")]
    public void AFileAloneIsABagToo()
    {
        using var reader = BagReader.Open(SharedData.PathOf("ros2/redkitchen_mcap_lz4/redkitchen_mcap_lz4_0.mcap"));
        Assert.Equal(112, reader.Read().Count());
    }

    [SharedDataFact("ros2/redkitchen_defective")]
    public void AMessageOutOfPlaceInTheFileComesInItsTime()
    {
        using var reader = BagReader.Open(SharedData.PathOf("ros2/redkitchen_defective"));
        Assert.Equal(299, reader.Read().Count());
        Assert.Equal(1, reader.StepsBack);
    }

    [SharedDataFact("ros2/redkitchen_sqlite_raw")]
    public void HumblesBagsHaveNoHashesAndQosInNumbers()
    {
        using var reader = BagReader.Open(SharedData.PathOf("ros2/redkitchen_sqlite_raw"));
        var tf = reader.Topics.Single(topic => topic.Name == "/tf_static");
        Assert.Equal(("", ""), (tf.TypeHash, tf.Definition));
        Assert.Contains("durability: 1", tf.QosProfiles);
        Assert.Contains("durability: transient_local", BagQos.InWords(tf.QosProfiles));
    }

    private static IEnumerable<string> Bags() => File.ReadLines(Repository.Data("rosbag2", "payload_crcs.tsv"))
        .Select(line => SharedData.PathOf($"ros2/{line.Split('\t')[0]}")).Distinct();

    /// <summary>The fields and constants of a definition and of those behind it, without comments, each type once.</summary>
    private static SortedSet<string> Fields(string definition)
    {
        var (fields, type) = (new SortedSet<string>(StringComparer.Ordinal), "");
        foreach (var line in definition.Split('\n').Select(line => line.Split('#')[0].Trim()))
        {
            if (line.StartsWith("MSG: ", StringComparison.Ordinal)) type = line["MSG: ".Length..];
            else if (line.Length > 0 && line[0] != '=') fields.Add(string.Create(CultureInfo.InvariantCulture, $"{type}: {Normal(type, line)}"));
        }
        return fields;
    }

    /// <summary>Constants without spaces; types of the own package without its name; defaults apart.</summary>
    private static string Normal(string type, string line)
    {
        var package = type.Split('/')[0] + "/";
        var words = line.Replace(" = ", "=", StringComparison.Ordinal).Replace("=", " =", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var field = words[0].StartsWith(package, StringComparison.Ordinal) ? words[0][package.Length..] : words[0];
        return words.Length > 2 && words[2][0] == '=' ? $"{field} {words[1]} {string.Concat(words[2..])}" : $"{field} {words[1]}";
    }
}
