using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

internal sealed partial class SyncDoctor
{
    private sealed partial class Look
    {
        private static readonly string[] ColorEncodings = ["rgb8", "bgr8", "rgba8", "bgra8", "mono8"];
        private static readonly string[] DepthEncodings = ["16UC1", "32FC1", "mono16"];

        // No camera sees this far, none this near: metres and millimetres are confused.
        private const double FarthestMedian = 100;     // m
        private const double NearestMedian = 0.02;     // m
        private const int CertainViews = 20;           // of 25 rooms and two recordings none is bluer than it is warm over so many
        private const double CertainCoolShare = 0.05;
        private const double CoolerThanWarm = 3;
        private const double CoolerViews = 0.8;

        private IEnumerable<Finding> Images()
        {
            if (CostsMost(DropReason.ColorUnreadable)) yield return Unreadable(ColorInput, now.Color, DropReason.ColorUnreadable, ColorEncodings);
            if (CostsMost(DropReason.DepthUnreadable)) yield return Unreadable(DepthInput, now.Depth, DropReason.DepthUnreadable, DepthEncodings);
        }

        private Finding Unreadable(Input input, StreamFacts stream, string reason, string[] known)
        {
            var other = input.Key == "color" ? DepthEncodings : ColorEncodings;
            var (key, what) = stream.Type == CompressedImage.MessageType.Name || known.Contains(stream.Encoding)
                ? ("damaged", $"cannot be decoded (format '{stream.Encoding}'): see whether the publisher's files are whole, or take the raw topic")
                : other.Contains(stream.Encoding) ? ("encoding", $"have the encoding '{stream.Encoding}' of {(input.Key == "color" ? "depth" : "colour")} images: topics.color and topics.depth may be swapped")
                : ("encoding", $"have the encoding '{stream.Encoding}', expected {string.Join(", ", known)}: set the driver to one of these");
            return new Finding($"{key}.{input.Key}", Severity, $"The {input.Name} on '{stream.Topic}' {what}.",
                ("topic", stream.Topic), ("encoding", stream.Encoding), (reason, $"{Dropped(reason)}"));
        }

        private IEnumerable<Finding> CameraInfos()
        {
            if (_usable > 0) yield break;
            foreach (var (input, image, info) in ((Input, StreamFacts, StreamFacts)[])[(ColorInfoInput, now.Color, now.ColorInfo), (DepthInfoInput, now.Depth, now.DepthInfo)])
            {
                if (image.Width > 0 && info.Width > 0 && (image.Width, image.Height) != (info.Width, info.Height))
                {
                    yield return new Finding($"size.{input.Key}", Severity,
                        $"The images on '{image.Topic}' are {image.Width} x {image.Height}, the camera_info on '{info.Topic}' is for {info.Width} x {info.Height}: set {input.Parameter} to the one of the same stream.",
                        ("image", $"{image.Width}x{image.Height}"), ("camera_info", $"{info.Width}x{info.Height}"));
                }
            }
            if (CostsMost(DropReason.CameraInfoUnusable))
            {
                yield return new Finding("camera_info", Severity,
                    $"The camera_info on '{now.ColorInfo.Topic}' (lens model '{now.ColorInfo.Encoding}') or '{now.DepthInfo.Topic}' ('{now.DepthInfo.Encoding}') cannot be used: "
                    + "expected plumb_bob, rational_polynomial or a rectified image, a focal length, no binning and no region of interest.",
                    (DropReason.CameraInfoUnusable, $"{Dropped(DropReason.CameraInfoUnusable)}"));
            }
        }

        private IEnumerable<Finding> Pairs()
        {
            if (!ImagesCome || now.StampsApartMs is not { } apart || apart <= now.SyncMaxIntervalMs) yield break;
            if (!CostsMost(DropReason.DepthMissing) && !CostsMost(DropReason.ColorMissing)) yield break;
            var advice = apart <= 100 ? $"raise it above {Math.Ceiling(apart)} or let the driver synchronise the two"
                : "the two come from clocks that differ, or one of them is late: take both from one driver";
            yield return new Finding("sync", Severity,
                $"Colour ('{now.Color.Topic}') and depth ('{now.Depth.Topic}') do not match: their stamps lie {apart:0.#} ms apart, sync.max_interval_ms is {now.SyncMaxIntervalMs:0.#}; {advice}.",
                ("apart_ms", $"{apart:0.#}"), ("max_interval_ms", $"{now.SyncMaxIntervalMs:0.#}"));
        }

        /// <summary>Depth out of reach; not when a wrong unit explains it.</summary>
        private IEnumerable<Finding> Range(List<Finding> looks)
        {
            if (!CostsMost(DropReason.DepthEmpty) || looks.Exists(finding => finding.Key == "looks_like.depth_unit")) yield break;
            var nearest = now.Frames?.NearestDepth ?? double.NaN;
            var what = double.IsNaN(nearest) ? "no pixel has depth: see whether the sensor is covered, too near, or in the sun"
                : $"the nearest pixel is {nearest:0.##} m away: raise max_depth or bring the camera nearer";
            yield return new Finding("range", Severity, $"The depth images on '{now.Depth.Topic}' have nothing within max_depth, {now.MaxDepth:0.##} m; {what}.",
                ("nearest_m", $"{nearest:0.##}"), ("max_depth_m", $"{now.MaxDepth:0.##}"));
        }

        private IEnumerable<Finding> DepthUnit()
        {
            if (now.Frames is not { } frames) yield break;
            if (frames.MedianDepth >= FarthestMedian)
            {
                yield return new Finding("looks_like.depth_unit", RosLogLevel.Error,
                    $"The depth on '{now.Depth.Topic}' looks like millimetres sent as metres: half of it lies beyond {frames.MedianDepth:0} m; send 32FC1 in metres or 16UC1 in millimetres (REP 118).",
                    ("median_m", $"{frames.MedianDepth:0.###}"), ("encoding", now.Depth.Encoding));
            }
            else if (frames.MedianDepth <= NearestMedian)
            {
                yield return new Finding("looks_like.depth_unit", RosLogLevel.Error,
                    $"The depth on '{now.Depth.Topic}' looks like metres sent as millimetres: half of it lies within {frames.MedianDepth * 1000:0.#} mm; send 16UC1 in millimetres or 32FC1 in metres (REP 118).",
                    ("median_m", $"{frames.MedianDepth:0.####}"), ("encoding", now.Depth.Encoding));
            }
        }

        private IEnumerable<Finding> SwappedColours()
        {
            if (now.Frames is not { Views: >= CertainViews } frames || now.Color.Encoding == "mono8") yield break;
            if (frames.CoolShare < CertainCoolShare || frames.CoolShare < CoolerThanWarm * frames.WarmShare || frames.CoolerViews < CoolerViews * frames.Views) yield break;
            yield return new Finding("looks_like.bgr", RosLogLevel.Warn,
                $"The colours on '{now.Color.Topic}' look like red and blue swapped ('{now.Color.Encoding}'): {100 * frames.CoolShare:0} % of the pixels are blue to cyan, {100 * frames.WarmShare:0} % red to yellow; see what order the driver sends.",
                ("cool_share", $"{frames.CoolShare:0.###}"), ("warm_share", $"{frames.WarmShare:0.###}"), ("views", $"{frames.Views}"));
        }
    }
}
