using AlsterNode.Core;

namespace AlsterNode.Ros2.Parameters;

/// <summary>A node's parameters: typed, ranged and described. Safe to use from any thread.</summary>
public sealed class ParameterSet
{
    private readonly IReadOnlyDictionary<string, object> _given;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private sealed class Entry(ParameterDeclaration declaration, object value)
    {
        public ParameterDeclaration Declaration => declaration;

        public object Value { get; set; } = value;
    }

    /// <param name="given">What the command line and its params files say (<see cref="RosArguments.ParametersFor"/>).</param>
    public ParameterSet(IReadOnlyDictionary<string, object> given) => _given = given;

    /// <summary>Parameters changed, all of one request at once. Raised on the thread that changed them.</summary>
    public event Action<IReadOnlyList<ParameterChange>>? Changed;

    /// <summary>Says why values that are well alone do not go together; null when they do. Given all parameters as they would be.</summary>
    public Func<IReadOnlyDictionary<string, object>, string?>? CheckTogether { get; set; }

    /// <summary>Names of all parameters, sorted.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _entries.Keys];
        }
    }

    /// <summary>Names that the command line gives and nothing declared: misspelled, most likely.</summary>
    public IReadOnlyList<string> Unknown
    {
        get
        {
            lock (_gate) return [.. _given.Keys.Where(name => !_entries.ContainsKey(name)).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Adds a parameter and returns its value: the command line's, or else the default. Throws <see cref="InputException"/> when the command line's
    /// is none that it may have.
    /// </summary>
    public T Declare<T>(ParameterDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (declaration.Default is not T) throw new ArgumentException($"Parameter '{declaration.Name}' has the default {declaration.Default}, which is no {typeof(T).Name}.", nameof(declaration));
        if (ParameterValues.TypeOf(declaration.Default) == 0) throw new ArgumentException($"Parameter '{declaration.Name}' is a {typeof(T).Name}, which is no parameter type.", nameof(declaration));
        var value = _given.TryGetValue(declaration.Name, out var given) ? ParameterValues.Adapted(given, declaration.Default) : declaration.Default;
        if (Refusal(declaration, value) is { } reason) throw new InputException(reason);
        lock (_gate)
        {
            if (!_entries.TryAdd(declaration.Name, new Entry(declaration, value))) throw new ArgumentException($"Parameter '{declaration.Name}' is declared twice.", nameof(declaration));
        }
        return (T)value;
    }

    /// <summary>A parameter's value.</summary>
    public T Get<T>(string name) => (T)(Find(name) ?? throw new KeyNotFoundException($"There is no parameter '{name}'."));

    /// <summary>A parameter's value; null when there is none of this name.</summary>
    public object? Find(string name)
    {
        lock (_gate) return _entries.GetValueOrDefault(name)?.Value;
    }

    /// <summary>A parameter's declaration; null when there is none of this name.</summary>
    public ParameterDeclaration? Describe(string name)
    {
        lock (_gate) return _entries.GetValueOrDefault(name)?.Declaration;
    }

    /// <summary>Sets all of the values or none. Null when it worked, otherwise the reason.</summary>
    public string? Set(IReadOnlyList<(string Name, object? Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (_gate)
        {
            foreach (var (name, value) in values)
            {
                if (RefusalOfChange(name, value) is { } reason) return reason;
            }
            if (CheckTogether is { } check)
            {
                var all = _entries.ToDictionary(pair => pair.Key, pair => pair.Value.Value);
                foreach (var (name, value) in values) all[name] = value!;
                if (check(all) is { } reason) return reason;
            }
            foreach (var (name, value) in values) _entries[name].Value = value!;
        }
        Changed?.Invoke([.. values.Select(value => new ParameterChange(value.Name, value.Value!))]);
        return null;
    }

    /// <summary>
    /// Names below any of the prefixes (all for none), at most <paramref name="depth"/> levels deep below it; 0 for any depth. As rclcpp's
    /// list_parameters.
    /// </summary>
    public IReadOnlyList<string> List(IReadOnlyList<string> prefixes, ulong depth)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        bool Within(string rest) => depth == 0 || (ulong)rest.Count(c => c == '.') < depth;
        return [.. Names.Where(name => prefixes.Count == 0
            ? Within(name)
            : prefixes.Any(prefix => name == prefix || (name.StartsWith(prefix + ".", StringComparison.Ordinal) && Within(name[(prefix.Length + 1)..]))))];
    }

    private string? RefusalOfChange(string name, object? value)
    {
        if (!_entries.TryGetValue(name, out var entry)) return $"There is no parameter '{name}'.";
        if (value is null) return $"Parameter '{name}' cannot be removed.";
        if (entry.Declaration.IsReadOnly) return $"Parameter '{name}' can be set at start only.";
        return Refusal(entry.Declaration, value);
    }

    private static string? Refusal(ParameterDeclaration declaration, object value)
    {
        if (value.GetType() != declaration.Default.GetType())
            return $"Parameter '{declaration.Name}' is given {ParameterValues.NameOf(value)} ({ParameterValues.Shown(value)}), expected {ParameterValues.NameOf(declaration.Default)}.";
        if (declaration.Range is { } range && value is long or double && !range.Contains(Convert.ToDouble(value)))
            return $"Parameter '{declaration.Name}' is given {value}, expected {range}.";
        return declaration.Check?.Invoke(value) is { } reason ? $"Parameter '{declaration.Name}' is given {ParameterValues.Shown(value)}: {reason}" : null;
    }
}
