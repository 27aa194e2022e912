using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>Writes ScanNet's submission files of a finished map: the mesh's vertices, and every n-th frame in a second reading of the recording.</summary>
internal static class BenchmarkFiles
{
    public static void Write(MappingJob job, IFrameSource source, SemanticScene scene, LabelSpace labelSpace)
    {
        var map = scene.Voxels().OrderBy(voxel => voxel.Index).ToArray();
        var export = new BenchmarkExport(job.Benchmark!, job.SceneName, map, labelSpace, job.Mapper.VoxelSize);
        if (BenchmarkExport.FindMesh(job.Input) is { } path)
        {
            var mesh = LabelMesh.Read(path);
            export.WriteVertices((job.WorldUp is { } up ? mesh.Turned(up) : mesh).Vertices);
        }
        else
        {
            Console.WriteLine($"benchmark '{job.Input}' has no mesh <scene>_vh_clean_2.ply: label images only");
        }
        foreach (var reading in source.Read(number => source.FileNumber(number) % job.BenchmarkEvery == 0))
        {
            if (reading.Frame is not null) export.WriteFrame(source.FileNumber(reading.Number), reading.Frame);
        }
    }
}
