using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Jobs.Configuration;
using Analytics.Tasks;

namespace Analytics.Jobs.Forecasting;

/// <summary>Writes forecasts as Parquet, CSV or JSON lines, by the file's name; the file appears whole or not at all.</summary>
internal static class FileForecastWriter
{
    private static readonly string[] s_measures = ["mean", "median", "lo_80", "hi_80", "lo_95", "hi_95"];

    public static void Write(FileForecast forecast, string path)
    {
        var format = Path.GetExtension(path).ToLowerInvariant();
        if (format is not (".parquet" or ".csv" or ".jsonl" or ".ndjson"))
            throw new UserException(ExitCode.Usage, $"--out {path}: a name that ends with .parquet, .csv or .jsonl is expected");
        var unfinished = path + ".part";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                if (format == ".parquet") WriteParquet(forecast, stream);
                else if (format == ".csv") WriteCsv(forecast, stream);
                else WriteJson(forecast, stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static void WriteParquet(FileForecast forecast, Stream stream)
    {
        var time = forecast.Scale.Frequency switch { Frequency.Index => ColumnType.Int64, Frequency.Hour => ColumnType.Timestamp, _ => ColumnType.Date };
        Column[] columns =
        [
            new("id", ColumnType.Text), new("time", time), new("horizon", ColumnType.Int32), .. s_measures.Select(m => new Column(m, ColumnType.Double)),
            new("model", ColumnType.Text), new("status", ColumnType.Text), new("message", ColumnType.Text, true),
        ];
        using var writer = new ParquetWriter(columns);
        writer.Begin(stream);
        var batch = new ColumnBatch(columns);
        foreach (var row in Rows(forecast))
        {
            batch.Texts(0).Append(row.Id);
            if (time == ColumnType.Int64) batch.Longs(1).Append(row.Time);
            else if (time == ColumnType.Timestamp) batch.Longs(1).Append((row.Time - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
            else batch.Ints(1).Append((int)((row.Time - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay));
            batch.Ints(2).Append(row.Horizon);
            for (var i = 0; i < s_measures.Length; i++) batch.Doubles(3 + i).Append(row.Values[i]);
            batch.Texts(9).Append(row.Model);
            batch.Texts(10).Append(row.Status);
            batch.Texts(11).Append(row.Message);
            if (batch.Count < ColumnBatch.UsualRows) continue;
            writer.Append(batch);
            batch.Clear();
        }
        writer.Append(batch);
        writer.End();
    }

    private static void WriteCsv(FileForecast forecast, Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine($"id,time,horizon,{string.Join(',', s_measures)},model,status,message");
        foreach (var row in Rows(forecast))
        {
            var values = string.Join(',', row.Values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
            writer.WriteLine($"{Quote(row.Id)},{forecast.Scale.Text(row.Time)},{row.Horizon},{values},{Quote(row.Model)},{row.Status},{Quote(row.Message ?? "")}");
        }
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(SearchValues.Create(",\"\r\n")) >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static void WriteJson(FileForecast forecast, Stream stream)
    {
        foreach (var row in Rows(forecast))
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                json.WriteString("id", row.Id);
                if (forecast.Scale.Frequency == Frequency.Index) json.WriteNumber("time", row.Time);
                else json.WriteString("time", forecast.Scale.Text(row.Time));
                json.WriteNumber("horizon", row.Horizon);
                for (var i = 0; i < s_measures.Length; i++) json.WriteNumber(s_measures[i], row.Values[i]);
                json.WriteString("model", row.Model);
                json.WriteString("status", row.Status);
                json.WriteString("message", row.Message);
                json.WriteEndObject();
            }
            stream.WriteByte((byte)'\n');
        }
    }

    private static IEnumerable<(string Id, long Time, int Horizon, double[] Values, string Model, string Status, string? Message)> Rows(FileForecast forecast)
    {
        foreach (var s in forecast.Series)
        {
            var f = s.Forecast;
            for (var h = 0; h < forecast.Horizon; h++)
            {
                yield return (s.Series.Id, forecast.Scale.After(s.Series.LastTime, h + 1), h + 1, [f.Mean[h], f.Median[h], f.Lo80[h], f.Hi80[h], f.Lo95[h], f.Hi95[h]],
                    f.Model, SeriesTask.StatusText(f.Status), f.Message);
            }
        }
    }
}
