using System.Diagnostics;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>Runs the program as a user does: in a process of its own.</summary>
public static class AlsterProgram
{
    public static ProgramResult Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill();
            throw new TimeoutException($"alster {string.Join(' ', arguments)} did not end within 5 minutes.");
        }
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"; // nodes stay on this machine
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "alster-node.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}

/// <summary>How a run of the program ended.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts the contract of errors: this exit code and one line on stderr that holds every phrase.</summary>
    public void ShouldFail(int exitCode, params string[] phrases)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}; stderr: {Error}; stdout: {Output}");
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var phrase in phrases) Assert.Contains(phrase, line, StringComparison.Ordinal);
    }

    /// <summary>Asserts exit code 0 and silence on stderr.</summary>
    public void ShouldSucceed() => Assert.True(ExitCode == 0 && Error.Length == 0, $"exit code {ExitCode}; stderr: {Error}; stdout: {Output}");
}
