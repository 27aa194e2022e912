using System.ComponentModel.DataAnnotations;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>What a scene is made of, and where it lives.</summary>
public sealed class SceneOptions
{
    /// <summary>Edge of a voxel [m]; 4 cm in [ALSTER].</summary>
    [Range(0.001, 10.0)]
    public double VoxelSize { get; set; } = 0.04;

    /// <summary>Length D of a voxel's global feature; 40 in [ALSTER].</summary>
    [Range(1, 1024)]
    public int FeatureDimension { get; set; } = 40;

    /// <summary>Name of the label space the stored labels belong to.</summary>
    public string LabelSpace { get; set; } = Core.LabelSpace.ScanNet20.Name;

    /// <summary>Id of the weights that made the features; features of other weights mean something else.</summary>
    public string ModelId { get; set; } = "";

    /// <summary>
    /// RAM for voxels [bytes]. Blocks that were not seen for longest leave memory once they are in the file and come back when seen.
    /// A scene without <see cref="Path"/> has nowhere to put them and ignores the budget: see <see cref="SemanticScene.IsOverBudget"/>.
    /// </summary>
    [Range(1L << 20, long.MaxValue)]
    public long MemoryBudgetBytes { get; set; } = long.MaxValue;

    /// <summary>The scene's file (.alster), written while mapping; null keeps the scene in memory only.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// Time from the start of one commit to the file to the start of the next [s]. A killed process loses the frames of this time and of
    /// one commit (a few ms to some tens of ms).
    /// </summary>
    [Range(0.01, 60.0)]
    public double CommitInterval { get; set; } = 0.4;

    internal void Validate()
    {
        var wrong = new List<ValidationResult>();
        if (Validator.TryValidateObject(this, new ValidationContext(this), wrong, validateAllProperties: true)) return;
        throw new InputException($"The scene's options are wrong: {wrong[0].ErrorMessage}");
    }

    /// <summary>Refuses a stored scene that these options do not describe.</summary>
    internal void CheckSameKind(SceneOptions stored)
    {
        Check("voxel size", $"{stored.VoxelSize} m", $"{VoxelSize} m");
        Check("feature dimension", $"{stored.FeatureDimension}", $"{FeatureDimension}");
        Check("label space", $"'{stored.LabelSpace}'", $"'{LabelSpace}'");
        Check("model", $"'{stored.ModelId}'", $"'{ModelId}'");

        void Check(string what, string found, string expected)
        {
            if (found == expected) return;
            throw new InputException($"Scene {stored.Path} was made with {what} {found}, expected {expected}: choose the settings it was made with, or another scene.");
        }
    }
}
