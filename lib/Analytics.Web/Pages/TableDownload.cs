using System.Globalization;
using System.Text;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>A table, filtered and sorted as the page shows it, as CSV or Parquet.</summary>
internal static class TableDownload
{
    public static async Task SendAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var question = TableQuestion.Read(visit, visit.Manifest(run));
        if (question.Mistake is { } mistake) throw new FormException(mistake);
        var name = string.Create(CultureInfo.InvariantCulture, $"{question.Table.Name}-{run.Date:yyyy-MM-dd}-{run.Id}");
        if (visit.Query("as") == "parquet") await ParquetAsync(visit, run, question, name).ConfigureAwait(false);
        else await CsvAsync(visit, run, question, name).ConfigureAwait(false);
    }

    private static async Task ParquetAsync(Visit visit, RunRef run, TableQuestion question, string name)
    {
        var isWhole = !question.IsFiltered && question.Sort is null && question.Table.Files.Count == 1;
        if (isWhole && StorePath.IsPlainRelative(question.Table.Files[0].Path))
        {
            // The published file itself, byte by byte, so that its hash and a proof of it fit.
            var path = visit.Lake.Full($"{run.Path}/{question.Table.Files[0].Path}");
            await SendFileAsync(visit, visit.Lake.Files.OpenRead(path), name + ".parquet").ConfigureAwait(false);
            return;
        }
        var (sql, values) = await question.AllAsync(visit, run, asText: false).ConfigureAwait(false);
        var file = Path.Combine(visit.Console.Queries.Scratch, Guid.NewGuid().ToString("N") + ".parquet");
        try
        {
            await visit.Console.Queries.RunAsync($"copy ({sql}) to {TableQueries.Literal(file)} (format parquet, compression zstd)", values, visit.Cancel, static _ => { }).ConfigureAwait(false);
            await SendFileAsync(visit, File.OpenRead(file), name + ".parquet").ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task SendFileAsync(Visit visit, Stream file, string name)
    {
        await using var stream = file;
        Head(visit, "application/vnd.apache.parquet", name);
        visit.Context.Response.ContentLength = stream.Length;
        await stream.CopyToAsync(visit.Context.Response.Body, visit.Cancel).ConfigureAwait(false);
    }

    private static async Task CsvAsync(Visit visit, RunRef run, TableQuestion question, string name)
    {
        var (sql, values) = await question.AllAsync(visit, run, asText: true).ConfigureAwait(false);
        // Written to a file first, so that a query that fails half-way is an error and not a short file.
        var path = Path.Combine(visit.Console.Queries.Scratch, Guid.NewGuid().ToString("N") + ".csv");
        try
        {
            await using (var output = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16))
            {
                await output.WriteAsync(string.Join(',', question.Table.Columns.Select(static column => Field(column.Name, isText: true))) + "\r\n").ConfigureAwait(false);
                var isText = question.Table.Columns.Select(static column => column.Type.StartsWith("VARCHAR", StringComparison.Ordinal)).ToArray();
                await visit.Console.Queries.RunAsync(sql, values, visit.Cancel, reader =>
                {
                    while (reader.Read())
                    {
                        var row = TableQueries.Row(reader);
                        for (var i = 0; i < row.Length; i++)
                        {
                            if (i > 0) output.Write(',');
                            output.Write(Field(row[i], isText[i]));
                        }
                        output.Write("\r\n");
                    }
                }).ConfigureAwait(false);
            }
            await using var stream = File.OpenRead(path);
            Head(visit, "text/csv; charset=utf-8", name + ".csv");
            visit.Context.Response.ContentLength = stream.Length;
            await stream.CopyToAsync(visit.Context.Response.Body, visit.Cancel).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// A field as RFC 4180 has it: NULL is nothing, '' is "". A text that a spreadsheet would take for a formula has an apostrophe before
    /// it, because names come from outside; Parquet has the very text.
    /// </summary>
    internal static string Field(string? value, bool isText)
    {
        if (value is null) return "";
        if (isText && value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n') value = "'" + value;
        return value.Length == 0 || value.AsSpan().ContainsAny("\",\r\n") ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : value;
    }

    private static void Head(Visit visit, string type, string name)
    {
        visit.Context.Response.ContentType = type;
        // Names of tables, dates and ids are of letters, digits, _ and - alone.
        visit.Context.Response.Headers.ContentDisposition = $"attachment; filename=\"{string.Concat(name.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))}\"";
    }
}
