using System.Diagnostics;
using System.Globalization;

namespace AlsterNode.Node;

/// <summary>What the program does until its first frame is in the map, and how long each part takes.</summary>
internal sealed class StartUp
{
    private readonly List<(string Part, double Seconds)> _parts = [];
    private double _soFar; // [s] since the process began

    /// <summary>From the start of the process to its first frame [s]; null before there is one.</summary>
    public double? FirstFrame { get; private set; }

    /// <summary>A part is done.</summary>
    public void Did(string part)
    {
        using var process = Process.GetCurrentProcess();
        var now = (DateTime.Now - process.StartTime).TotalSeconds;
        _parts.Add((part, now - _soFar));
        _soFar = now;
    }

    /// <summary>The first frame is in the map; later ones change nothing.</summary>
    public void DidFrame()
    {
        if (FirstFrame is not null) return;
        Did("frame");
        FirstFrame = _soFar;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"first frame in the map {_soFar:F2} s after the start: {string.Join(", ", _parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Part} {part.Seconds:F2}")))}");
}
