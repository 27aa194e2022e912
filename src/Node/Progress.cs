using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace AlsterNode.Node;

/// <summary>Progress of long work: a bar on a terminal, a plain line every ten seconds elsewhere.</summary>
internal static class Progress
{
    /// <summary>Runs <paramref name="work"/>, which reports how much is done; <paramref name="total"/> is null when nobody knows.</summary>
    public static void Run(string title, int? total, Action<Action<int>> work)
    {
        if (IsOnTerminal) OnTerminal(title, total, work);
        else AsLines(title, total, work);
    }

    /// <summary>The same for work that prints lines of its own: on a terminal they run through above the bar, elsewhere they are all there is.</summary>
    public static void Run(string title, int total, Action<Action<string>, IProgress<int>> work)
    {
        if (IsOnTerminal) OnTerminal(title, total, report => work(AnsiConsole.WriteLine, new Report(report)));
        else work(Console.WriteLine, new Report(_ => { }));
    }

    private static bool IsOnTerminal => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    private static void OnTerminal(string title, int? total, Action<Action<int>> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                work(done => task.Value = done);
                task.Value = task.MaxValue;
            });

    private static void AsLines(string title, int? total, Action<Action<int>> work)
    {
        var clock = Stopwatch.StartNew();
        var next = TimeSpan.FromSeconds(10);
        work(done =>
        {
            if (clock.Elapsed < next) return;
            next = clock.Elapsed + TimeSpan.FromSeconds(10);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {done}{(total is null ? "" : $" of {total}")}, {clock.Elapsed.TotalSeconds:F0} s"));
        });
    }
}

/// <summary>Hands progress on at once, on the caller's thread.</summary>
internal sealed class Report(Action<int> report) : IProgress<int>
{
    void IProgress<int>.Report(int value) => report(value);
}
