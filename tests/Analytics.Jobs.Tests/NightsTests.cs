namespace Analytics.Jobs.Tests;

/// <summary>Night by night: each run stands on the one before, old runs stay what they were, and latest moves forward only.</summary>
public sealed class NightsTests
{
    private static readonly string[] Nights = Enumerable.Range(3, 5).Select(day => $"2025-03-{day:D2}").ToArray();

    // Segments hand their ids from night to night, so they would show a wrong base.
    private static TestShop NewShop() => SmallShop.New("ingest", "sales", "segment");

    /// <summary>Two files a day: a.. and b..; the folder in/.</summary>
    private static TestShop WithFiles()
    {
        var shop = NewShop();
        for (var i = 0; i < Nights.Length; i++)
        {
            shop.Write(Path.Combine("in", $"a-{Nights[i]}.csv"), SmallShop.Day(Nights[i], 10 + i));
            shop.Write(Path.Combine("in", $"b-{Nights[i]}.csv"), SmallShop.Day(Nights[i], 20 + i));
        }
        return shop;
    }

    private static void Night(TestShop shop, string date, params string[] files) =>
        shop.Nightly(["--date", date, .. files.SelectMany(file => (string[])["--input", shop.At("in", file)])]).With(0);

    /// <summary>The current run of each night with its results.</summary>
    private static string[] Runs(TestShop shop) => Nights.Select(date => $"{Path.GetFileName(shop.RunOf(date))} {shop.Results(shop.RunOf(date))}").ToArray();

    private static TestShop NightByNight()
    {
        var shop = WithFiles();
        foreach (var date in Nights) Night(shop, date, $"a-{date}.csv", $"b-{date}.csv");
        return shop;
    }

    [Fact]
    public void ABackfillGivesWhatTheSingleNightsGive()
    {
        using var single = NightByNight();
        using var backfill = WithFiles();
        backfill.Nightly("--from", Nights[0], "--to", Nights[^1], "--input", backfill.At("in")).With(0);
        Assert.Equal(Runs(single), Runs(backfill));
        Assert.Equal(Nights.Length, backfill.RunFolders().Count);
        // The last night's lines are those of one load of all files.
        using var once = WithFiles();
        once.Nightly("--date", Nights[^1], "--input", once.At("in")).With(0);
        Assert.Equal(once.Hashes(once.Latest, "daily_sales", "rejects", "transactions"), single.Hashes(single.Latest, "daily_sales", "rejects", "transactions"));
        // Again it is nothing to do, night by night.
        var again = InProcess.Run("run", "nightly", "--config", backfill.Configuration, "--lake", backfill.Lake, "--set", "results.stages=ingest,sales,segment",
            "--from", Nights[0], "--to", Nights[^1], "--input", backfill.At("in")).With(0);
        Assert.Equal(Nights.Length, again.Out.Split('\n').Count(line => line.StartsWith("nothing to do", StringComparison.Ordinal)));
        Assert.Equal(Nights.Length, backfill.RunFolders().Count);
    }

    [Fact]
    public void ALateFileWithCascadeGivesACleanHistory()
    {
        using var clean = NightByNight();
        using var late = WithFiles();
        foreach (var date in Nights) Night(late, date, date == Nights[1] ? [$"a-{date}.csv"] : [$"a-{date}.csv", $"b-{date}.csv"]);
        var before = late.RunFolders().ToDictionary(run => run, TestShop.Snapshot);
        var stale = Runs(late);
        Assert.Equal(Runs(clean)[0], stale[0]);
        Assert.NotEqual(Runs(clean)[^1], stale[^1]);

        // Without --cascade the later nights stay and the run says so.
        var alone = late.Nightly("--date", Nights[1], "--input", late.At("in", $"b-{Nights[1]}.csv")).With(0);
        Assert.Contains("--cascade", alone.Err, StringComparison.Ordinal);
        Assert.Equal(Runs(clean)[..2], Runs(late)[..2]);
        Assert.Equal(stale[2..], Runs(late)[2..]);
        Assert.EndsWith(stale[^1][..16], late.Latest, StringComparison.Ordinal);

        late.Nightly("--date", Nights[1], "--input", late.At("in", $"b-{Nights[1]}.csv"), "--cascade").With(0);
        Assert.Equal(Runs(clean), Runs(late));
        Assert.EndsWith(Runs(clean)[^1][..16], late.Latest, StringComparison.Ordinal);
        foreach (var (run, files) in before) Assert.Equal(files, TestShop.Snapshot(run));
        foreach (var run in late.RunFolders()) late.Run("verify", Path.GetFileName(run)).With(0);
    }

    [Fact]
    public void ACorrectedFileAndARetractedOneCascade()
    {
        using var clean = WithFiles();
        foreach (var date in Nights) Night(clean, date, date == Nights[2] ? [$"a-{date}.csv"] : [$"a-{date}.csv", $"b-{date}.csv"]);
        using var shop = WithFiles();
        var right = File.ReadAllText(shop.At("in", $"a-{Nights[1]}.csv"));
        shop.Write(Path.Combine("in", $"a-{Nights[1]}.csv"), SmallShop.Day(Nights[1], 99));
        foreach (var date in Nights) Night(shop, date, $"a-{date}.csv", $"b-{date}.csv");
        shop.Write(Path.Combine("in", $"a-{Nights[1]}.csv"), right);
        shop.Nightly("--date", Nights[1], "--input", shop.At("in", $"a-{Nights[1]}.csv"), "--cascade").With(0);
        shop.Nightly("--date", Nights[2], "--retract", $"b-{Nights[2]}.csv", "--cascade").With(0);
        Assert.Equal(Runs(clean), Runs(shop));
    }

