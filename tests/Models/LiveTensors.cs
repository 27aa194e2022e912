using TorchSharp;

namespace AlsterNode.Tests.Models;

/// <summary>Tensors made and not yet freed on this thread: tests run side by side.</summary>
internal static class LiveTensors
{
    public static long Count => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
