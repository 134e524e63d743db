using System.IO.Compression;
using System.Text;
using Analytics.Jobs.Configuration;
using Parquet;

namespace Analytics.Jobs.Forecasting;

/// <summary>Reads a long table from CSV (also .gz) or Parquet.</summary>
internal static class LongTableReader
{
    /// <summary>Reads.</summary>
    /// <param name="file">The path.</param>
    /// <param name="names">What the user named the columns.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="future">Whether it is a file of periods to come, which has no values.</param>
    public static LongTable Read(string file, LongTableNames names, CancellationToken cancel, bool future = false)
    {
        if (!File.Exists(file)) throw new UserException(ExitCode.Usage, $"{file}: there is no such file");
        return file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ReadParquet(file, names, future, cancel).GetAwaiter().GetResult() : ReadCsv(file, names, future, cancel);
    }

    private static LongTable ReadCsv(string file, LongTableNames names, bool future, CancellationToken cancel)
    {
        using var bytes = File.OpenRead(file);
        using Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var reader = new StreamReader(plain, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var csv = new CsvLines(reader, file);
        try
        {
            if (!csv.Next()) throw new UserException(ExitCode.Data, $"{file} is empty: a header with the columns id, time and value is expected");
            var columns = LongTableColumns.Find(file, [.. csv.Fields], names, future);
            var width = csv.Fields.Count;
            var builder = new LongTableBuilder(file, "line", columns);
            while (csv.Next())
            {
                if ((csv.Line & 0xFFFF) == 0) cancel.ThrowIfCancellationRequested();
                var fields = csv.Fields;
                if (fields.Count == 1 && fields[0].Length == 0) continue;
                if (fields.Count != width) throw new UserException(ExitCode.Data, $"{file}, line {csv.Line}: {fields.Count} fields, but the header has {width}");
                builder.Add(fields, csv.Line);
            }
            return builder.Build([]);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(ExitCode.Data, $"{file}, behind line {csv.Line}: bytes that are no UTF-8; convert the file to UTF-8", e);
        }
    }

    private static async Task<LongTable> ReadParquet(string file, LongTableNames names, bool future, CancellationToken cancel)
    {
        try
        {
            await using var reader = await ParquetReader.CreateAsync(file, cancellationToken: cancel).ConfigureAwait(false);
            var fields = reader.Schema.GetDataFields();
            var columns = LongTableColumns.Find(file, [.. fields.Select(f => f.Name)], names, future);
            var notes = new List<string>();
            if (!columns.Named)
            {
                foreach (var (column, name) in columns.Regressors)
                    if (!ParquetColumn.IsNumber(fields[column])) notes.Add($"column {name} holds {fields[column].ClrType.Name} and is left out");
                columns = columns with { Regressors = [.. columns.Regressors.Where(r => ParquetColumn.IsNumber(fields[r.Column]))] };
            }
            var builder = new LongTableBuilder(file, "row", columns);
            long row = 0;
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                using var group = reader.OpenRowGroupReader(g);
                var count = (int)group.RowCount;
                var ids = columns.Id < 0 ? null : await ParquetColumn.ReadTexts(group, fields[columns.Id], count, file, cancel).ConfigureAwait(false);
                var (times, dates) = await ParquetColumn.ReadTimes(group, fields[columns.Time], count, file, cancel).ConfigureAwait(false);
                var values = columns.Value < 0 ? null : await ParquetColumn.ReadNumbers(group, fields[columns.Value], count, file, cancel).ConfigureAwait(false);
                var regressors = new double[columns.Regressors.Count][];
                for (var j = 0; j < regressors.Length; j++)
                    regressors[j] = await ParquetColumn.ReadNumbers(group, fields[columns.Regressors[j].Column], count, file, cancel).ConfigureAwait(false);
                for (var i = 0; i < count; i++, row++)
                {
                    var further = regressors.Length == 0 ? [] : new double[regressors.Length];
                    for (var j = 0; j < further.Length; j++) further[j] = regressors[j][i];
                    builder.Add(ids is null ? "*" : ids[i], times[i], values is null ? double.NaN : values[i], row + 1, dates, further);
                }
            }
            return builder.Build(notes);
        }
        catch (ParquetException e)
        {
            throw new UserException(ExitCode.Data, $"{file} is no whole Parquet file: {e.Message}", e);
        }
    }
}
