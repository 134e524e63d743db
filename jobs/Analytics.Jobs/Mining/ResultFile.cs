using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Mining;

/// <summary>
/// Writes rows to a file whose name says how: .parquet, .csv, or .jsonl (also .ndjson, .json), one object a line.
/// In CSV a list is its items apart by spaces, items with white space or quotes in double quotes; NULL is an empty field.
/// The file appears whole or not at all.
/// </summary>
internal static class ResultFile
{
    /// <summary>Complains about a name that says no format, before work is done for it.</summary>
    public static void CheckName(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (".parquet" or ".csv" or ".jsonl" or ".ndjson" or ".json"))
            throw new UserException(ExitCode.Usage, $"{path}: the name of a result file ends in .parquet, .csv or .jsonl, which says its format");
    }

    public static void Write(string path, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> batches)
    {
        CheckName(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                switch (Path.GetExtension(path).ToLowerInvariant())
                {
                    case ".parquet": WriteParquet(stream, columns, batches); break;
                    case ".csv": WriteCsv(stream, columns, batches); break;
                    default: WriteJson(stream, columns, batches); break;
                }
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteParquet(Stream stream, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> batches)
    {
        using var writer = new ParquetWriter(columns);
        writer.Begin(stream);
        foreach (var batch in batches) writer.Append(batch);
        writer.End();
    }

    private static void WriteCsv(Stream stream, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> batches)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', columns.Select(column => column.Name)));
        var line = new StringBuilder();
        foreach (var batch in batches)
            for (var row = 0; row < batch.Count; row++)
            {
                line.Clear();
                for (var i = 0; i < columns.Count; i++)
                {
                    if (i > 0) line.Append(',');
                    line.Append(Quote(Text(batch, i, columns[i].Type.Kind, row)));
                }
                writer.WriteLine(line);
            }
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(ColumnBatch batch, int column, ColumnKind kind, int row)
    {
        if (batch[column].IsNull(row)) return "";
        return kind switch
        {
            ColumnKind.Boolean => batch.Booleans(column)[row] ? "true" : "false",
            ColumnKind.Int32 => batch.Ints(column)[row].ToString(CultureInfo.InvariantCulture),
            ColumnKind.Int64 => batch.Longs(column)[row].ToString(CultureInfo.InvariantCulture),
            ColumnKind.Double => batch.Doubles(column)[row].ToString("R", CultureInfo.InvariantCulture),
            ColumnKind.Text => batch.Texts(column).GetString(row)!,
            ColumnKind.TextList => List(batch.TextLists(column).GetStrings(row)!),
            _ => throw new NotSupportedException($"a {kind} column in a result file"),
        };
    }

    /// <summary>Items apart by spaces.</summary>
    public static string List(IEnumerable<string> items) => string.Join(' ', items.Select(item =>
        item.Any(c => char.IsWhiteSpace(c) || c == '"') ? $"\"{item.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : item));

    private static void WriteJson(Stream stream, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> batches)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        foreach (var batch in batches)
            for (var row = 0; row < batch.Count; row++)
            {
                json.WriteStartObject();
                for (var i = 0; i < columns.Count; i++)
                {
                    json.WritePropertyName(columns[i].Name);
                    WriteValue(json, batch, i, columns[i].Type.Kind, row);
                }
                json.WriteEndObject();
                json.Flush();
                json.Reset();
                buffer.Write("\n"u8);
                if (buffer.WrittenCount < 1 << 15) continue;
                stream.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        stream.Write(buffer.WrittenSpan);
    }

    private static void WriteValue(Utf8JsonWriter json, ColumnBatch batch, int column, ColumnKind kind, int row)
    {
        if (batch[column].IsNull(row))
        {
            json.WriteNullValue();
            return;
        }
        switch (kind)
        {
            case ColumnKind.Boolean: json.WriteBooleanValue(batch.Booleans(column)[row]); break;
            case ColumnKind.Int32: json.WriteNumberValue(batch.Ints(column)[row]); break;
            case ColumnKind.Int64: json.WriteNumberValue(batch.Longs(column)[row]); break;
            case ColumnKind.Double:
                // JSON has no infinities.
                var value = batch.Doubles(column)[row];
                if (double.IsFinite(value)) json.WriteNumberValue(value);
                else json.WriteStringValue(value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case ColumnKind.Text: json.WriteStringValue(batch.Texts(column)[row]); break;
            case ColumnKind.TextList:
                json.WriteStartArray();
                foreach (var item in batch.TextLists(column).GetStrings(row)!) json.WriteStringValue(item);
                json.WriteEndArray();
                break;
            default: throw new NotSupportedException($"a {kind} column in a result file");
        }
    }
}
