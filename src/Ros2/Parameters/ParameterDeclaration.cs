namespace AlsterNode.Ros2.Parameters;

/// <summary>A parameter that a node has.</summary>
/// <param name="Name">Its name; levels are joined by dots.</param>
/// <param name="Default">Its value unless the command line gives another: bool, long, double, string, or an array of one of them or of bytes. Its type is the parameter's.</param>
/// <param name="Description">What it is for, with the unit.</param>
public sealed record ParameterDeclaration(string Name, object Default, string Description)
{
    /// <summary>The values a number may have; null for any.</summary>
    public ParameterRange? Range { get; init; }

    /// <summary>It can be set at start, and not later.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Says why a value of the right type and range is refused; null when it is welcome.</summary>
    public Func<object, string?>? Check { get; init; }

    /// <summary>What <see cref="Check"/> asks for, in words.</summary>
    public string Constraints { get; init; } = "";
}

/// <summary>The values a number may have.</summary>
/// <param name="From">The smallest.</param>
/// <param name="To">The largest.</param>
/// <param name="Step">Values lie at multiples of it above <paramref name="From"/>; 0 for any value.</param>
public sealed record ParameterRange(double From, double To, double Step = 0)
{
    /// <summary>Whether a value is one of these.</summary>
    public bool Contains(double value)
    {
        if (!(value >= From && value <= To)) return false; // also for NaN
        if (Step == 0 || value == To) return true;
        var steps = (value - From) / Step;
        return Math.Abs(steps - Math.Round(steps)) < 1e-9 * Math.Max(1, Math.Abs(steps));
    }

    /// <inheritdoc/>
    public override string ToString() => Step == 0 ? $"{From} to {To}" : $"{From} to {To} in steps of {Step}";
}

/// <summary>A new value of a parameter.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">What it is now.</param>
public sealed record ParameterChange(string Name, object Value);
