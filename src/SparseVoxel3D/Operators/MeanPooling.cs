using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Lifting;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>apply(image rows [h * w, D], pooling) -> means [N, D]: the mean of bilinear samples in each voxel.</summary>
internal sealed unsafe class MeanPooling : SingleTensorFunction<MeanPooling>
{
    private const string PoolingKey = "pooling";

    public override string Name => nameof(MeanPooling);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var pooling = (FeaturePooling)vars[1];
        using var image = ((Tensor)vars[0]).contiguous();
        var channels = (int)image.shape[1];
        var means = empty(pooling.Count, channels);
        pooling.Forward(image.Floats(), means.Floats(), channels, WorkerPool.Shared);
        ctx.save_data(PoolingKey, pooling);
        return means;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var pooling = (FeaturePooling)ctx.get_data(PoolingKey);
        using var gradient = grad_output.contiguous();
        var channels = (int)gradient.shape[1];
        var result = empty(pooling.Width * pooling.Height, channels);
        pooling.Backward(gradient.Floats(), result.Floats(), channels, WorkerPool.Shared);
        return [result, null!];
    }

    /// <summary>The same by tensor operations, which bring their own gradients: for other devices and types.</summary>
    public static Tensor ByTensors(Tensor image, FeaturePooling pooling, DepthVoxels seen)
    {
        using var scope = NewDisposeScope();
        var (rows, weights) = pooling.Samples();
        var pixels = seen.Pixels.Length;
        var index = from_array(rows, image.device).view(4, pixels);
        var factors = from_array(weights, image.device).to(image.dtype).view(4, pixels, 1);
        var samples = zeros([pixels, image.shape[1]], image.dtype, image.device);
        for (var corner = 0; corner < 4; corner++) samples = samples + (image.index_select(0, index[corner]) * factors[corner]); // [P, D]
        var voxels = from_array(Array.ConvertAll(seen.Pixels.ToArray(), pixel => (long)seen.PixelVoxel[pixel]), image.device);
        var counts = from_array(Array.ConvertAll(seen.Counts.ToArray(), count => (float)count), image.device).to(image.dtype).view(-1, 1);
        var sums = zeros([seen.Count, image.shape[1]], image.dtype, image.device).index_add(0, voxels, samples, 1);
        return (sums / counts).Keep(); // [N, D]
    }
}
