using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>
/// A shop delivers a file a day, and files late, twice, overlapping, wrong and corrected. Whatever the way, the tables are those of
/// one clean load of what should be there.
/// </summary>
public sealed class HistoryTests
{
    private const string Date = "2025-12-31";

    private static readonly string[] Cleaned = ["daily_sales", "rejects", "transactions"];

    // Broken lines, duplicates across files, late lines, JSON lines and zstd are all in these.
    private static readonly string[] Days =
        Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-*").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).Skip(7).Take(12).ToArray();

    private static TestShop NewShop()
    {
        var shop = new TestShop(TestShop.SampleConfiguration);
        shop.Always.AddRange(["--quiet", "--set", "results.stages=ingest,sales", "--set", "results.limits.max_rejected_share=0.5"]);
        return shop;
    }

    private static string Sample(string name) => Path.Combine(TestShop.SampleFiles, name);

    private static void Load(TestShop shop, params string[] files) => shop.Nightly(["--date", Date, .. files.SelectMany(file => (string[])["--input", file])]).With(0);

    /// <summary>A lake that saw these files at once and nothing else.</summary>
    private static TestShop Clean(IEnumerable<string> files)
    {
        var shop = NewShop();
        Load(shop, files.ToArray());
        return shop;
    }

    [Fact]
    public void DaysInOrderInRandomOrderAndAtOnceGiveTheSameBytes()
    {
        Assert.Equal(12, Days.Length);
        using var clean = Clean(Days.Select(Sample));
        using var ordered = NewShop();
        foreach (var day in Days) Load(ordered, Sample(day));
        Assert.Equal(clean.Results(), ordered.Results());
        Assert.Equal(Path.GetFileName(clean.Latest), Path.GetFileName(ordered.Latest));

        using var shuffled = NewShop();
        var order = (string[])Days.Clone();
        new Random(4).Shuffle(order);
        foreach (var group in order.Chunk(3)) Load(shuffled, group.Select(Sample).ToArray());
        Assert.Equal(clean.Results(), shuffled.Results());
        Assert.Equal(Path.GetFileName(clean.Latest), Path.GetFileName(shuffled.Latest));
        shuffled.Run("verify").With(0);
        // What the manifest says of each file does not depend on the way either.
        Assert.Equal(Fates(clean), Fates(shuffled));
        Assert.Equal(Fates(clean), Fates(ordered));
    }

    private static string Fates(TestShop shop) => TestShop.Json(Path.Combine(shop.Latest, "manifest.json")).GetProperty("sources").EnumerateArray()
        .Select(source => $"{source.GetProperty("name")} {source.GetProperty("fates").GetRawText()}").Aggregate((a, b) => a + "\n" + b);

    [Fact]
    public void OverlappingExtractsCountOnce()
    {
        using var clean = Clean(Days.Take(3).Select(Sample));
        using var later = NewShop();
        // The week's extract repeats the days' lines; a day's file sorts before it, so the days' lines stay.
        var header = File.ReadLines(Sample(Days[0])).First();
        var lines = Days.Take(3).SelectMany(day => File.ReadLines(Sample(day)).Skip(1)).Where(line => !line.Contains('"', StringComparison.Ordinal)).ToList();
        var week = later.Write("week.csv", header + "\n" + string.Join('\n', lines) + "\n");
        foreach (var day in Days.Take(3)) Load(later, Sample(day));
        Load(later, week);
        using var first = NewShop();
        Load(first, week);
        Load(first, Days.Take(3).Select(Sample).Reverse().ToArray());
        using var once = Clean([.. Days.Take(3).Select(Sample), week]);
        Assert.Equal(once.Results(), later.Results());
        Assert.Equal(once.Results(), first.Results());
        Assert.Equal(clean.Hashes(clean.Latest, "daily_sales", "transactions"), first.Hashes(first.Latest, "daily_sales", "transactions"));
        Assert.Equal(Fates(once), Fates(first));
    }

