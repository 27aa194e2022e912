using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Parameters, then persistent buffers, under PyTorch's dotted names; the tensors are the module's own.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
                foreach (var (name, parameter) in named_parameters())
                    destination.TryAdd(Key(name), parameter);
                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(Key(name), buffer);
                foreach (var (name, module) in _submodules)
                    module.state_dict(destination, Key(name));
                return destination;
            }

            /// <summary>Copies <paramref name="source"/> into the parameters and buffers; nothing is changed when the names or shapes do not match.</summary>
            /// <param name="source">Tensors by dotted name.</param>
            /// <param name="strict">Whether missing and unexpected names are an error.</param>
            /// <param name="skip">Names to leave alone.</param>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                ArgumentNullException.ThrowIfNull(source);
                skip ??= [];
                var destination = state_dict();
                var missing = destination.Keys.Where(key => !skip.Contains(key) && !source.ContainsKey(key)).ToList();
                var unexpected = source.Keys.Where(key => !skip.Contains(key) && !destination.ContainsKey(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        $"The loaded state_dict does not fit {GetName()}: missing {Names(missing)}, unexpected {Names(unexpected)}.");
                }

                var pairs = source.Where(pair => !skip.Contains(pair.Key) && destination.ContainsKey(pair.Key)).ToList();
                foreach (var (key, tensor) in pairs)
                {
                    if (!tensor.shape.AsSpan().SequenceEqual(destination[key].shape))
                    {
                        throw new InvalidOperationException(
                            $"{key} of the loaded state_dict is [{string.Join(",", tensor.shape)}], {GetName()} expects [{string.Join(",", destination[key].shape)}].");
                    }
                }

                using var noGradients = no_grad();
                foreach (var (key, tensor) in pairs)
                    destination[key].copy_(tensor);
                return (missing, unexpected);
            }

            /// <summary>Writes the state dict to a .dat file.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            /// <summary>Writes a LEB128 count, then per tensor its name and the tensor.</summary>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                ArgumentNullException.ThrowIfNull(writer);
                ArgumentNullException.ThrowIfNull(sd);
                var entries = sd.Where(pair => skip is null || !skip.Contains(pair.Key)).ToList();
                writer.Encode(entries.Count);
                foreach (var (key, tensor) in entries)
                {
                    writer.Write(key);
                    tensor.Save(writer);
                }
            }

            /// <summary>Reads a .dat file into this module.</summary>
            /// <param name="location">Path of the file.</param>
            /// <param name="strict">Whether the file must hold exactly this module's names.</param>
            /// <param name="skip">Names to leave alone.</param>
            /// <param name="loadedParameters">Receives each name of the file and whether this module has it.</param>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                if (!File.Exists(location))
                    throw new FileNotFoundException(location);
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                ArgumentNullException.ThrowIfNull(reader);
                skip ??= [];
                var destination = state_dict();
                var entries = reader.Decode();
                if (strict && entries != destination.Count)
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {destination.Count}, but found {entries} entries.", nameof(reader));
                for (var i = 0L; i < entries; i++)
                {
                    var key = reader.ReadString();
                    var found = destination.TryGetValue(key, out var tensor);
                    if (!found && strict)
                    {
                        throw new ArgumentException(
                            $"Mismatched module state names: the target modules does not have a submodule or buffer named '{key}'", nameof(reader));
                    }

                    var wanted = found && !skip.Contains(key);
                    try
                    {
                        TensorExtensionMethods.ReadInto(reader, wanted ? tensor : null);
                    }
                    catch (ArgumentException error)
                    {
                        throw new ArgumentException($"{key}: {error.Message}", nameof(reader), error);
                    }

                    loadedParameters?.Add(key, found);
                }

                return this;
            }

            private static string Names(List<string> names) => names.Count switch
            {
                0 => "nothing",
                <= 8 => string.Join(", ", names),
                _ => $"{string.Join(", ", names.Take(8))} and {names.Count - 8} more",
            };
        }
    }
}
