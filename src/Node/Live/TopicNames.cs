using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

/// <summary>Finds the topic that somebody meant.</summary>
internal static class TopicNames
{
    private static readonly string[] NotColor = ["depth", "infra", "/ir/", "label", "semantic", "mask", "confidence", "disparity"];

    /// <summary>Whether an endpoint is of this topic (services have endpoints too).</summary>
    public static bool IsTopic(GraphEndpoint endpoint, string topic) => endpoint.Topic == topic && endpoint.DdsTopic == "rt" + topic;

    /// <summary>
    /// The published topic most like the one wanted: of the same type before images of the other transport, with as many equal last parts as
    /// possible, then by the number of letters to change. Null when none is like it.
    /// </summary>
    /// <param name="topic">The topic wanted.</param>
    /// <param name="type">Its type.</param>
    /// <param name="input">What it is for: color, depth, color_info, depth_info, pose.</param>
    /// <param name="endpoints">Everyone in the domain.</param>
    /// <param name="ownNode">The node whose own topics do not count.</param>
    public static GraphEndpoint? Suggest(string topic, string type, string input, IEnumerable<GraphEndpoint> endpoints, string ownNode) => endpoints
        .Where(endpoint => endpoint.IsPublisher && endpoint.Node != ownNode && endpoint.Topic != topic && IsTopic(endpoint, endpoint.Topic) && Fits(endpoint, type, input))
        .Select(endpoint => (Endpoint: endpoint, Ends: CommonEnd(Base(topic), Base(endpoint.Topic)), Likeness: Likeness(Base(topic), Base(endpoint.Topic))))
        .Where(found => input.Contains("depth", StringComparison.Ordinal) || input == "pose" || found.Ends > 0 || found.Likeness > 0.6) // a name with "depth" says enough
        .OrderByDescending(found => found.Endpoint.Type == type).ThenByDescending(found => found.Ends).ThenByDescending(found => found.Likeness)
        .ThenBy(found => found.Endpoint.Topic, StringComparer.Ordinal).Select(found => found.Endpoint).FirstOrDefault();

    /// <summary>1 for equal names, 0 for names without a letter in common: one less the edit distance by the length of the longer.</summary>
    private static double Likeness(string a, string b) => 1 - ((double)EditDistance(a, b) / Math.Max(1, Math.Max(a.Length, b.Length)));

    private static bool Fits(GraphEndpoint endpoint, string type, string input)
    {
        var isDepth = endpoint.Topic.Contains("depth", StringComparison.OrdinalIgnoreCase);
        if (input.StartsWith("depth", StringComparison.Ordinal) && !isDepth) return false;
        if (input.StartsWith("color", StringComparison.Ordinal) && NotColor.Any(word => endpoint.Topic.Contains(word, StringComparison.OrdinalIgnoreCase))) return false;
        return endpoint.Type == type || (IsImage(endpoint.Type) && IsImage(type));
    }

    private static bool IsImage(string type) => type == Image.MessageType.Name || type == CompressedImage.MessageType.Name;

    /// <summary>The image's topic without its transport.</summary>
    private static string Base(string topic) => topic.EndsWith("/compressed", StringComparison.Ordinal) || topic.EndsWith("/compressedDepth", StringComparison.Ordinal) ? topic[..topic.LastIndexOf('/')] : topic;

    /// <summary>Equal parts at the end: 2 for /color/image_raw and /camera/color/image_raw.</summary>
    private static int CommonEnd(string a, string b)
    {
        var (x, y) = (a.Split('/', StringSplitOptions.RemoveEmptyEntries), b.Split('/', StringSplitOptions.RemoveEmptyEntries));
        var same = 0;
        while (same < x.Length && same < y.Length && x[^(same + 1)] == y[^(same + 1)]) same++;
        return same;
    }

    // Letters to add, remove or change (Levenshtein), one row of the table at a time.
    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
