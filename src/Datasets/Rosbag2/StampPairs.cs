namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Pairs colour and depth images by stamp.</summary>
internal static class StampPairs
{
    /// <summary>The closest pairs first, each image once, none further apart than <paramref name="maxInterval"/>; never across a clock jump.</summary>
    /// <param name="color">Sorted by stretch and stamp.</param>
    /// <param name="depth">Sorted by stretch and stamp.</param>
    /// <param name="maxInterval">[ns].</param>
    /// <returns>For each depth image the number of its colour image, or -1.</returns>
    public static int[] Match(IReadOnlyList<BagImage> color, IReadOnlyList<BagImage> depth, long maxInterval)
    {
        var pairs = new List<(long Apart, int Depth, int Color)>();
        var first = 0;
        for (var d = 0; d < depth.Count; d++)
        {
            var (stretch, stamp, _) = depth[d];
            while (first < color.Count && (color[first].Stretch, color[first].Stamp).CompareTo((stretch, stamp - maxInterval)) < 0) first++;
            for (var c = first; c < color.Count && color[c].Stretch == stretch && color[c].Stamp <= stamp + maxInterval; c++)
                pairs.Add((Math.Abs(color[c].Stamp - stamp), d, c));
        }
        pairs.Sort();
        var (colorOf, used) = (new int[depth.Count], new bool[color.Count]);
        Array.Fill(colorOf, -1);
        foreach (var (_, d, c) in pairs)
        {
            if (colorOf[d] >= 0 || used[c]) continue;
            (colorOf[d], used[c]) = (c, true);
        }
        return colorOf;
    }
}