    [Fact]
    public void RollbackAndForwardAgain()
    {
        using var shop = NightByNight();
        var (third, last) = (shop.RunOf(Nights[2]), shop.RunOf(Nights[^1]));
        shop.Run("runs", "rollback", Nights[2]).With(0);
        Assert.Equal(third, shop.Latest);
        Assert.Contains("* ", shop.Run("runs", "list").With(0).Out, StringComparison.Ordinal);
        shop.Run("verify").With(0);
        shop.Run("runs", "rollback", Path.GetFileName(last)).With(0);
        Assert.Equal(last, shop.Latest);
        shop.Run("runs", "rollback", Nights[0]).With(0);
        // The next night moves latest forward again.
        shop.Write(Path.Combine("in", "a-2025-03-08.csv"), SmallShop.Day("2025-03-08", 77));
        Night(shop, "2025-03-08", "a-2025-03-08.csv");
        Assert.Equal(shop.RunOf("2025-03-08"), shop.Latest);
        Assert.Equal(2, shop.Run("runs", "rollback", "2025-01-01").Code);
    }

    [Fact]
    public void ANightWithoutInputAndLinesIsRefused()
    {
        using var shop = WithFiles();
        Night(shop, Nights[0], $"a-{Nights[0]}.csv");
        var latest = shop.Latest;
        var refused = shop.Nightly("--date", "2025-03-20", "--input", shop.At("in", $"a-{Nights[0]}.csv")).With(3);
        Assert.Contains("2025-03-20 has neither new input nor lines", refused.Err, StringComparison.Ordinal);
        Assert.Equal(latest, shop.Latest);
        Assert.Single(shop.RunFolders());
        shop.Nightly("--date", "2025-03-20", "--input", shop.At("in", $"a-{Nights[0]}.csv"), "--set", "results.limits.allow_no_input=true").With(0);

        using var empty = NewShop();
        Assert.Contains("no input", empty.Nightly().With(2).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void AMistypedYearIsRefusedWithItsLine()
    {
        using var shop = NewShop();
        var good = SmallShop.Day("2025-03-03", 1);
        var file = shop.Write("a.csv", good + SmallShop.Line(9, "2205-03-03", 1, 1) + "\n");
        var refused = shop.Nightly("--input", file).With(2);
        var line = good.Split('\n').Length;
        Assert.Contains($"a.csv, line {line}: the last order date 2205-03-03", refused.Err, StringComparison.Ordinal);
        Assert.Contains("results.limits.max_gap_days", refused.Err, StringComparison.Ordinal);
        Assert.Empty(shop.RunFolders());
        // Named, the date is taken; the line waits for its own night.
        shop.Nightly("--input", file, "--date", "2025-03-03").With(0);
        using var tables = new Tables(shop.Latest);
        Assert.Equal(new DateOnly(2025, 3, 3), tables.One<DateOnly>("select max(order_date) from transactions"));
    }

    [Fact]
    public void ANewReadingOfTheInputNeedsAllFilesAgain()
    {
        using var shop = WithFiles();
        Night(shop, Nights[0], $"a-{Nights[0]}.csv");
        var refused = shop.Nightly("--date", Nights[1], "--input", shop.At("in", $"a-{Nights[1]}.csv"), "--set", "results.input.product_pattern=^i[0-3]").With(2);
        Assert.Contains($"a-{Nights[0]}.csv", refused.Err, StringComparison.Ordinal);
        Assert.Contains("--input", refused.Err, StringComparison.Ordinal);
        shop.Nightly("--date", Nights[1], "--input", shop.At("in", $"a-{Nights[1]}.csv"), "--input", shop.At("in", $"a-{Nights[0]}.csv"), "--set", "results.input.product_pattern=^i[0-3]").With(0);
        using var tables = new Tables(shop.Latest);
        tables.None("select * from transactions where item_id = 'i4' and kind <> 'adjustment'");
        Assert.Equal(2L, tables.One<long>("select count(distinct order_date) from transactions"));
    }

    [Fact]
    public void TooManyRejectsPublishNothing()
    {
        using var shop = NewShop();
        var file = shop.Write("a.csv", SmallShop.Header + SmallShop.Line(1, "2025-03-03", 1, 1) + "\nbroken\n");
        var refused = shop.Nightly("--input", file, "--set", "results.limits.max_rejected_share=0.1").With(3);
        Assert.Contains("a.csv: 1 of 2", refused.Err, StringComparison.Ordinal);
        Assert.Contains("results.limits.max_rejected_share", refused.Err, StringComparison.Ordinal);
        Assert.Empty(shop.RunFolders());
        Assert.False(Directory.Exists(Path.Combine(shop.Lake, "latest")));
    }
}
