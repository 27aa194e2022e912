using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace AlsterNode.MessageGenerator;

/// <summary>
/// Makes C# of the .msg and .srv files among a project's AdditionalFiles. The package is the folder above msg/ or srv/ (a variant of a
/// package for another distribution is PACKAGE@VARIANT), or the file's RosPackage metadata.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessageSourceGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor BadDefinition =
        new("ALSTER001", "Message definition", "{0}", "Messages", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".msg", StringComparison.Ordinal) || file.Path.EndsWith(".srv", StringComparison.Ordinal))
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select((pair, cancellation) => (pair.Left.Path, Folder: FolderOf(pair.Left, pair.Right), Text: pair.Left.GetText(cancellation)?.ToString() ?? ""));
        context.RegisterSourceOutput(files.Collect(), Generate);
    }

    private static string FolderOf(AdditionalText file, AnalyzerConfigOptionsProvider options) =>
        options.GetOptions(file).TryGetValue("build_metadata.AdditionalFiles.RosPackage", out var package) && package.Length > 0 ? package
            : Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file.Path)));

    private static void Generate(SourceProductionContext context, ImmutableArray<(string Path, string Folder, string Text)> files)
    {
        try
        {
            var types = new TypeCatalog();
            var messages = new List<Message>();
            var services = new List<Service>();
            foreach (var (path, folder, text) in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                var name = Path.GetFileNameWithoutExtension(path);
                if (path.EndsWith(".msg", StringComparison.Ordinal)) messages.Add(DefinitionParser.ParseMessage(folder, name, text));
                else services.Add(DefinitionParser.ParseService(folder, name, text));
            }
            messages.AddRange(services.SelectMany(service => new[] { service.Request, service.Response }));
            foreach (var message in messages) types.Add(message);
            var code = new MessageCode(types);
            foreach (var message in messages) Add(context, message.Folder, CodeNames.Class(message), code.Of(message));
            context.AddSource("KnownMessages.g.cs", SourceText.From(MessageCode.Registry(messages), Encoding.UTF8));
            foreach (var service in services) Add(context, service.Request.Folder, service.Name, code.Of(service));
        }
        catch (DefinitionException problem)
        {
            context.ReportDiagnostic(Diagnostic.Create(BadDefinition, Location.None, problem.Message));
        }
    }

    private static void Add(SourceProductionContext context, string folder, string name, string code) =>
        context.AddSource($"{CodeNames.Pascal(folder)}.{name}.g.cs", SourceText.From(code, Encoding.UTF8));
}
