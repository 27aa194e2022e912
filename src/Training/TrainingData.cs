using System.ComponentModel.DataAnnotations;
using AlsterNode.Datasets;

namespace AlsterNode.Training;

/// <summary>One part of a training's data: a folder of recorded scenes, or synthetic rooms that are made while training.</summary>
public sealed class TrainingData : IValidatableObject
{
    /// <summary>Folder whose subfolders are scenes in ScanNet's layout (exported frames or .sens) with labels.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Text file that names the scenes to take, one a line, as ScanNet's official splits do; empty takes all.</summary>
    public string Split { get; set; } = "";

    /// <summary>What the numbers in the folder's label images are, see <see cref="SourceOptions.LabelIds"/>; empty finds out.</summary>
    public string LabelIds { get; set; } = "";

    /// <summary>Seed of a collection of synthetic rooms, as for <c>./alster synth --seed</c>; they never touch the disk.</summary>
    public uint? Synthetic { get; set; }

    /// <summary>Number of synthetic rooms; 0 never shows a room again once it has left the memory.</summary>
    [Range(0, int.MaxValue)]
    public int Rooms { get; set; }

    /// <summary>Whether all synthetic rooms have one look, the same materials, light and camera; for comparisons only.</summary>
    public bool FixedLook { get; set; }

    /// <summary>How often scenes of this part are taken, relative to the other parts.</summary>
    [Range(1e-6, 1e6)]
    public double Weight { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Folder.Length == 0 == Synthetic is null) yield return new ValidationResult("Each part of the data needs either folder or synthetic (a seed).");
        if (Synthetic is not null && Split.Length > 0) yield return new ValidationResult("split belongs to folder; synthetic rooms have none.");
        if (Synthetic is null && FixedLook) yield return new ValidationResult("fixed_look belongs to synthetic; a folder looks as it does.");
        if (Synthetic is not null && LabelIds.Length > 0) yield return new ValidationResult("label_ids belongs to folder; synthetic rooms have no label images.");
        if (Synthetic is null && Rooms > 0) yield return new ValidationResult("rooms belongs to synthetic; a folder has the scenes it has.");
    }
}
