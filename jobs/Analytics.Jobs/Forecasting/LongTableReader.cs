using System.IO.Compression;
using System.Text;
using Analytics.Jobs.Configuration;
using Parquet;

namespace Analytics.Jobs.Forecasting;

/// <summary>Reads a long table from CSV (also .gz) or Parquet.</summary>
internal static class LongTableReader
{
    private static readonly string[] s_ids = ["id", "unique_id", "series", "key", "item_id"], s_times = ["time", "ds", "date", "timestamp", "t"], s_values = ["value", "y", "quantity", "sales"];

    /// <summary>Reads.</summary>
    /// <param name="file">The path.</param>
    /// <param name="names">Names of the id, time and value columns; null for the usual ones.</param>
    /// <param name="cancel">Cancels.</param>
    public static LongTable Read(string file, (string? Id, string? Time, string? Value) names, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new UserException(ExitCode.Usage, $"{file}: there is no such file");
        return file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ReadParquet(file, names, cancel).GetAwaiter().GetResult() : ReadCsv(file, names, cancel);
    }

    private static LongTable ReadCsv(string file, (string? Id, string? Time, string? Value) names, CancellationToken cancel)
    {
        using var bytes = File.OpenRead(file);
        using Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var reader = new StreamReader(plain, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var csv = new CsvLines(reader, file);
        try
        {
            if (!csv.Next()) throw new UserException(ExitCode.Data, $"{file} is empty: a header with the columns id, time and value is expected");
            var (id, time, value) = Columns(file, [.. csv.Fields], names);
            var width = csv.Fields.Count;
            var builder = new LongTableBuilder(file, "line", csv.Fields[time], csv.Fields[value]);
            while (csv.Next())
            {
                if ((csv.Line & 0xFFFF) == 0) cancel.ThrowIfCancellationRequested();
                var fields = csv.Fields;
                if (fields.Count == 1 && fields[0].Length == 0) continue;
                if (fields.Count != width) throw new UserException(ExitCode.Data, $"{file}, line {csv.Line}: {fields.Count} fields, but the header has {width}");
                builder.Add(id < 0 ? "*" : fields[id], fields[time], fields[value], csv.Line);
            }
            return builder.Build();
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(ExitCode.Data, $"{file}, behind line {csv.Line}: bytes that are no UTF-8; convert the file to UTF-8", e);
        }
    }

    private static (int Id, int Time, int Value) Columns(string file, IReadOnlyList<string> header, (string? Id, string? Time, string? Value) names)
    {
        var id = Find(header, names.Id, s_ids);
        var time = Find(header, names.Time, s_times);
        var value = Find(header, names.Value, s_values);
        if (names.Id is not null && id < 0) throw Missing(file, names.Id, header);
        if (time < 0) throw Missing(file, names.Time ?? "time", header);
        if (value < 0) throw Missing(file, names.Value ?? "value", header);
        return (id, time, value);
    }

    private static int Find(IReadOnlyList<string> header, string? named, string[] usual)
    {
        foreach (var name in named is null ? usual : [named])
        {
            for (var i = 0; i < header.Count; i++)
                if (string.Equals(header[i].Trim('\uFEFF', ' '), name, named is null ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)) return i;
        }
        return -1;
    }

    private static UserException Missing(string file, string name, IReadOnlyList<string> header) =>
        new(ExitCode.Usage, $"{file} has no column {name}; it has {string.Join(", ", header)}. Name the columns with --id, --time and --value");

    private static async Task<LongTable> ReadParquet(string file, (string? Id, string? Time, string? Value) names, CancellationToken cancel)
    {
        try
        {
            await using var reader = await ParquetReader.CreateAsync(file, cancellationToken: cancel).ConfigureAwait(false);
            var fields = reader.Schema.GetDataFields();
            var (id, time, value) = Columns(file, [.. fields.Select(f => f.Name)], names);
            var builder = new LongTableBuilder(file, "row", fields[time].Name, fields[value].Name);
            long row = 0;
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                using var group = reader.OpenRowGroupReader(g);
                var count = (int)group.RowCount;
                var ids = id < 0 ? null : await ParquetColumn.ReadTexts(group, fields[id], count, file, cancel).ConfigureAwait(false);
                var (times, dates) = await ParquetColumn.ReadTimes(group, fields[time], count, file, cancel).ConfigureAwait(false);
                var values = await ParquetColumn.ReadNumbers(group, fields[value], count, file, cancel).ConfigureAwait(false);
                for (var i = 0; i < count; i++, row++) builder.Add(ids is null ? "*" : ids[i], times[i], values[i], row + 1, dates);
            }
            return builder.Build();
        }
        catch (ParquetException e)
        {
            throw new UserException(ExitCode.Data, $"{file} is no whole Parquet file: {e.Message}", e);
        }
    }
}
