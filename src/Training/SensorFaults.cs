namespace AlsterNode.Training;

/// <summary>
/// What the camera of one recording does wrong: shares of its frames that lose patches of depth, have noise in depth, have an error in the pose. A recording
/// is made with one camera: drawn frame by frame, no sequence would ever be free of faults, and the expert would not know what exact maps look like.
/// </summary>
internal readonly record struct SensorFaults(double Holes, double Noise, double PoseErrors)
{
    private const double Share = 0.6; // of the frames, where a camera has a fault at all

    /// <summary>Draws a camera: each fault in every other one, and none in most of those that give exact depth.</summary>
    public static SensorFaults Draw(bool isExact, Random random)
    {
        var isIdeal = isExact && random.NextDouble() < 2.0 / 3;
        var faults = new SensorFaults(OnOrOff(), OnOrOff(), OnOrOff());
        return isIdeal ? default : faults;

        double OnOrOff() => random.Next(2) == 0 ? 0 : Share;
    }
}
