using System.Globalization;
using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>A stage of a run, as the table lineage has it.</summary>
internal sealed record StageSpan(string Stage, string Engine, DateTimeOffset StartedAt, double Seconds, long RowsIn, long RowsOut, long RowsRejected, long PeakMemoryBytes);

/// <summary>What the first page says of the run that <c>latest</c> points to.</summary>
/// <param name="Summary">The run.</param>
/// <param name="Files">Files that came with it.</param>
/// <param name="Fates">What became of their lines.</param>
/// <param name="Lines">Lines that the run rests on, of all files.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Passed">Checks that passed; null where it has none.</param>
/// <param name="Failed">Checks that failed, in words.</param>
/// <param name="Trouble">Why the above is not known; empty where it is.</param>
internal sealed record NewestRun(RunSummary Summary, int Files, SourceFates Fates, long Lines, IReadOnlyList<StageSpan> Stages, long? Passed, IReadOnlyList<string> Failed, string Trouble)
{
    private const int MostFailed = 5;

    /// <summary>Reads it; what cannot be read is named and keeps nobody from the rest of the page.</summary>
    public static async Task<NewestRun> ReadAsync(RunSummary summary, ManifestCache manifests, RunFiles files, TableQueries queries, CancellationToken cancel)
    {
        try
        {
            var manifest = manifests.Read(summary.Run);
            using var scope = new FileScope(files);
            var fresh = manifest.Sources.Where(static source => source.Origin == SourceOrigin.New).ToList();
            long Sum(Func<SourceFates, long> of) => fresh.Sum(source => of(source.Fates));
            var fates = new SourceFates(Sum(static f => f.Records), Sum(static f => f.Sale), Sum(static f => f.Return), Sum(static f => f.Adjustment), Sum(static f => f.Duplicate), Sum(static f => f.Rejected));
            var (passed, failed) = await ChecksAsync(scope, summary.Run, manifest, queries, cancel).ConfigureAwait(false);
            return new NewestRun(summary, fresh.Count, fates, manifest.Sources.Sum(static source => source.Fates.Records),
                await StagesAsync(scope, summary.Run, manifest, queries, cancel).ConfigureAwait(false) ?? [], passed, failed, "");
        }
        catch (Exception e) when (e is PublishingException or FileStoreException or ConsoleException)
        {
            return new NewestRun(summary, 0, new SourceFates(0, 0, 0, 0, 0, 0), 0, [], null, [], e.Message);
        }
    }

    /// <summary>The stages of a run in their order; null where it has no table lineage.</summary>
    /// <exception cref="ConsoleException">The table cannot be read.</exception>
    public static async Task<IReadOnlyList<StageSpan>?> StagesAsync(FileScope files, RunRef run, Manifest manifest, TableQueries queries, CancellationToken cancel)
    {
        if (RunTables.Find(manifest, "lineage") is not { } table) return null;
        var from = await files.FromAsync(run, table, cancel).ConfigureAwait(false);
        var rows = await queries.ReadAsync(
            $"select stage, engine, epoch_ms(cast(started_at as timestamp))::varchar, seconds::varchar, rows_in::varchar, rows_out::varchar, rows_rejected::varchar, peak_memory_bytes::varchar from {from} order by started_at, stage",
            [], cancel).ConfigureAwait(false);
        static long Whole(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
        return [.. rows.Rows.Select(static row => new StageSpan(row[0]!, row[1]!, DateTimeOffset.FromUnixTimeMilliseconds(Whole(row[2])), double.Parse(row[3]!, CultureInfo.InvariantCulture), Whole(row[4]), Whole(row[5]), Whole(row[6]), Whole(row[7])))];
    }

    private static async Task<(long? Passed, IReadOnlyList<string> Failed)> ChecksAsync(FileScope files, RunRef run, Manifest manifest, TableQueries queries, CancellationToken cancel)
    {
        if (RunTables.Find(manifest, "quality") is not { } table) return (null, []);
        var from = await files.FromAsync(run, table, cancel).ConfigureAwait(false);
        var counts = await queries.ReadAsync($"select count(*) filter (status = 'pass')::varchar, count(*) filter (status <> 'pass')::varchar from {from}", [], cancel).ConfigureAwait(false);
        var (passed, failed) = (long.Parse(counts.Rows[0][0]!, CultureInfo.InvariantCulture), long.Parse(counts.Rows[0][1]!, CultureInfo.InvariantCulture));
        if (failed == 0) return (passed, []);
        var rows = await queries.ReadAsync(
            string.Create(CultureInfo.InvariantCulture, $"""select stage, "check", severity, message from {from} where status <> 'pass' order by severity = 'warning', stage, "check", message limit {MostFailed}"""), [], cancel).ConfigureAwait(false);
        var words = rows.Rows.Select(static row => $"{row[2]} in {row[0]}: {row[1]}, {row[3]}").ToList();
        if (failed > words.Count) words.Add(string.Create(CultureInfo.InvariantCulture, $"and {failed - words.Count} more"));
        return (passed, words);
    }
}
