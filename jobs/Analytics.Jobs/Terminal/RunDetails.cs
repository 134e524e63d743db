using System.Globalization;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Spectre.Console;

namespace Analytics.Jobs.Terminal;

/// <summary>Prints a run and the difference of two.</summary>
internal static class RunDetails
{
    private const int Shown = 20;

    public static void Print(Lake lake, RunRef run, bool all)
    {
        var manifest = lake.ReadManifest(run);
        var header = manifest.Run;
        var output = Console.Out;
        output.WriteLine($"run       {run}, revision {header.Revision}");
        output.WriteLine($"folder    {lake.Full(run.Path)}");
        output.WriteLine($"base      {(header.Base is { } b ? $"{Dates.Text(b.BusinessDate)}/{b.Id}" : "none")}");
        output.WriteLine($"made by   analytics {header.ProgramVersion}, {header.Engine} {header.EngineVersion}, {Time(header.StartedAt)} to {Time(header.FinishedAt)}");
        output.WriteLine($"key       {header.Key}");
        foreach (var put in manifest.Changes.Put) output.WriteLine($"took in   {put.Name}");
        foreach (var name in manifest.Changes.Retracted) output.WriteLine($"retracted {name}");
        output.WriteLine();
        var tables = PlainTable.New("table", "kind", ">rows", ">files", ">bytes");
        foreach (var table in manifest.Tables)
            tables.AddRow(PlainTable.Cells(table.Name, table.Kind, N(table.Rows), N(table.Files.Count), Logs.Bytes(table.Files.Sum(file => file.Bytes))));
        PlainTable.Print(tables);
        output.WriteLine();
        var sources = PlainTable.New("source file", ">records", ">sale", ">return", ">adjustment", ">duplicate", ">rejected");
        foreach (var source in all ? manifest.Sources : manifest.Sources.Take(Shown))
        {
            var fates = source.Fates;
            sources.AddRow(PlainTable.Cells(source.Name, N(fates.Records), N(fates.Sale), N(fates.Return), N(fates.Adjustment), N(fates.Duplicate), N(fates.Rejected)));
        }
        sources.AddRow(PlainTable.Cells($"all {manifest.Sources.Count} files", N(manifest.Sources.Sum(s => s.Fates.Records)), N(manifest.Sources.Sum(s => s.Fates.Sale)), N(manifest.Sources.Sum(s => s.Fates.Return)),
            N(manifest.Sources.Sum(s => s.Fates.Adjustment)), N(manifest.Sources.Sum(s => s.Fates.Duplicate)), N(manifest.Sources.Sum(s => s.Fates.Rejected))));
        PlainTable.Print(sources);
        if (!all && manifest.Sources.Count > Shown) output.WriteLine($"({manifest.Sources.Count - Shown} more files with --verbose)");
    }

    public static void PrintDiff(RunDiff diff)
    {
        var output = Console.Out;
        output.WriteLine($"from {diff.From} to {diff.To}");
        foreach (var part in diff.KeyParts) output.WriteLine($"  key     {part.Name}: {part.From ?? "(none)"} -> {part.To ?? "(none)"}");
        foreach (var source in diff.Sources) output.WriteLine($"  source  {Sign(source.Kind)} {source.Name}");
        foreach (var date in diff.Dates) output.WriteLine($"  date    {Sign(date.Kind)} {Dates.Text(date.Date)}: {N(date.FromRows)} -> {N(date.ToRows)} lines");
        foreach (var table in diff.Tables) output.WriteLine($"  table   {Sign(table.Kind)} {table.Table}: {N(table.FromRows)} -> {N(table.ToRows)} rows{(table.SchemaChanged ? ", other columns" : "")}");
        if (diff.KeyParts.Count + diff.Sources.Count + diff.Dates.Count + diff.Tables.Count == 0) output.WriteLine("  the same");
    }

    private static string Sign(ChangeKind kind) => kind switch { ChangeKind.Added => "+", ChangeKind.Removed => "-", _ => "~" };

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
