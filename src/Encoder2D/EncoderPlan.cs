using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AlsterNode.Kernels;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// A <see cref="DeepLabV3Plus"/> for evaluation on the CPU at one image size: steps on packed weights, batch norm folded, and on buffers that live as long as
/// the plan. A step works on stripes of its output's pixels; what only the stripe needs (expanded channels, windows) stays in the worker's cache.
/// </summary>
internal sealed unsafe partial class EncoderPlan : IDisposable
{
    private const int StripeBytes = 1_000_000; // a stripe's scratch: as much as a second-level cache holds, so that weights are read seldom

    /// <summary>With fewer rows, workers that expand what their stripes touch would do too much twice.</summary>
    public const int LeastRowsToExpand = 24;

    private readonly PixelKernels _kernels;
    private readonly List<(int Tasks, Action<int> Body)> _steps = [];
    private readonly List<IDisposable> _weights = [];
    private readonly List<NativeBuffer<float>> _taps = [];
    private readonly Dictionary<nint, (NativeBuffer<float> Buffer, long Floats)> _buffers = [];
    private readonly List<nint> _free = [];
    private readonly PlaneRows _input;
    private long[] _outputShape = [];
    private float* _output;

    public EncoderPlan(PixelKernels kernels, DeepLabV3Plus network, int height, int width)
    {
        _kernels = kernels;
        _input = new PlaneRows(kernels, height, width, network.InputChannels);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        network.Plan(this, _input);
    }

    /// <summary>The size the plan is for.</summary>
    public (int Height, int Width) Size => (_input.Height, _input.Width);

    /// <summary>[B, 7, H, W] -> [B, D, H/4, W/4]; 32-bit floats, channels last in memory.</summary>
    public Tensor Run(Tensor input)
    {
        var images = input.shape[0];
        using var planes = input.contiguous();
        using var rows = empty([images, .. _outputShape]);
        for (var image = 0; image < images; image++)
            Run(Floats(planes) + (image * _input.Channels * _input.Height * _input.Width), Floats(rows) + (rows.numel() / images * image));
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary>[7, H, W] -> [H/4 W/4, D].</summary>
    public void Run(float* planes, float* rows)
    {
        _input.Planes = planes;
        _output = rows;
        foreach (var (tasks, body) in _steps) WorkerPool.Shared.Run(tasks, body);
    }

    /// <summary>Says that no later step reads an image: its memory is used again.</summary>
    public void Release(BlockedImage image) => _free.Add(image.Address);

    public void Dispose()
    {
        foreach (var weights in _weights) weights.Dispose();
        foreach (var taps in _taps) taps.Free();
        foreach (var (buffer, _) in _buffers.Values) buffer.Free();
    }

    private static float* Floats(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Shares out the pixels of an output among the workers, in whole tiles.</summary>
    private void AddStep(int pixels, long scratchBytes, Action<int, int> stripe)
    {
        var tile = _kernels.TilePixels;
        var tiles = (pixels + tile - 1) / tile;
        var threads = WorkerPool.Shared.Threads;
        var tasks = (int)Math.Min(tiles, (scratchBytes / StripeBytes / threads * threads) + threads);
        _steps.Add((tasks, task => stripe(tiles * task / tasks * tile, Math.Min(pixels, tiles * (task + 1) / tasks * tile))));
    }

    private BlockedImage Allocate(int height, int width, int channels)
    {
        var plane = BlockedImage.PlaneFor(height * width, _kernels.Lanes);
        var floats = plane * _kernels.Blocks(channels);
        var address = _free.Where(known => _buffers[known].Floats >= floats).OrderBy(known => _buffers[known].Floats).FirstOrDefault();
        if (address != 0)
        {
            _free.Remove(address);
        }
        else
        {
            var buffer = new NativeBuffer<float>();
            address = (nint)buffer.Reserve(floats);
            new Span<byte>((void*)address, checked((int)(floats * sizeof(float)))).Clear();
            _buffers.Add(address, (buffer, floats));
        }
        return new BlockedImage(address, height, width, channels, plane);
    }
}
