using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D.OnDevice;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline.OnDevice;

/// <summary>
/// [ALSTER] Fig. 2 by tensor operations on the device of the model: features never leave it, but for the copy of the result that the scene keeps.
/// A GPU works while this waits: only "total" is the stages' true time there.
/// </summary>
internal sealed class DeviceMapper : IDisposable
{
    private readonly AlsterModel _model;
    private readonly SemanticScene _scene;
    private readonly StageTimings _timings;
    private readonly Device _device;
    private readonly DeviceLifter _lifter;
    private readonly DeviceUNet _unet;
    private readonly DeviceScene _memory;
    private readonly SceneUpdate _update = new();

    public DeviceMapper(AlsterModel model, SemanticScene scene, MapperOptions options, StageTimings timings)
    {
        (_model, _scene, _timings) = (model, scene, timings);
        _device = model.Head2D.weight.device;
        _lifter = new DeviceLifter(options.VoxelSize, options.MaxDepth, _device);
        _unet = new DeviceUNet(model.UNet, _device, _device.type == TorchSharp.DeviceType.CPU ? ScalarType.Float32 : ScalarType.Float16);
        _memory = new DeviceScene(scene, _device);
    }

    /// <summary>Fuses a frame whose input is prepared; shows the predictions to the <paramref name="audience"/>.</summary>
    public SceneUpdate Integrate(EncodedFrame frame, Audience audience)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var input = frame.Input;
        var features2D = Time("encode2d", () => _model.Encoder.call(input.ToTensor(_device)).squeeze(0));                 // [D, h, w]
        var depth = tensor(input.Depth, [input.Depth.Length], device: _device);
        var (keys, lifted, pixels) = Time("lift", () => _lifter.Lift(features2D, depth, input.Intrinsics, frame.Frame.CameraToWorld)); // [N], [N, D]
        var features3D = Time("unet3d", () => _unet.Run(keys, lifted).to(ScalarType.Float32));                            // [N, D]
        var past = Time("crop", () => _memory.Crop(keys));                                                                // [N, D]
        var state = Time("expert", () => _model.Expert.call(past, features3D, lifted));                                   // [N, D], Eq. (2)
        var probabilities = Time("heads", () => _model.HeadExpert.call(state).softmax(1));                                // [N, C]
        var voxels = Array.ConvertAll(Values<long>(keys), VoxelKeys.VoxelOf);
        _timings.CountVoxels(voxels.Length);
        if (audience.IsWatching) audience.Show(Prediction(frame, voxels, lifted, features3D, probabilities, pixels));
        return Time("write_back", () =>
        {
            _memory.WriteBack(state);
            var (confidences, labels) = probabilities.max(1);
            _scene.WriteBack(voxels, Values<float>(state), Values<byte>(labels.to(ScalarType.Byte)), Values<float>(confidences), frame.Frame.Stamp, _update);
            return _update;
        });
    }

    public void Dispose()
    {
        _lifter.Dispose();
        _unet.Dispose();
        _memory.Dispose();
    }

    private static T[] Values<T>(Tensor tensor) where T : unmanaged
    {
        using var here = tensor.cpu().contiguous();
        return MemoryMarshal.Cast<byte, T>(here.bytes).ToArray();
    }

    private T Time<T>(string stage, Func<T> run)
    {
        using var time = _timings.Measure(stage);
        return run();
    }

    private FramePrediction Prediction(EncodedFrame frame, VoxelIndex[] voxels, Tensor lifted, Tensor features3D, Tensor probabilities, Tensor pixels) => new()
    {
        Frame = frame.Frame,
        Voxels = voxels,
        Classes = _model.Options.LabelSpace.Count,
        Probabilities2D = Values<float>(_model.Head2D.call(lifted).softmax(1)),
        Probabilities3D = Values<float>(_model.Head3D.call(features3D).softmax(1)),
        ProbabilitiesExpert = Values<float>(probabilities),
        PixelVoxel = Array.ConvertAll(Values<long>(pixels), row => (int)row),
        Labels = frame.Input.Labels is { } labels ? [.. labels] : null,
        Width = frame.Input.Width,
        Height = frame.Input.Height,
    };
}
