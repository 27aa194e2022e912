using System.Text.Json;
using System.Text.Json.Serialization;

namespace AlsterNode.Evaluation;

/// <summary>Writes metrics.json: snake_case keys in a fixed order, numbers rounded to 6 decimals, whole or not at all.</summary>
public static class MetricsFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new RoundedConverter(), new StagesConverter(), new CountsConverter(), new ScoresConverter() },
    };

    /// <summary>Replaces the file at <paramref name="path"/>.</summary>
    public static void Write(string path, RunMetrics metrics)
    {
        AtomicFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, metrics, Options);
            stream.WriteByte((byte)'\n');
        });
    }

    /// <summary>Replaces the file at <paramref name="path"/> by the <c>scores</c> block alone: several recordings counted together.</summary>
    public static void WriteScores(string path, ScoreBoard scores)
    {
        AtomicFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, scores, Options);
            stream.WriteByte((byte)'\n');
        });
    }

    private sealed class RoundedConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(Math.Round(value, 6));
            else writer.WriteNullValue();
        }
    }

    private abstract class WriteOnlyConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("metrics.json is written only.");
    }

    private sealed class StagesConverter : WriteOnlyConverter<IReadOnlyList<KeyValuePair<string, LatencySummary>>>
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, LatencySummary>> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (stage, summary) in value)
            {
                writer.WritePropertyName(stage);
                JsonSerializer.Serialize(writer, summary, options);
            }

            writer.WriteEndObject();
        }
    }

    private sealed class CountsConverter : WriteOnlyConverter<IReadOnlyDictionary<string, long>>
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, long> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (reason, count) in value.OrderBy(e => e.Key, StringComparer.Ordinal)) writer.WriteNumber(reason, count);
            writer.WriteEndObject();
        }
    }

    private sealed class ScoresConverter : WriteOnlyConverter<ScoreBoard>
    {
        public override void Write(Utf8JsonWriter writer, ScoreBoard value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var domain in value.Domains)
            {
                writer.WriteStartObject(domain);
                foreach (var method in value.MethodsOf(domain)) WriteMethod(writer, value, domain, method, options);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        private static void WriteMethod(Utf8JsonWriter writer, ScoreBoard board, string domain, string method, JsonSerializerOptions options)
        {
            var scores = board.Scores(domain, method);
            writer.WriteStartObject(method);
            WriteMeans(writer, scores, options);
            writer.WriteStartObject("iou");
            for (var c = 0; c < board.LabelSpace.Count; c++) WriteScore(writer, board.LabelSpace.Classes[c].Name, scores.Iou[c], options);
            writer.WriteEndObject();
            writer.WriteStartObject("accuracy");
            for (var c = 0; c < board.LabelSpace.Count; c++) WriteScore(writer, board.LabelSpace.Classes[c].Name, scores.Accuracy[c], options);
            writer.WriteEndObject();
            writer.WriteNumber("count", scores.Total);
            writer.WriteNumber("missed", scores.Missed);
            writer.WriteStartObject("seen");
            WriteMeans(writer, new SegmentationScores(board[domain, method].WithoutMissed()), options);
            writer.WriteEndObject();
            if (board.CalibrationOf(domain, method) is { } calibration) WriteCalibration(writer, calibration, options);
            writer.WriteEndObject();
        }

        private static void WriteMeans(Utf8JsonWriter writer, SegmentationScores scores, JsonSerializerOptions options)
        {
            WriteScore(writer, "miou", scores.MeanIou, options);
            WriteScore(writer, "miou_present", scores.MeanIouPresent, options);
            WriteScore(writer, "macc", scores.MeanAccuracy, options);
            WriteScore(writer, "wiou", scores.WeightedIou, options);
        }

        private static void WriteCalibration(Utf8JsonWriter writer, Calibration calibration, JsonSerializerOptions options)
        {
            writer.WriteStartObject("calibration");
            WriteScore(writer, "ece", calibration.ExpectedError, options);
            writer.WritePropertyName("bins");
            JsonSerializer.Serialize(writer, calibration.Bins, options);
            writer.WriteEndObject();
        }

        private static void WriteScore(Utf8JsonWriter writer, string name, double? score, JsonSerializerOptions options)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, score, options);
        }
    }
}
