using AlsterNode.Core;

namespace AlsterNode.Node.Live;

/// <summary>
/// Pairs colour and depth images by stamp as they come. Images of one time are a pair at once; of different times as soon as no closer partner
/// can come. Not for several threads at a time.
/// </summary>
/// <param name="capacity">Images of each kind that wait for a partner; one more drops the oldest.</param>
/// <param name="dropped">Hears of images without a partner: the image and its <see cref="DropReason"/>.</param>
internal sealed class ImagePairs<T>(int capacity, Action<T, string> dropped)
{
    private const long Grace = 100_000_000; // ns: a partner within the interval is taken when nothing came for so long

    private readonly List<Waiting> _color = []; // by stamp
    private readonly List<Waiting> _depth = [];
    private long _newestColor = long.MinValue;

    private readonly record struct Waiting(long Stamp, long Arrived, T Image);

    /// <summary>Adds a colour image. False for a second one of the same time, which is not taken.</summary>
    public bool AddColor(long stamp, long arrived, T image)
    {
        _newestColor = Math.Max(_newestColor, stamp);
        return Add(_color, new Waiting(stamp, arrived, image), DropReason.DepthMissing);
    }

    /// <summary>Adds a depth image. False for a second one of the same time, which is not taken.</summary>
    public bool AddDepth(long stamp, long arrived, T image) => Add(_depth, new Waiting(stamp, arrived, image), DropReason.ColorMissing);

    /// <summary>Takes the next pair, in order of the depth images' stamps.</summary>
    /// <param name="maxInterval">Partners are no further apart than this [ns].</param>
    /// <param name="now">On the clock of the arrivals [ns].</param>
    /// <param name="color">The colour image of the pair.</param>
    /// <param name="depth">The depth image of the pair.</param>
    public bool TryTake(long maxInterval, long now, out T color, out T depth)
    {
        for (var d = 0; d < _depth.Count; d++)
        {
            var image = _depth[d];
            var c = Closest(image.Stamp, maxInterval);
            if (c >= 0 && !IsFinal(image, _color[c], now)) break; // later ones wait behind it
            if (c < 0 && _newestColor <= image.Stamp + maxInterval) break; // its partner may come yet
            _depth.RemoveAt(d--);
            if (c < 0)
            {
                dropped(image.Image, DropReason.ColorMissing);
                continue;
            }
            (color, depth) = (_color[c].Image, image.Image);
            for (; c > 0; c--) Drop(_color, 0, DropReason.DepthMissing); // passed over
            _color.RemoveAt(0);
            return true;
        }
        (color, depth) = (default!, default!);
        return false;
    }

    /// <summary>How far a stamp lies from the nearest image of the other kind that waits [ns]; null when none does.</summary>
    public long? Apart(long stamp, bool isDepth)
    {
        var others = isDepth ? _color : _depth;
        return others.Count == 0 ? null : others.Min(other => Math.Abs(other.Stamp - stamp));
    }

    /// <summary>Forgets all images that wait, without a word to anyone.</summary>
    public void Clear(Action<T> forget)
    {
        foreach (var waiting in _color.Concat(_depth)) forget(waiting.Image);
        _color.Clear();
        _depth.Clear();
        _newestColor = long.MinValue;
    }

    private bool Add(List<Waiting> images, Waiting image, string reason)
    {
        var at = images.Count;
        while (at > 0 && images[at - 1].Stamp > image.Stamp) at--;
        if (at > 0 && images[at - 1].Stamp == image.Stamp) return false;
        images.Insert(at, image);
        if (images.Count > capacity) Drop(images, 0, reason);
        return true;
    }

    private void Drop(List<Waiting> images, int at, string reason)
    {
        dropped(images[at].Image, reason);
        images.RemoveAt(at);
    }

    private bool IsFinal(Waiting depth, Waiting color, long now) => color.Stamp == depth.Stamp || _newestColor >= depth.Stamp || now - Math.Max(depth.Arrived, color.Arrived) > Grace;

    private int Closest(long stamp, long maxInterval)
    {
        var best = -1;
        for (var c = 0; c < _color.Count; c++)
        {
            var apart = Math.Abs(_color[c].Stamp - stamp);
            if (apart <= maxInterval && (best < 0 || apart < Math.Abs(_color[best].Stamp - stamp))) best = c;
        }
        return best;
    }
}
