namespace TorchSharp.Utils;

/// <summary>Names a field's component in the module's state dict; without it the field's own name counts.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
