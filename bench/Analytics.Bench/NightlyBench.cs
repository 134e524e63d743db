using System.Globalization;
using System.Text.RegularExpressions;

namespace Analytics.Bench;

/// <summary>The nightly run in whole processes: ingest against DuckDB's bare copy pair by pair, the whole run, growth, one more night.</summary>
internal static partial class NightlyBench
{
    private const int Pairs = 5;

    public static int Run(string shop, string work, bool large)
    {
        Directory.CreateDirectory(work);
        var home = Home();
        var launcher = Path.Combine(home, "analytics");
        var config = Path.Combine(home, "config", "online-retail.json");
        Measured Ours(string command, string lake, params string[] more) =>
            MeasuredProcess.Run(launcher, [.. command.Split(' '), "--config", config, "--lake", lake, .. more.Contains("--verbose") ? more : [.. more, "--quiet"]]);
        var lakes = 0;
        // None is deleted before the end: ext4 goes round the inodes of files deleted within the last minutes one by one, which doubled ingest's time.
        string NewLake() => Path.Combine(work, string.Create(CultureInfo.InvariantCulture, $"lake-{++lakes}"));
        MeasuredProcess.Run(launcher, "--version");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores; whole processes; seconds and MiB"));
        Console.WriteLine($"{"",-46} {"median",8} {"min",8} {"max",8} {"cpu",8} {"peak",8}");

        var small = Ingest("Online Retail, 541,909 lines", shop, Pairs, NewLake, Ours, work);
        var nightly = Enumerable.Range(0, Pairs).Select(_ => Ours("run nightly", NewLake(), "--input", shop)).ToList();
        MeasuredProcess.Row("nightly run, whole", nightly, "aim: at most 20 s on 2 cores");
        OneMoreNight(shop, work, MeasuredProcess.Median(nightly.Select(run => run.Wall)), NewLake, Ours);
        if (!large) return 0;

        foreach (var (name, shift) in (ReadOnlySpan<(string, int)>)[("dates overlap (1 day apart)", 1), ("dates apart (374 days)", 374)])
        {
            var file = Path.Combine(work, "twentyfold.csv");
            RepeatedShop.Write(shop, file, 20, shift);
            var twentyfold = Ingest($"20-fold, {name}", file, 3, NewLake, Ours, work);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ingest grows with exponent {Math.Log(twentyfold / small) / Math.Log(20):F2} (aim: at most 1.1)"));
            var whole = new[] { Ours("run nightly", NewLake(), "--input", file) };
            MeasuredProcess.Row($"nightly run, 20-fold, {name}", whole, "aim: peak at most 4,096 MiB");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  nightly grows with exponent {Math.Log(whole[0].Wall / MeasuredProcess.Median(nightly.Select(run => run.Wall))) / Math.Log(20):F2} (aim: at most 1.1)"));
            File.Delete(file);
        }
        return 0;
    }

    private static double Ingest(string name, string file, int pairs, Func<string> newLake, Func<string, string, string[], Measured> ours, string work)
    {
        var (mine, theirs, ratios) = (new List<Measured>(), new List<Measured>(), new List<double>());
        var self = Path.Combine(AppContext.BaseDirectory, "Analytics.Bench.dll");
        var output = Path.Combine(work, "copy.parquet");
        for (var i = 0; i <= pairs; i++)
        {
            var copy = MeasuredProcess.Run("dotnet", self, "duckdb-copy", file, output);
            File.Delete(output);
            var ingest = ours("ingest", newLake(), ["--input", file]);
            if (i == 0) continue;
            theirs.Add(copy);
            mine.Add(ingest);
            ratios.Add(ingest.Wall / copy.Wall);
        }
        MeasuredProcess.Row($"DuckDB copy, {name}", theirs);
        MeasuredProcess.Row($"ingest, {name}", mine, string.Create(CultureInfo.InvariantCulture, $"{MeasuredProcess.Median(ratios):F2} x the copy (pair by pair {ratios.Min():F2} to {ratios.Max():F2})"));
        return MeasuredProcess.Median(mine.Select(run => run.Wall));
    }

    private static void OneMoreNight(string shop, string work, double whole, Func<string> newLake, Func<string, string, string[], Measured> ours)
    {
        var days = Path.Combine(work, "days");
        if (Directory.Exists(days)) Directory.Delete(days, true);
        RepeatedShop.WriteDays(shop, days);
        var last = Directory.GetFiles(days).Order(StringComparer.Ordinal).Last();
        var night = Path.Combine(work, Path.GetFileName(last));
        File.Move(last, night, true);
        // Ingest and publish alone: the models are another matter.
        string[] only = ["--set", "results.stages=ingest", "--verbose"];
        var (rebuilds, nights) = (new List<Measured>(), new List<Measured>());
        for (var i = 0; i < 3; i++)
        {
            var lake = newLake();
            rebuilds.Add(ours("run nightly", lake, ["--input", days, .. only]));
            nights.Add(ours("run nightly", lake, ["--input", night, .. only]));
        }
        MeasuredProcess.Row("ingest and publish, a year of daily files", rebuilds);
        // A rebuild of the year is the whole run, with the models; beside its ingest and publishing alone, the program's own start counts,
        // which the stages' own clocks leave out.
        var (oneNight, rebuild) = (MeasuredProcess.Median(nights.Select(run => run.Wall)), MeasuredProcess.Median(rebuilds.Select(run => run.Wall)));
        MeasuredProcess.Row("ingest and publish, one more night", nights, string.Create(CultureInfo.InvariantCulture,
            $"{oneNight / whole:F2} of the whole run (aim: at most 0.10), {oneNight / rebuild:F2} of the year's ingest and publishing"));
        var (stages, yearsStages) = (MeasuredProcess.Median(nights.Select(Stages)), MeasuredProcess.Median(rebuilds.Select(Stages)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  by the stages' own clocks: one more night {stages:F2}, the year {yearsStages:F2}: {stages / yearsStages:F2}"));
        MeasuredProcess.Row("the program's start", [.. Enumerable.Range(0, 5).Select(_ => MeasuredProcess.Run(Path.Combine(Home(), "analytics"), "--version"))]);
    }

    /// <summary>The seconds of ingest and publishing, as the program tells them.</summary>
    private static double Stages(Measured run) =>
        StageLine().Matches(run.Output) is { Count: 2 } lines
            ? lines.Sum(line => double.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"the lines of two stages were expected: {run.Output}");

    [GeneratedRegex(@"^(?:ingest|publish) +([0-9.]+) s ", RegexOptions.Multiline)]
    private static partial Regex StageLine();

    private static string Home()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "analytics"))) return folder.FullName;
        throw new InvalidOperationException("no launcher above " + AppContext.BaseDirectory);
    }
}
