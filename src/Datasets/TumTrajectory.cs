using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Poses over time: lines "stamp tx ty tz qx qy qz qw", camera to world, from a motion capture system.</summary>
internal sealed class TumTrajectory
{
    private const double MaxGap = 0.1; // s between two poses that are interpolated; the motion capture gives 100 a second, simulations 30
    private const double MaxOutside = 0.020; // s before the first or after the last pose

    private readonly List<(double Stamp, RigidTransform CameraToWorld, string? Reason)> _poses = [];

    private TumTrajectory() { }

    public static TumTrajectory Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' is missing; expected lines 'stamp tx ty tz qx qy qz qw'.");
        var trajectory = new TumTrajectory();
        var numbers = new double[8];
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var words = line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            var isPose = words.Length >= 8;
            for (var i = 0; i < 8 && isPose; i++) isPose = MatrixFile.TryParse(words[i], out numbers[i]);
            if (!isPose || !double.IsFinite(numbers[0])) throw new InputException($"'{path}' has the line '{line}', expected 'stamp tx ty tz qx qy qz qw'.");
            RigidTransform.TryFromQuaternion(numbers[4], numbers[5], numbers[6], numbers[7], new Vector3d(numbers[1], numbers[2], numbers[3]),
                out var pose, out var reason);
            trajectory._poses.Add((numbers[0], pose, reason));
        }
        trajectory._poses.Sort((a, b) => a.Stamp.CompareTo(b.Stamp));
        return trajectory;
    }

    /// <summary>The pose at a time, or the reason why there is none.</summary>
    public string? TryInterpolate(double stamp, out RigidTransform cameraToWorld)
    {
        cameraToWorld = RigidTransform.Identity;
        if (_poses.Count == 0) return DropReason.PoseMissing;
        var after = FirstAtOrAfter(stamp);
        if (after == 0 || after == _poses.Count)
        {
            var end = _poses[after == 0 ? 0 : after - 1];
            if (Math.Abs(end.Stamp - stamp) > MaxOutside) return DropReason.PoseMissing;
            cameraToWorld = end.CameraToWorld;
            return end.Reason;
        }
        var (a, b) = (_poses[after - 1], _poses[after]);
        if (b.Stamp == stamp) a = b;
        if (a.Reason is not null || b.Reason is not null) return a.Reason ?? b.Reason;
        if (b.Stamp - a.Stamp > MaxGap) return DropReason.PoseMissing;
        cameraToWorld = RigidTransform.Between(a.CameraToWorld, b.CameraToWorld, b.Stamp > a.Stamp ? (stamp - a.Stamp) / (b.Stamp - a.Stamp) : 0);
        return null;
    }

    private int FirstAtOrAfter(double stamp)
    {
        var (low, high) = (0, _poses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_poses[middle].Stamp < stamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
