using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>One run: what it is, its stages, fates, checks, rejects, configuration, tables and where its root stands.</summary>
internal static class RunPage
{
    private const int SourcesShown = 50;
    private const int RejectsShown = 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/runs/{date}/{run}", console, WriteAsync);
        routes.Get("/runs/{date}/{run}/manifest.json", console, static async visit =>
        {
            var run = visit.Run().Run;
            visit.Context.Response.ContentType = "application/json";
            visit.Context.Response.Headers.ContentDisposition = $"attachment; filename=\"manifest-{LakeLayout.Date(run.Date)}-{run.Id}.json\"";
            await visit.Context.Response.Body.WriteAsync(Files.FileStoreExtensions.ReadAllBytes(visit.Lake.Files, visit.Lake.Full($"{run.Path}/{LakeLayout.Manifest}")), visit.Cancel).ConfigureAwait(false);
        });
    }

    private static async Task<string> WriteAsync(Visit visit)
    {
        var summary = visit.Run();
        var run = summary.Run;
        var manifest = visit.Manifest(run);
        var page = new ConsolePage(visit, $"Run of {Figures.Date(run.Date)}", "run", run, sub: run.Id);
        Facts(page, visit, summary, manifest);
        await StagesAsync(page, visit, run, manifest).ConfigureAwait(false);
        Fates(page, manifest);
        await ChecksAsync(page, visit, run, manifest).ConfigureAwait(false);
        await RejectsAsync(page, visit, run, manifest).ConfigureAwait(false);
        Tables(page, run, manifest);
        Chain(page, visit, run);
        Configuration(page, manifest);
        return page.End();
    }

    private static void Facts(ConsolePage page, Visit visit, RunSummary summary, Manifest manifest)
    {
        var header = manifest.Run;
        page.M.Open("dl", "facts card");
        page.Fact("State", () =>
        {
            page.Badge(summary.IsCurrent ? "current run of its date" : "replaced by a later run of its date", summary.IsCurrent);
            if (summary.IsLatest)
            {
                page.M.Text(" ");
                page.Badge("latest", true);
            }
        });
        page.Fact("Published", $"{ConsolePage.Time(header.FinishedAt)}, begun {ConsolePage.Time(header.StartedAt)}");
        page.Fact("Made by", $"analytics {header.ProgramVersion}, {header.Engine} {header.EngineVersion}");
        page.Fact("Revision", header.Revision.ToString(CultureInfo.InvariantCulture));
        page.Fact("Base", () =>
        {
            if (header.Base is not { } parent) page.M.Text("none");
            else
            {
                var other = new RunRef(parent.BusinessDate, parent.Id);
                page.Link(Links.Run(other), other.ToString()).M.Text(" ");
                page.Link(Links.With("/compare", ("a", other.ToString()), ("b", summary.Run.ToString())), "compare");
            }
        });
        page.Fact("Key", header.Key);
        page.Fact("Root", visit.Lake.ReadRoot(summary.Run));
        page.Fact("Manifest", () => page.Link(Links.Run(summary.Run) + "/manifest.json", "manifest.json"));
        page.M.Close();
        page.M.Open("div", "actions");
        page.Form(Links.Run(summary.Run) + "/verify", () => page.Button("Verify it all"));
        page.Link(Links.Run(summary.Run) + "/report", "Report", "button");
        if (visit.MayAct && !(summary.IsLatest && summary.IsCurrent)) page.Link($"/act/rollback?run={Uri.EscapeDataString(summary.Run.ToString())}", "Roll back to this run", "button");
        if (visit.MayAct) page.Link($"/act/run?date={LakeLayout.Date(summary.Run.Date)}", "Run this date again", "button");
        page.M.Close();
        if (manifest.Changes.Put.Count > 0) page.Note("Took in: " + string.Join(", ", manifest.Changes.Put.Take(SourcesShown).Select(static put => SafeText.Cut(put.Name, 100)))
            + (manifest.Changes.Put.Count > SourcesShown ? $" and {manifest.Changes.Put.Count - SourcesShown} more" : ""));
        if (manifest.Changes.Retracted.Count > 0) page.Note("Retracted: " + string.Join(", ", manifest.Changes.Retracted.Select(static name => SafeText.Cut(name, 100))));
    }

    private static async Task StagesAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest)
    {
        page.Section("stages", "Stages");
        var stages = await NewestRun.StagesAsync(visit.Files, run, manifest, visit.Console.Queries, visit.Cancel).ConfigureAwait(false);
        if (stages is null) page.Empty("The run has no table lineage.");
        else if (stages.Count == 0) page.Empty("No stage left a line.");
        else TimeLine.Write(page, stages, manifest.Run.FinishedAt);
        page.EndSection();
    }

    private static readonly (string Name, string Class, Func<SourceFates, long> Of)[] FateOf =
    [
        ("sale", "f-sale", static fates => fates.Sale), ("return", "f-return", static fates => fates.Return), ("adjustment", "f-adjustment", static fates => fates.Adjustment),
        ("duplicate", "f-duplicate", static fates => fates.Duplicate), ("rejected", "f-rejected", static fates => fates.Rejected),
    ];

    private static void Fates(ConsolePage page, Manifest manifest)
    {
        page.Section("fates", "What became of the lines", "Every record read has exactly one fate; the five counts add up to the records, file by file.");
        var all = manifest.Sources;
        var total = all.Sum(static source => source.Fates.Records);
        page.M.Open("dl", "fates card");
        foreach (var (name, cssClass, of) in FateOf)
        {
            var count = all.Sum(source => of(source.Fates));
            page.M.Open("div").Open("dt").Open("span", "key " + cssClass).Close().Text(name).Close().Element("dd", $"{Figures.Count(count)} ({Figures.Percent(total > 0 ? (double)count / total : null)})").Close();
        }
        page.M.Open("div").Element("dt", "records").Element("dd", Figures.Count(total)).Close().Close();
        page.Scroll("Source files", () =>
        {
            page.Table("Source files, those that came with this run first", true, "File", "Came", "#Records", "#Sale", "#Return", "#Adjustment", "#Duplicate", "#Rejected", "#Bytes");
            foreach (var source in all.OrderBy(static source => source.Origin == SourceOrigin.New ? 0 : 1).ThenByDescending(static source => source.Fates.Rejected).Take(SourcesShown))
            {
                page.M.Open("tr").Open("td", "file").Foreign(source.Name).Close();
                page.Cell(source.Origin == SourceOrigin.New ? "with this run" : "before");
                page.Number(Figures.Count(source.Fates.Records));
                foreach (var (_, _, of) in FateOf) page.Number(Figures.Count(of(source.Fates)));
                page.Number(ConsolePage.Bytes(source.Bytes), source.Bytes);
                page.M.Close();
            }
            page.EndTable();
        });
        if (all.Count > SourcesShown) page.Note($"{SourcesShown} of {Figures.Count(all.Count)} files; the manifest has all.");
        page.EndSection();
    }

    private static async Task ChecksAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest)
    {
        page.Section("quality", "Quality checks");
        if (RunTables.Find(manifest, "quality") is not { } table) page.Empty("The run has no table quality.");
        else
        {
            var rows = await visit.Console.Queries.ReadAsync(
                $"""select stage, "check", severity, status, observed, expected, message from {await visit.FromAsync(run, table).ConfigureAwait(false)} order by status, severity = 'info', stage, "check", message limit 201""", [], visit.Cancel).ConfigureAwait(false);
            if (rows.Rows.Count == 0) page.Empty("No check ran.");
            else page.Scroll("Quality checks", () =>
            {
                page.Table("Quality checks, failed ones first", true, "Stage", "Check", "Severity", "Status", "Observed", "Expected", "In words");
                foreach (var row in rows.Rows.Take(200))
                {
                    page.M.Open("tr");
                    page.Foreign(row[0]!).Foreign(row[1]!).Foreign(row[2]!);
                    page.M.Open("td");
                    page.Badge(row[3]!, row[3] == "pass");
                    page.M.Close();
                    page.Foreign(row[4]!).Foreign(row[5]!).Foreign(row[6]!);
                    page.M.Close();
                }
                page.EndTable();
            });
            if (rows.Rows.Count > 200) page.Note($"200 of {Figures.Count(table.Rows)} checks; the table quality has all.");
        }
        page.EndSection();
    }

    private static async Task RejectsAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest)
    {
        page.Section("rejects", "Rejected records");
        if (RunTables.Find(manifest, "rejects") is not { } table) page.Empty("The run has no table rejects.");
        else if (table.Rows == 0) page.Empty("No record was rejected.");
        else
        {
            var rows = await visit.Console.Queries.ReadAsync(
                $"""select source_file, source_line::varchar, rule, "column", "value", raw from {await visit.FromAsync(run, table).ConfigureAwait(false)} order by source_file, source_line limit {RejectsShown}""", [], visit.Cancel).ConfigureAwait(false);
            page.Scroll("Rejected records", () =>
            {
                page.Table("Rejected records with their raw text", false, "File", "#Line", "Rule", "Column", "Value", "Raw text");
                foreach (var row in rows.Rows)
                {
                    page.M.Open("tr").Open("td", "file").Foreign(row[0]!).Close();
                    page.Number(row[1]!).Foreign(row[2]!).Foreign(row[3] ?? Figures.None).Foreign(row[4] ?? Figures.None);
                    page.M.Open("td").Open("code", "raw").Foreign(row[5]!).Close().Close().Close();
                }
                page.EndTable();
            });
            if (table.Rows > RejectsShown)
            {
                page.M.Open("p", "note").Text($"{RejectsShown} of {Figures.Count(table.Rows)}. ");
                page.Link(Links.Table(run, "rejects"), "All rejected records").M.Close();
            }
        }
        page.EndSection();
    }

    private static void Tables(ConsolePage page, RunRef run, Manifest manifest)
    {
        page.Section("tables", "Tables and files");
        page.Scroll("Tables", () =>
        {
            page.Table("Tables of the run", true, "Table", "Kind", "#Version", "#Rows", "#Files", "#Bytes");
            foreach (var table in manifest.Tables)
            {
                page.M.Open("tr").Open("td");
                page.Link(Links.Table(run, table.Name), table.Name).M.Close();
                page.Cell(table.Kind).Number(table.Version.ToString(CultureInfo.InvariantCulture)).Number(Figures.Count(table.Rows)).Number(Figures.Count(table.Files.Count));
                var bytes = table.Files.Sum(static file => file.Bytes);
                page.Number(ConsolePage.Bytes(bytes), bytes);
                page.M.Close();
            }
            page.EndTable();
        });
        page.M.Open("ul", "plainlist");
        foreach (var document in manifest.Documents) page.M.Open("li").Foreign($"{document.Path}, {ConsolePage.Bytes(document.Bytes)}, SHA-256 {document.Sha256[..Math.Min(16, document.Sha256.Length)]}…").Close();
        page.M.Close();
        page.EndSection();
    }

    private static void Chain(ConsolePage page, Visit visit, RunRef run)
    {
        page.Section("chain", "On the chain");
        if (visit.Console.Program.Standing(run) is not { } standing) page.Empty("The root was never queued for a chain.");
        else
        {
            page.M.Open("dl", "facts card");
            page.Fact("State", () => ChainState(page, standing));
            page.Fact("Root", standing.Root);
            foreach (var (name, value) in standing.Facts) page.Fact(name, value);
            page.M.Close();
        }
        page.EndSection();
    }

    public static void ChainState(ConsolePage page, ChainStanding standing) =>
        page.Badge(standing.State, standing.State switch { "final" or "mined" => true, "failed" or "reorged" => false, _ => null });

    private static void Configuration(ConsolePage page, Manifest manifest)
    {
        page.Section("configuration", "Configuration as it was", "The part that decides results, defaults included; its hash is part of the run's key.");
        page.M.Open("details").Element("summary", $"results (version {manifest.KeyParts.ResultsVersion}, SHA-256 {manifest.KeyParts.ConfigurationSha256})");
        page.M.Open("pre").Attr("tabindex", "0").Attr("aria-label", "Configuration");
        var isFirst = true;
        foreach (var line in JsonSerializer.Serialize(manifest.KeyParts.Configuration, Indented).ReplaceLineEndings("\n").Split('\n'))
        {
            // A line feed in a text is shown as its picture; these are ends of lines.
            if (!isFirst) page.M.Raw("\n");
            page.M.Text(line);
            isFirst = false;
        }
        page.M.Close().Close();
        page.EndSection();
    }
}
