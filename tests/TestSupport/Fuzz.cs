namespace AlsterNode.Tests.TestSupport;

/// <summary>How long fuzzing goes on: a short while here, as long as ALSTER_FUZZ (a number of cases for each test) says elsewhere.</summary>
public static class Fuzz
{
    /// <summary>The number of damaged inputs to try.</summary>
    public static int Cases(int usual) => int.TryParse(Environment.GetEnvironmentVariable("ALSTER_FUZZ"), out var cases) && cases > 0 ? cases : usual;
}
