using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Records;
using Analytics.Records.Curation;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>Broken input files through the real ingest: never a crash, never a hang; the fates add up, or one error names the file.</summary>
public sealed class MutationTests(Nights nights)
{
    private static readonly TimeSpan FileLimit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, long> _active = new();

    [Fact]
    public void EndInFatesThatAddUpOrInOneClearError()
    {
        var mutator = new Mutator(Good());
        using var folder = new TestFolder();
        var count = LongTests.Times(500, 10_000);
        int accounted = 0, refused = 0;
        long rejected = 0, rows = 0;
        var refusals = new ConcurrentDictionary<string, int>();
        EachWithinTheLimit(count, seed =>
        {
            var (name, content) = mutator.Make(seed);
            var path = folder[$"{seed}-{name}"];
            File.WriteAllBytes(path, content);
            try
            {
                // Every twentieth takes the whole way to a published run, on an empty lake or on top of one.
                var (kept, lost) = seed % 20 == 7 ? Publish(seed, name, path, folder) : Ingest(seed, name, path, folder);
                Interlocked.Increment(ref accounted);
                Interlocked.Add(ref rows, kept);
                Interlocked.Add(ref rejected, lost);
            }
            catch (Exception e) when (e is RecordFormatException or UserException { Code: ExitCode.Data or ExitCode.Usage })
            {
                Assert.True(e.Message.Contains(name, StringComparison.Ordinal), $"seed {seed}: the message does not name {name}: {e.Message}");
                Interlocked.Increment(ref refused);
                refusals.AddOrUpdate(Kind(e.Message, name), 1, (_, n) => n + 1);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, {name}: {e.Message}", e);
            }
            File.Delete(path);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{accounted} accounted for with {rows} rows and {rejected} rejects, {refused} refused:");
        foreach (var (message, times) in refusals.OrderByDescending(refusal => refusal.Value).Take(12)) TestContext.Current.TestOutputHelper?.WriteLine($"{times,6} {message}");
        // The mutations reach both ends.
        Assert.True(accounted > count / 10, $"{accounted} of {count} accounted for");
        Assert.True(refused > count / 10, $"{refused} of {count} refused");
        Assert.True(rejected > count && rows > count, $"{rejected} rejects, {rows} rows");
    }

    public static TheoryData<string, int, string> EndToEnd => new()
    {
        { "whole", 0, "published" },
        { "quote", 0, "1 rejected" },
        { "empty", 3, "it is empty" },
        { "renamed", 3, "line 1" },
        { "doubled", 3, "line 1" },
        { "missing", 3, "line 1" },
        { "cut.gz", 3, "2025-12-02.csv.gz" },
        { "flipped.gz", 3, "2025-12-02.csv.gz" },
        { "year", 2, "line 12" },
    };

    [Theory]
    [MemberData(nameof(EndToEnd))]
    public void EndWithTheirExitCode(string what, int code, string message)
    {
        using var folder = new TestFolder();
        var lake = Nights.Before(nights.Second, folder);
        var lines = File.ReadAllLines(nights.Second.Input);
        switch (what)
        {
            case "quote":
                lines[9] = "\"" + lines[9];
                break;
            case "empty":
                lines = [];
                break;
            case "renamed":
                lines[0] = lines[0].Replace("order_id", "orderid", StringComparison.Ordinal);
                break;
            case "doubled":
                lines[0] = lines[0].Replace("store_id", "order_id", StringComparison.Ordinal);
                break;
            case "missing":
                lines = lines[1..];
                break;
            case "year":
                lines[11] = lines[11].Replace("2025-12-0", "2026-12-0", StringComparison.Ordinal);
                break;
        }
        var content = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        var name = "2025-12-02.csv";
        if (what.EndsWith(".gz", StringComparison.Ordinal))
        {
            name += ".gz";
            content = Mutator.Pack(content);
            if (what == "cut.gz") content = content[..(content.Length / 2)];
            else content[content.Length / 2] ^= 4;
        }
        File.WriteAllBytes(folder[name], content);
        var before = LakeChecks.Files($"{lake}/{LakeLayout.Runs}");
        var ended = AnalyticsProcess.Run(nights.Command(nights.Second with { Input = folder[name] }, lake));
        Assert.True(ended.Code == code, ended.ToString());
        Assert.Contains(message, code == 0 ? ended.Output : ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        LakeChecks.AssertReadable(nights.Second with { Runs = LakeChecks.Open(lake).ListRuns(), Run = LakeChecks.Open(lake).Latest()!.Value }, lake, what);
        if (code == 0) return;
        Assert.Contains(name, ended.Error, StringComparison.Ordinal);
        Assert.Equal(before, LakeChecks.Files($"{lake}/{LakeLayout.Runs}"));
        // The good file under the same name succeeds after the bad one.
        nights.Run(nights.Second, lake);
        Assert.Equal(nights.Second.Run, LakeChecks.Open(lake).Latest());
    }

    /// <summary>Parses and curates as the stage does.</summary>
    private (long Kept, long Rejected) Ingest(int seed, string name, string path, TestFolder folder)
    {
        var digest = FileHash.ComputeAll(new LocalFileStore(), [path], 1, CancellationToken.None)[0];
        var results = nights.Settings(folder["none"]).Settings.Results;
        // Little memory now and then, so that rows wait on the disk.
        using var loader = new SourceLoader(results, 1 + seed % 2, seed % 16 == 0 ? 4096 : 64 << 20, folder[$"spill-{seed}"], CancellationToken.None);
        var loaded = loader.Load(new InputFile(name, path, digest.Bytes, digest.Sha256));
        var curation = loader.Curator.Finish(new CurationPlan { Folder = folder[$"curated-{seed}"], Labels = new Dictionary<string, string> { [digest.Sha256] = name } }, CancellationToken.None);
        var fates = curation.Fates.Aggregate(default(FateCounts), (sum, fate) => sum + fate.After - fate.Before);
        var summary = loaded.Summary;
        var about = $"seed {seed}, {name}: {summary}";
        Assert.True(summary.Records == fates.Records + summary.Rejected, about);
        Assert.True(summary.Rows == summary.Dates.Sum(date => date.Rows), about);
        Assert.True(fates.Sales + fates.Returns + fates.Adjustments == curation.Dates.Sum(date => date.Transactions?.Rows ?? 0), about);
        Assert.True(summary.Rejected == loaded.Rejects.Sum(batch => batch.Count) && summary.Rejected == summary.RejectedByRule.Sum(rule => rule.Records), about);
        var line = 0L;
        foreach (var batch in loaded.Rejects)
            foreach (var at in batch.Longs(RejectColumns.SourceLine).Values)
            {
                Assert.True(at > line, $"{about}: a reject of line {at} behind one of line {line}");
                line = at;
            }
        foreach (var date in curation.Dates)
        {
            if (date.Transactions is { } file) Assert.Equal(file.Rows, ParquetFooter.Inspect(file.Path).Rows);
        }
        if (Directory.Exists(folder[$"curated-{seed}"])) Directory.Delete(folder[$"curated-{seed}"], recursive: true);
        return (fates.Records, summary.Rejected);
    }

    /// <summary>Runs a night with it and reads the account from the manifest.</summary>
    private (long Kept, long Rejected) Publish(int seed, string name, string path, TestFolder folder)
    {
        var night = seed % 40 == 7 ? nights.First : nights.Second;
        var input = folder[$"in-{seed}"];
        Directory.CreateDirectory(input);
        File.Copy(path, $"{input}/{name}");
        var lake = Nights.Before(night, folder, $"lake-{seed}");
        try
        {
            nights.Run(night with { Input = input }, lake);
            var open = LakeChecks.Open(lake);
            var sources = open.ReadManifest(open.Latest()!.Value).Sources;
            foreach (var source in sources)
            {
                var fates = source.Fates;
                Assert.True(fates.Records == fates.Sale + fates.Return + fates.Adjustment + fates.Duplicate + fates.Rejected, $"seed {seed}: {source}");
            }
            var mine = sources.Single(source => source.Name == name || source.Aliases.Contains(name)).Fates;
            return (mine.Records - mine.Rejected, mine.Rejected);
        }
        finally
        {
            Directory.Delete(input, recursive: true);
            if (Directory.Exists(lake)) Directory.Delete(lake, recursive: true);
        }
    }

    /// <summary>CSV, JSON lines and Parquet, small: many mutations then hit something that counts.</summary>
    private List<(string Name, byte[] Content)> Good()
    {
        var sample = Path.Combine(SharedData.ProjectRoot, "data", "sample", "transactions");
        var curated = Directory.EnumerateFiles($"{nights.After(nights.Second)}/{LakeLayout.Curated}/{LakeLayout.Transactions}", "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        byte[] Lines(string file, int most) => Encoding.UTF8.GetBytes(string.Concat(File.ReadLines($"{sample}/{file}").Take(most).Select(line => line + "\n")));
        return
        [
            ("lines.csv", File.ReadAllBytes(nights.Second.Input)), ("long.csv", Lines("2025-12-04.csv", 150)), ("short.csv", Lines("2025-12-07.csv", 8)),
            ("lines.jsonl", Lines("2025-12-18.jsonl", 40)), ("lines.parquet", File.ReadAllBytes(curated[^1])),
        ];
    }

    private void EachWithinTheLimit(int count, Action<int> action)
    {
        var work = Task.Run(() => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            _active[seed] = Stopwatch.GetTimestamp();
            action(seed);
            _active.TryRemove(seed, out _);
        }));
        while (!((IAsyncResult)work).AsyncWaitHandle.WaitOne(1_000))
            foreach (var (seed, since) in _active)
                Assert.True(Stopwatch.GetElapsedTime(since) < FileLimit, $"seed {seed} takes longer than {FileLimit}");
        work.GetAwaiter().GetResult();
    }

    private static string Kind(string message, string name)
    {
        var text = new StringBuilder(message.Replace(name, "FILE", StringComparison.Ordinal).ReplaceLineEndings(" "));
        for (var i = 0; i < text.Length; i++)
            if (char.IsAsciiDigit(text[i])) text[i] = '0';
        return text.ToString(0, Math.Min(110, text.Length));
    }
}
