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
    public static AlsterModel Load(string path)
    {
        var (tensors, metadata) = SafeTensors.Read(path);
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