    [Fact]
    public void ACorrectedFileReplacesTheWrongOne()
    {
        using var clean = Clean(Days.Take(4).Select(Sample));
        using var shop = NewShop();
        var lines = File.ReadAllLines(Sample(Days[1]));
        // Half of the lines, one of another date, one broken, and one that repeats a line of the day before.
        var wrong = shop.Write(Days[1], string.Join('\n', lines.Take(40)) + "\n" + lines[41].Replace("2025-12-", "2025-11-", StringComparison.Ordinal) + "\nbroken\n" + File.ReadLines(Sample(Days[0])).ElementAt(5) + "\n");
        Load(shop, Sample(Days[0]), wrong, Sample(Days[2]));
        var old = shop.Latest;
        var before = TestShop.Snapshot(old);
        Assert.NotEqual(clean.Results(), shop.Results());
        Load(shop, Sample(Days[3]));
        Load(shop, Sample(Days[1]));
        Assert.Equal(clean.Results(), shop.Results());
        Assert.Equal(Fates(clean), Fates(shop));
        Assert.Equal(before, TestShop.Snapshot(old));
        shop.Run("verify", Path.GetFileName(old)).With(0);
    }

    [Fact]
    public void ARetractedFileLeavesNoTrace()
    {
        using var clean = Clean(Days.Take(3).Select(Sample));
        using var shop = NewShop();
        // It repeats lines of the others, sorts before them, so its lines stand in their place until it goes.
        var extra = shop.Write("0000-extra.csv", File.ReadAllText(Sample(Days[0])) + "not,a,record\n");
        Load(shop, Days.Take(2).Select(Sample).Append(extra).ToArray());
        Load(shop, Sample(Days[2]));
        Assert.NotEqual(clean.Results(), shop.Results());
        shop.Nightly("--date", Date, "--retract", "0000-extra.csv").With(0);
        Assert.Equal(clean.Results(), shop.Results());
        Assert.Equal(Path.GetFileName(clean.Latest), Path.GetFileName(shop.Latest));
        Assert.Equal(Fates(clean), Fates(shop));

        var unknown = shop.Nightly("--date", Date, "--retract", Days[2].Replace("12-", "12_", StringComparison.Ordinal)).With(2);
        Assert.Contains(Days[2], unknown.Err, StringComparison.Ordinal);
        Assert.Contains("nearest", unknown.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameBytesUnderTwoNamesCountOnce()
    {
        using var clean = Clean(Days.Take(3).Select(Sample));
        using var shop = NewShop();
        var copy = shop.Copy(Sample(Days[1]), "zz-copy.csv");
        Load(shop, Days.Take(2).Select(Sample).ToArray());
        Load(shop, copy, Sample(Days[2]));
        Assert.Equal(clean.Hashes(clean.Latest, Cleaned), shop.Hashes(shop.Latest, Cleaned));
        // Without its first name the content goes by its second.
        shop.Nightly("--date", Date, "--retract", Days[1]).With(0);
        using var renamed = Clean([Sample(Days[0]), Sample(Days[2]), copy]);
        Assert.Equal(renamed.Results(), shop.Results());
        Assert.Equal(Path.GetFileName(renamed.Latest), Path.GetFileName(shop.Latest));
    }

    /// <summary>
    /// Any sequence of deliveries, corrections, repetitions and retractions ends where one clean load of the last state does. The
    /// files share lines, so that each change moves duplicates between files and dates.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AnyHistoryEndsAsACleanLoad(int seed)
    {
        var random = new Random(seed);
        var pool = Enumerable.Range(0, 40).Select(i => SmallShop.Line(random.Next(6), $"2025-03-{1 + random.Next(4):D2}", random.Next(5), 1 + random.Next(3)))
            .Concat(["x,i1,1,2025-03-02 10:00:00,1.00,c,GB", "o9,i1,one,2025-03-02 10:00:00,1.00,c,GB", "C7,i1,-1,2025-03-03 10:00:00,2.00,c1,GB", "\"open,1"]).ToArray();
        string Content() => SmallShop.Header + string.Concat(Enumerable.Range(0, 4 + random.Next(14)).Select(_ => pool[random.Next(pool.Length)] + "\n"));
        using var shop = SmallShop.New();
        var state = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var log = new List<string>();
        for (var step = 0; step < 7; step++)
        {
            var arguments = new List<string> { "--date", "2025-03-04" };
            if (state.Count > 1 && random.Next(3) == 0)
            {
                var gone = state.Keys.ElementAt(random.Next(state.Count));
                state.Remove(gone);
                arguments.AddRange(["--retract", gone]);
                log.Add("retract " + gone);
            }
            else
            {
                foreach (var name in Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"f{random.Next(6)}.csv").Distinct())
                {
                    // A name comes anew, or with other content, or with that of another name.
                    var text = state.Count > 0 && random.Next(4) == 0 ? state.Values.ElementAt(random.Next(state.Count)) : Content();
                    state[name] = text;
                    arguments.AddRange(["--input", shop.Write(Path.Combine($"step{step}", name), text)]);
                    log.Add("put " + name);
                }
            }
            shop.Nightly([.. arguments]).With(0);
        }
        using var clean = SmallShop.New();
        foreach (var (name, text) in state) clean.Write(Path.Combine("in", name), text);
        clean.Nightly("--date", "2025-03-04", "--input", clean.At("in")).With(0);
        Assert.True(clean.Results() == shop.Results(), $"seed {seed}: {string.Join(", ", log)}");
        Assert.Equal(Path.GetFileName(clean.Latest), Path.GetFileName(shop.Latest));
        Assert.Equal(Fates(clean), Fates(shop));
        shop.Run("verify").With(0);
    }

    [Fact]
    public void OnlineRetailCutIntoDaysIsTheSameAsItsPartAtOnce()
    {
        var file = SharedData.Path("online_retail/online_retail.csv.gz");
        var days = LongTests.Enabled ? int.MaxValue : 20;
        using var shop = new TestShop(TestShop.OnlineRetailConfiguration);
        shop.Always.AddRange(["--quiet", "--set", "results.stages=ingest,sales"]);
        var (header, byDay) = RetailDays.Cut(file, days);
        foreach (var (day, text) in byDay) shop.Write(Path.Combine("days", day + ".csv"), header + text);
        var date = byDay.Keys.Last();
        var names = byDay.Keys.Select(day => shop.At("days", day + ".csv")).ToArray();
        shop.Nightly("--date", date, "--input", shop.At("days")).With(0);

        using var shuffled = new TestShop(TestShop.OnlineRetailConfiguration);
        shuffled.Always.AddRange(shop.Always);
        new Random(11).Shuffle(names);
        foreach (var group in names.Chunk(LongTests.Enabled ? 60 : 7)) shuffled.Nightly(["--date", date, .. group.SelectMany(name => (string[])["--input", name])]).With(0);
        Assert.Equal(shop.Results(), shuffled.Results());

        // One file of the same lines has other names and line numbers, and the same sales.
        using var whole = new TestShop(TestShop.OnlineRetailConfiguration);
        whole.Always.AddRange(shop.Always);
        whole.Nightly("--date", date, "--input", whole.Write("all.csv", header + string.Concat(byDay.Values))).With(0);
        Assert.Equal(whole.Hashes(whole.Latest, "daily_sales"), shop.Hashes(shop.Latest, "daily_sales"));
        using var tables = new Tables();
        const string columns = "* exclude (source_file, source_line)";
        tables.None($"(select {columns} from '{whole.Latest}/transactions/*.parquet' except all select {columns} from '{shop.Latest}/transactions/*.parquet') union all (select {columns} from '{shop.Latest}/transactions/*.parquet' except all select {columns} from '{whole.Latest}/transactions/*.parquet')");
    }
}
