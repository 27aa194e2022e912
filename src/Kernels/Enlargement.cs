namespace AlsterNode.Kernels;

/// <summary>A pixel between two others: (1 - Share) at Index and Share at Next.</summary>
internal readonly record struct Between(int Index, int Next, float Share);

/// <summary>Bilinear resizing as PyTorch's interpolate does it with align_corners off.</summary>
internal sealed class Enlargement
{
    public Enlargement((int Height, int Width) from, (int Height, int Width) to)
    {
        (From, To) = (from, to);
        Columns = [.. Enumerable.Range(0, to.Width).Select(x => At(x, from.Width, to.Width))];
    }

    public (int Height, int Width) From { get; }

    public (int Height, int Width) To { get; }

    /// <summary>For each column of the result.</summary>
    public Between[] Columns { get; }

    /// <summary>For a row of the result.</summary>
    public Between Row(int y) => At(y, From.Height, To.Height);

    private static Between At(int i, int from, int to)
    {
        var position = Math.Max(0, ((float)from / to * (i + 0.5f)) - 0.5f);
        var index = Math.Min((int)position, from - 1);
        return new Between(index, Math.Min(index + 1, from - 1), position - index);
    }
}
