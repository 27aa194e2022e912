using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.TemporalExpert;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>
/// Models as safetensors files: tensor names are those of PyTorch's state dicts, the metadata says what to build (preset, label space,
/// attention, dimension) and how the weights came to be. Matrices and kernels are stored in half precision, vectors in single.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes the weights; <paramref name="notes"/> (recipe, data, scores) become metadata. Sets the model's id.</summary>
    public static void Save(AlsterModel model, string path, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var tensors = new List<StoredTensor>();
        foreach (var (name, value) in model.state_dict())
        {
            using var values = value.to(ScalarType.Float32).cpu().contiguous();
            tensors.Add(StoredTensor.FromFloats(name, value.shape, MemoryMarshal.Cast<byte, float>(values.bytes), half: value.shape.Length > 1));
        }
        model.Id = IdOf(tensors);
        var metadata = new Dictionary<string, string>(notes ?? new Dictionary<string, string>())
        {
            ["format"] = "alster-1",
            ["id"] = model.Id,
            ["preset"] = model.Options.Preset,
            ["label_space"] = model.Options.LabelSpace.Name,
            ["classes"] = string.Join(",", model.Options.LabelSpace.Classes.Select(item => item.Name)),
            ["backbone"] = model.Options.Backbone.ToString(),
            ["attention"] = model.Options.Attention.ToString(),
            ["feature_dimension"] = model.Options.FeatureDimension.ToString(CultureInfo.InvariantCulture),
        };
        SafeTensors.Write(path, tensors, metadata);
    }

    /// <summary>Builds the network a file describes and loads its weights; anything missing or of another shape is refused by name.</summary>
    public static AlsterModel Load(string path) => Load(path, out _);

    private static AlsterModel Load(string path, out IReadOnlyDictionary<string, string> metadata)
    {
        (var tensors, metadata) = SafeTensors.Read(path);
        if (metadata.GetValueOrDefault("format") != "alster-1")
            throw new InputException($"'{path}' holds no AlsterNode model: its metadata says format '{metadata.GetValueOrDefault("format")}', expected 'alster-1'.");
        var model = new AlsterModel(OptionsOf(path, metadata));
        Fill(model, path, tensors, []);
        model.Id = IdOf(tensors);
        return model;
    }

    /// <summary>Takes a file's weights into a network that may differ from the file's in some parts, which keep the weights they have.</summary>
    /// <param name="model">Gets the weights.</param>
    /// <param name="path">The file.</param>
    /// <param name="except">How the names of the tensors begin that stay as they are: <c>expert</c>, <c>encoder.decoder.project</c>.</param>
    public static void Fill(AlsterModel model, string path, IReadOnlyCollection<string> except)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(except);
        Fill(model, path, SafeTensors.Read(path).Tensors, except);
    }

    /// <summary>
    /// Writes the mean of the weights of several models (a "model soup", Wortsman et al. 2022): of trainings that parted late from the same weights it is
    /// often better than each of them, and costs no more than one.
    /// </summary>
    /// <param name="paths">Two files or more of the same kind, whose batch norms have the same statistics; one that is named twice counts twice.</param>
    /// <param name="path">The file to write.</param>
    /// <returns>The id of the mean.</returns>
    public static string Average(IReadOnlyList<string> paths, string path)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count < 2) throw new InputException($"A mean needs two model files or more, and '{string.Join(", ", paths)}' is {paths.Count}.");
        using var mean = Load(paths[0], out var metadata);
        var sources = new List<(string Id, string Config)> { Source(mean, metadata) };
        foreach (var next in paths.Skip(1))
        {
            using var other = Load(next, out metadata);
            sources.Add(Source(other, metadata));
            var (found, expected) = (KindOf(other), KindOf(mean));
            if (found != expected) throw new InputException($"'{next}' is a model of kind {found}, expected {expected} like '{paths[0]}'.");
            Approach(mean, other, 1.0 / sources.Count, next);
        }
        Save(mean, path, new Dictionary<string, string>
        {
            ["average_of"] = string.Join(",", sources.Select(source => source.Id)),
            ["training_config"] = $"[{string.Join(",", sources.Select(source => source.Config))}]",
        });
        return mean.Id;

        static string KindOf(AlsterModel model) => $"{model.Options.Kind}, {model.Options.LabelSpace.Name}";
        static (string Id, string Config) Source(AlsterModel model, IReadOnlyDictionary<string, string> metadata) => (model.Id, metadata.GetValueOrDefault("training_config", "null"));
    }

    /// <summary>The label space of a model file.</summary>
    public static LabelSpace LabelSpaceOf(string path)
    {
        var metadata = SafeTensors.Read(path).Metadata;
        return LabelSpace.Named(metadata.GetValueOrDefault("label_space") ?? throw new InputException($"'{path}' has no 'label_space' in its metadata, expected a model of ./alster train."));
    }

    private static ModelOptions OptionsOf(string path, IReadOnlyDictionary<string, string> metadata)
    {
        var options = ModelOptions.Named(Required("preset"));
        if (!Enum.TryParse<AttentionKind>(Required("attention"), out var attention))
            throw new InputException($"'{path}': attention '{metadata["attention"]}' is unknown; expected Softmax or Linear.");
        if (!int.TryParse(Required("feature_dimension"), CultureInfo.InvariantCulture, out var dimension) || dimension is < 1 or > 4096)
            throw new InputException($"'{path}': feature dimension '{metadata["feature_dimension"]}' is not a number from 1 to 4096.");
        var backbone = options.Backbone; // files of before it was a choice do not name it
        if (metadata.TryGetValue("backbone", out var name) && !Enum.TryParse(name, out backbone))
            throw new InputException($"'{path}': backbone '{name}' is unknown; expected {string.Join(" or ", Enum.GetNames<Backbone>())}.");
        return options with { LabelSpace = LabelSpace.Named(Required("label_space")), Attention = attention, FeatureDimension = dimension, Backbone = backbone };

        string Required(string key) => metadata.TryGetValue(key, out var value) ? value
            : throw new InputException($"'{path}' has no '{key}' in its metadata; write it with ./alster train.");
    }

    private static void Fill(AlsterModel model, string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyCollection<string> except)
    {
        var stored = tensors.ToDictionary(tensor => tensor.Name);
        var state = model.state_dict();
        foreach (var part in except)
        {
            var names = state.Keys.Where(name => name.StartsWith(part + ".", StringComparison.Ordinal)).ToList();
            if (names.Count == 0) throw new InputException($"The network has no part '{part}'; expected for example {string.Join(", ", state.Keys.Select(name => name.Split('.')[0]).Distinct())}.");
            foreach (var name in names) state.Remove(name);
        }
        var missing = state.Keys.Where(name => !stored.ContainsKey(name)).ToList();
        if (missing.Count > 0)
            throw new InputException($"'{path}' lacks {missing.Count} of {state.Count} tensors, first '{missing[0]}'; it was made for another version or preset.");
        using var frozen = no_grad();
        foreach (var (name, target) in state)
        {
            var source = stored[name];
            if (!source.Shape.SequenceEqual(target.shape))
                throw new InputException($"'{path}': tensor {name} is [{string.Join(", ", source.Shape)}], expected [{string.Join(", ", target.shape)}].");
            using var values = tensor(source.ToFloats(), source.Shape);
            target.copy_(values);
        }
    }

    /// <summary>Moves weights by a share of the way to another model's. Where batch norms differ no mean of their statistics fits the mean's activations.</summary>
    private static void Approach(AlsterModel mean, AlsterModel other, double share, string path)
    {
        using var frozen = no_grad();
        var parameters = mean.named_parameters().Select(item => item.name).ToHashSet();
        var state = mean.state_dict();
        foreach (var (name, value) in other.state_dict())
        {
            var target = state[name];
            if (value.equal(target)) continue; // frozen parts stay as they are to the bit
            if (!parameters.Contains(name))
            {
                throw new InputException($"'{path}' has other batch-norm statistics ({name}) than the models before it, expected the same: "
                    + "average trainings that differ in the expert only (expert_only).");
            }
            using var step = (value - target) * share;
            target.add_(step);
        }
    }

    /// <summary>The first 16 hex digits of SHA-256 over names, types and data: the same weights always have the same id.</summary>
    private static string IdOf(IEnumerable<StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}:{tensor.Type}:{string.Join(",", tensor.Shape)};"));
            hash.AppendData(tensor.Data);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
