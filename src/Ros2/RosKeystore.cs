using AlsterNode.Core;

namespace AlsterNode.Ros2;

/// <summary>A keystore as <c>ros2 security</c> (SROS2) makes it: <c>enclaves/NAME/</c> holds a node's certificates and permissions.</summary>
/// <param name="Folder">ROS_SECURITY_KEYSTORE.</param>
/// <param name="IsEnforced">ROS_SECURITY_STRATEGY is Enforce: without keys there is no node. Otherwise it joins without security.</param>
/// <param name="EnclaveOverride">ROS_SECURITY_ENCLAVE_OVERRIDE, or empty.</param>
public sealed record RosKeystore(string Folder, bool IsEnforced, string EnclaveOverride)
{
    // What a DDS security plugin wants to know, and the enclave's file that says it.
    private static readonly (string Property, string File)[] Files =
    [
        ("dds.sec.auth.identity_ca", "identity_ca.cert.pem"),
        ("dds.sec.auth.identity_certificate", "cert.pem"),
        ("dds.sec.auth.private_key", "key.pem"),
        ("dds.sec.access.permissions_ca", "permissions_ca.cert.pem"),
        ("dds.sec.access.governance", "governance.p7s"),
        ("dds.sec.access.permissions", "permissions.p7s"),
    ];

    private static readonly (string Plugin, string Library, string Functions)[] Plugins =
    [
        ("auth", "dds_security_auth", "authentication"),
        ("crypto", "dds_security_crypto", "crypto"),
        ("access", "dds_security_ac", "access_control"),
    ];

    internal static RosKeystore? From(Func<string, string> variable)
    {
        if (!variable("ROS_SECURITY_ENABLE").Equals("true", StringComparison.OrdinalIgnoreCase)) return null;
        var folder = variable("ROS_SECURITY_KEYSTORE");
        if (folder.Length == 0) throw new InputException("ROS_SECURITY_ENABLE is true, but ROS_SECURITY_KEYSTORE names no keystore.");
        var strategy = variable("ROS_SECURITY_STRATEGY");
        return new RosKeystore(folder, strategy == "Enforce", variable("ROS_SECURITY_ENCLAVE_OVERRIDE"));
    }

    /// <summary>Names and values of DDS's security properties for an enclave; none when it has no keys and need not have them.</summary>
    /// <param name="enclave">The enclave's name.</param>
    /// <param name="pluginFolder">The folder of Cyclone's own library; Debian has the plugins in a folder below it, where the loader does not look.</param>
    internal string[] Properties(string enclave, string? pluginFolder = null)
    {
        var name = EnclaveOverride.Length > 0 ? EnclaveOverride : enclave;
        var folder = Path.Combine(Folder, "enclaves", name.TrimStart('/'));
        var missing = Files.Where(file => !File.Exists(Path.Combine(folder, file.File))).Select(file => file.File).ToArray();
        if (missing.Length > 0)
        {
            if (IsEnforced) throw new InputException($"Enclave '{name}' has no {string.Join(", ", missing)} in {folder}; make it with: ros2 security create_enclave {Folder} {name}");
            return [];
        }
        var properties = new List<string>();
        foreach (var (property, file) in Files) properties.AddRange([property, "file:" + Path.GetFullPath(Path.Combine(folder, file))]);
        foreach (var (plugin, library, functions) in Plugins)
        {
            var prefix = $"dds.sec.{plugin}.library.";
            properties.AddRange([prefix + "path", PluginPath(library, pluginFolder), prefix + "init", "init_" + functions, prefix + "finalize", "finalize_" + functions]);
        }
        var revoked = Path.Combine(folder, "crl.pem");
        if (File.Exists(revoked)) properties.AddRange(["org.eclipse.cyclonedds.sec.auth.crl", "file:" + Path.GetFullPath(revoked)]);
        return [.. properties];
    }

    private static string PluginPath(string library, string? folder)
    {
        if (folder is null) return library;
        string[] places = [folder, Path.Combine(folder, "libddsc0debian")];
        return places.Select(place => Path.Combine(place, $"lib{library}.so")).FirstOrDefault(File.Exists) ?? library;
    }
}
