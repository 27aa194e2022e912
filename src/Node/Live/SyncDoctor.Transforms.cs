using System.Globalization;
using System.Text.RegularExpressions;
using AlsterNode.Core;
using AlsterNode.Ros2;

namespace AlsterNode.Node.Live;

internal sealed partial class SyncDoctor
{
    // What TransformBuffer says about an edge that ends before the image.
    [GeneratedRegex(@"ends ([\d.]+) ms before the image")]
    private static partial Regex EndsBefore();

    private sealed partial class Look
    {
        private const double Stopped = 2000;             // ms; what comes later than this does not come late, it has stopped
        private const long Behind = 5_000_000_000;       // ns; compressed images over a weak radio are late by a second or two
        private const long Ahead = 500_000_000;          // ns
        private const double Upward = 0.7;               // height of a unit axis that points up: within 45 degrees of it
        private const int CertainAxisViews = 10;

        private IEnumerable<Finding> Transforms()
        {
            var lost = Dropped(DropReason.TransformMissing) + Dropped(DropReason.TransformMissingAfterClockJump) + Dropped(DropReason.PoseMissing);
            if (lost <= _usable || now.TransformProblem is not { } problem) yield break;
            yield return EndsBefore().Match(problem) is { Success: true } ends
                ? Late(problem, double.Parse(ends.Groups[1].Value, CultureInfo.InvariantCulture))
                : new Finding("transform.missing", Severity, $"No pose for the images on '{now.Depth.Topic}': {problem}; {TransformAdvice(problem)}.", ("problem", problem), ("frames", $"{lost}"));
        }

        private Finding Late(string problem, double byMs)
        {
            var enough = Math.Ceiling((now.TransformWaitMs + byMs) / 50) * 50;
            var advice = byMs > Stopped ? "its publisher has stopped, or its clock is behind the camera's"
                : $"it comes late; raise tf.wait_ms from {now.TransformWaitMs:0} to {enough + 50:0} or more";
            return new Finding(byMs > Stopped ? "transform.stopped" : "transform.late", Severity, $"No pose for the images on '{now.Depth.Topic}' within tf.wait_ms: {problem}; {advice}.",
                ("late_ms", $"{byMs:0.#}"), ("wait_ms", $"{now.TransformWaitMs:0}"));
        }

        private string TransformAdvice(string problem)
        {
            var root = now.DepthFrameAncestors is [_, .., var top] ? top : null;
            if (problem.StartsWith("no transform", StringComparison.Ordinal))
            {
                if (now.Pose is null && !now.Endpoints.Any(endpoint => endpoint.IsPublisher && TopicNames.IsTopic(endpoint, "/tf"))) return "nobody publishes /tf: start localisation or odometry, or set topics.pose";
                return root is not null && root != now.MapFrame ? $"publish '{now.MapFrame}' -> '{root}', or set frames.map to '{root}'" : $"publish where '{now.Depth.FrameId}' is";
            }
            if (problem.Contains("begins", StringComparison.Ordinal)) return "the images are older than the tree: compare the clocks of the camera and of tf";
            return "publish it more often, 10 times a second at least";
        }

        private IEnumerable<Finding> SimulatedTime()
        {
            if (_usable > 0 || !now.UseSimTime || now.Now != before.Now) yield break;
            var isPublished = now.Endpoints.Any(endpoint => endpoint.IsPublisher && TopicNames.IsTopic(endpoint, "/clock"));
            var what = !isPublished ? "nobody publishes '/clock': set use_sim_time to false, or start the simulator or ros2 bag play --clock"
                : now.Now == 0 ? "nothing has come on '/clock' yet" : "'/clock' stands still";
            yield return new Finding("clock.silent", RosLogLevel.Error, $"use_sim_time is on and {what}.", ("now_s", $"{now.Now / 1e9:0.###}"));
        }

        private IEnumerable<Finding> Clocks()
        {
            if (_usable > 0 || now.Now == 0) yield break;
            foreach (var stream in (StreamFacts[])[now.Depth, now.Color])
            {
                var age = stream.LastArrival - stream.LastStamp;
                if (stream.Received == 0 || age is <= Behind and >= -Ahead) continue;
                var hasClock = now.Endpoints.Any(endpoint => endpoint.IsPublisher && TopicNames.IsTopic(endpoint, "/clock"));
                var advice = hasClock && !now.UseSimTime ? "'/clock' is published, so set use_sim_time to true" : "set the clocks of the two machines by one another (chrony), or see how the driver stamps";
                yield return new Finding("clock.differs", Severity,
                    $"The stamps on '{stream.Topic}' are {Math.Abs(age) / 1e9:0.0} s {(age > 0 ? "behind" : "ahead of")} the node's clock: {advice}.", ("behind_s", $"{age / 1e9:0.###}"));
                yield break; // both cameras hang on one clock, as a rule
            }
        }

        /// <summary>
        /// A body frame (x forward, y left, z up) in place of an optical one turns the map upside down on its back: the axis the camera looks along
        /// points up. A name without "optical" makes it certain at once, else the camera must have been moved.
        /// </summary>
        private IEnumerable<Finding> NotOptical()
        {
            if (now.Frames is not { } frames || frames.ZAxisUp < Upward || Math.Abs(frames.YAxisUp) > 0.5) yield break;
            var isNamedOptical = now.Depth.FrameId.Contains("optical", StringComparison.OrdinalIgnoreCase);
            if (isNamedOptical && frames.Views < CertainAxisViews) yield break;
            var advice = isNamedOptical ? $"see that its transform turns body axes into optical ones (roll -90, yaw -90 degrees) and that z is up in '{now.MapFrame}'"
                : "let the driver stamp images with the optical frame (x right, y down, z forward)";
            yield return new Finding("looks_like.not_optical", RosLogLevel.Warn,
                $"The frame '{now.Depth.FrameId}' of '{now.Depth.Topic}' looks like no optical frame: the axis it looks along points up in '{now.MapFrame}'; {advice}.",
                ("z_axis_up", $"{frames.ZAxisUp:0.##}"), ("y_axis_up", $"{frames.YAxisUp:0.##}"), ("views", $"{frames.Views}"));
        }
    }
}
