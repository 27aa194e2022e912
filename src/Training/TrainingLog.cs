using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AlsterNode.Training;

/// <summary>Progress of a training: a line on the console every 25 steps, and every figure of every step as a row of log.csv in the run's folder.</summary>
public sealed class TrainingLog : IDisposable
{
    private const int Window = 25;

    private readonly StreamWriter _csv;
    private readonly Action<string> _print;
    private readonly Dictionary<string, double> _sums = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _steps;
    private int _firstStep = -1;

    /// <summary>Appends to log.csv in <paramref name="folder"/>; <paramref name="print"/> gets a line a window.</summary>
    public TrainingLog(string folder, Action<string> print)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "log.csv");
        var isNew = !File.Exists(path);
        _csv = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
        if (isNew) _csv.WriteLine("phase,step,seconds,name,value");
        _print = print;
    }

    /// <summary>Writes the figures of one step; their means are printed every 25 steps.</summary>
    public void Step(string phase, int step, int total, double learningRate, IReadOnlyDictionary<string, double> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        if (_firstStep < 0 || step < _firstStep) (_firstStep, _steps) = (step, 0);
        Write(phase, step, figures);
        foreach (var (name, value) in figures) _sums[name] = _sums.GetValueOrDefault(name) + value;
        _steps++;
        if (_steps < Window && step + 1 < total) return;
        var line = new StringBuilder($"{phase} step {step + 1}/{total}");
        foreach (var (name, sum) in _sums)
            line.Append(CultureInfo.InvariantCulture, $"  {name} {sum / _steps:F3}");
        var secondsPerStep = _clock.Elapsed.TotalSeconds / Math.Max(1, step + 1 - _firstStep);
        line.Append(CultureInfo.InvariantCulture, $"  lr {learningRate:G2}  {secondsPerStep:F2} s/step, {TimeSpan.FromSeconds(secondsPerStep * (total - step - 1)):hh\\:mm\\:ss} to go");
        _print(line.ToString());
        _sums.Clear();
        _steps = 0;
    }

    /// <summary>Writes and prints the scores of a validation after a step.</summary>
    public void Validation(string phase, int step, IReadOnlyDictionary<string, double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Write(phase, step, scores);
        _print($"{phase} step {step + 1} validation" + string.Concat(scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"  {score.Key} {score.Value:F1}"))));
    }

    /// <summary>Starts the clock of a new phase.</summary>
    public void NewPhase()
    {
        _clock.Restart();
        _firstStep = -1;
        _steps = 0;
        _sums.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private void Write(string phase, int step, IReadOnlyDictionary<string, double> figures)
    {
        foreach (var (name, value) in figures)
            _csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{phase},{step + 1},{_clock.Elapsed.TotalSeconds:F1},{name},{value:R}"));
    }
}
