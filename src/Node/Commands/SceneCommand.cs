using System.CommandLine;
using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Commands;

/// <summary><c>scene info|export|query FILE</c>: work on a stored scene.</summary>
internal static class SceneCommand
{
    public static Command Create() => new("scene", "Looks into a stored scene.\nExample: ./alster scene info out/demo/scene.alster") { Info(), Export(), Query() };

    private static Argument<string> File() => new("FILE") { Description = "Scene (.alster)" };

    private static Command Info()
    {
        var file = File();
        var command = new Command("info", "Says what a scene holds.\nExample: ./alster scene info out/demo/scene.alster") { file };
        command.SetAction(words =>
        {
            var path = words.GetValue(file)!;
            using var scene = SemanticScene.Open(path, expected: null, readOnly: true);
            Console.WriteLine($"file         {path}, {new FileInfo(path).Length / 1e6:F1} MB");
            Console.WriteLine($"voxels       {scene.VoxelCount} of {scene.VoxelSize} m in {scene.BlockCount} blocks");
            Console.WriteLine($"label space  {scene.LabelSpace}");
            Console.WriteLine($"model        {scene.ModelId}, {scene.FeatureDimension} features a voxel");
            Console.WriteLine($"hash         {scene.Hash()}");
            var labels = LabelSpace.Named(scene.LabelSpace);
            foreach (var group in scene.Voxels().GroupBy(voxel => voxel.Label).OrderByDescending(group => group.Count()))
                Console.WriteLine($"{group.Count(),12} {(group.Key < labels.Count ? labels.Classes[group.Key].Name : "unlabelled")}");
            return 0;
        });
        return command;
    }

    private static Command Export()
    {
        var file = File();
        var folder = new Option<string>("--out") { Description = "Folder for map.ply and the pictures", Required = true };
        var command = new Command("export", "Writes map.ply and pictures of a scene.\nExample: ./alster scene export out/demo/scene.alster --out out/export") { file, folder };
        command.SetAction(words =>
        {
            using var scene = SemanticScene.Open(words.GetValue(file)!, expected: null, readOnly: true);
            var labels = LabelSpace.Named(scene.LabelSpace);
            var target = Directory.CreateDirectory(words.GetValue(folder)!).FullName;
            var count = MapPly.Write(Path.Combine(target, "map.ply"), scene.Voxels(), labels, scene.VoxelSize);
            MapPicture.Write(target, scene.Voxels(), labels, scene.VoxelSize);
            Console.WriteLine($"wrote {count} voxels to {target}");
            return 0;
        });
        return command;
    }

    private static Command Query()
    {
        var file = File();
        var center = new Option<string>("--center") { Description = "Point x,y,z [m]", Required = true };
        var radius = new Option<double>("--radius") { Description = "Distance [m]", DefaultValueFactory = _ => 0.5 };
        var className = new Option<string?>("--class") { Description = "Only this class" };
        var command = new Command("query", "Lists the voxels around a point as CSV.\nExample: ./alster scene query out/demo/scene.alster --center 1,2,0.5 --radius 0.3 --class chair") { file, center, radius, className };
        command.SetAction(words =>
        {
            using var scene = SemanticScene.Open(words.GetValue(file)!, expected: null, readOnly: true);
            var labels = LabelSpace.Named(scene.LabelSpace);
            var wanted = words.GetValue(className);
            if (wanted is not null && labels.Classes.All(item => item.Name != wanted))
                throw new InputException($"--class '{wanted}' is not in {labels.Name}; expected one of: {string.Join(", ", labels.Classes.Select(item => item.Name))}.");
            Console.WriteLine("x,y,z,label,confidence,observations");
            foreach (var voxel in scene.Query(Directions.Parse("--center", words.GetValue(center)!), words.GetValue(radius)))
            {
                var name = voxel.Label < labels.Count ? labels.Classes[voxel.Label].Name : "unlabelled";
                if (wanted is not null && name != wanted) continue;
                var point = voxel.Index.Center(scene.VoxelSize);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{point.X:F3},{point.Y:F3},{point.Z:F3},{name},{voxel.Confidence:F3},{voxel.Observations}"));
            }
            return 0;
        });
        return command;
    }
}
