using System.Reflection;
using System.Text;

namespace AlsterNode.Tests.Models.Compat;

/// <summary>compat/README.md lists every public member of the stand-ins; run with ALSTER_WRITE_README=1 to write the tables anew.</summary>
public sealed class ReadmeTableTests
{
    private const string Begin = "<!-- begin members: written by ReadmeTableTests with ALSTER_WRITE_README=1 -->";
    private const string End = "<!-- end members -->";

    [Fact]
    public void TheReadmeListsEveryPublicMemberOfTheTorchSharpStandIn()
    {
        var path = FindReadme();
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(end > start && start > Begin.Length - 1, "compat/README.md has lost the marks around its member tables.");

        var table = Table(typeof(TorchSharp.torch).Assembly);
        if (Environment.GetEnvironmentVariable("ALSTER_WRITE_README") == "1")
            File.WriteAllText(path, text = string.Concat(text.AsSpan(0, start), table, text.AsSpan(end)));

        end = text.IndexOf(End, StringComparison.Ordinal);
        var written = text[start..end].Split('\n').ToHashSet();
        var expected = table.Split('\n').ToHashSet();
        var missing = expected.Except(written).ToArray();
        var gone = written.Except(expected).ToArray();
        Assert.True(
            missing.Length + gone.Length == 0,
            $"compat/README.md is behind: {missing.Length} lines missing (first: {missing.FirstOrDefault()}), {gone.Length} too many (first: {gone.FirstOrDefault()}).");
    }

    private static string FindReadme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "compat", "README.md");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException($"No compat/README.md above {AppContext.BaseDirectory}.");
    }

    private static string Table(Assembly assembly)
    {
        var text = new StringBuilder("\n");
        foreach (var type in assembly.GetExportedTypes().OrderBy(FullName, StringComparer.Ordinal))
        {
            var rows = Members(type).Order(StringComparer.Ordinal).Distinct().ToArray();
            text.Append($"\n### {FullName(type)}\n\n");
            if (rows.Length == 0)
                continue;
            text.Append("| member |\n|---|\n");
            foreach (var row in rows)
                text.Append($"| `{row.Replace("|", "\\|", StringComparison.Ordinal)}` |\n");
        }

        return text.Append('\n').ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
            return type.GetFields(Declared).Where(field => field.IsLiteral).Select(field => $"{field.Name} = {field.GetRawConstantValue()}");

        return type.GetConstructors(Declared).Select(constructor => $"new {Name(type)}({Parameters(constructor)})")
            .Concat(type.GetFields(Declared).Select(field => $"{Name(field.FieldType)} {field.Name}"))
            .Concat(type.GetProperties(Declared).Select(Property))
            .Concat(type.GetMethods(Declared).Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)).Select(Method));
    }

    private static string Property(PropertyInfo property)
    {
        var access = property.SetMethod is { IsPublic: true } ? "get; set;" : "get;";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        return $"{Name(property.PropertyType)} {name} {{ {access} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;
        return $"{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty;
        var value = parameter.HasDefaultValue ? $" = {parameter.DefaultValue switch { null => "null", string text => $"\"{text}\"", bool flag => flag ? "true" : "false", var other => other }}" : string.Empty;
        return $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string FullName(Type type) => type.DeclaringType is { } outer ? $"{FullName(outer)}.{Name(type)}" : $"{type.Namespace}.{Name(type)}";

    private static string Name(Type type)
    {
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsByRef)
            return $"ref {Name(type.GetElementType()!)}";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{Name(inner)}?";
        if (!type.IsGenericType)
            return Keyword(type);
        var arguments = type.GetGenericArguments().Select(Name).ToArray();
        return type.Name.StartsWith("ValueTuple", StringComparison.Ordinal)
            ? $"({string.Join(", ", arguments)})"
            : $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>";
    }

    private static string Keyword(Type type) => type.FullName switch
    {
        "System.Void" => "void",
        "System.Boolean" => "bool",
        "System.Byte" => "byte",
        "System.SByte" => "sbyte",
        "System.Int16" => "short",
        "System.Int32" => "int",
        "System.Int64" => "long",
        "System.Single" => "float",
        "System.Double" => "double",
        "System.String" => "string",
        "System.Object" => "object",
        _ => type.Name,
    };
}
