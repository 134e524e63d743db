using Analytics.Publishing;
using Analytics.Report.Internals;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Two runs side by side.</summary>
internal static class ComparePage
{
    private const int Shown = 200;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console) => routes.Page("/compare", console, Write);

    private static string Write(Visit visit)
    {
        var page = new ConsolePage(visit, "Compare two runs", "/compare");
        var summaries = visit.Console.Catalog.Summaries();
        var (a, b) = (Text(visit, "a", summaries.Count > 1 ? summaries[^2] : null), Text(visit, "b", summaries.Count > 0 ? summaries[^1] : null));
        page.M.Open("form", "filter card").Attr("method", "get").Attr("action", "/compare");
        page.Field("a", "Earlier run", a, hint: null, further: ("list", "runs"));
        page.Field("b", "Later run", b, hint: null, further: ("list", "runs"));
        page.Button("Compare", "primary");
        page.M.Open("datalist").Attr("id", "runs");
        foreach (var summary in summaries.Reverse().Take(100)) page.M.Open("option").Attr("value", summary.Run.ToString()).Close();
        page.M.Close().Close();
        page.Note("A run is latest, a date (its current run), an id or its first 4 digits, or date/id.");
        if (a.Length > 0 && b.Length > 0) Diff(page, visit, visit.Lake.Resolve(a), visit.Lake.Resolve(b));
        return page.End();
    }

    private static string Text(Visit visit, string name, RunSummary? otherwise) => visit.Query(name) is { Length: > 0 } text ? text.Trim() : otherwise?.Run.ToString() ?? "";

    private static void Diff(ConsolePage page, Visit visit, RunRef from, RunRef to)
    {
        var (before, after) = (visit.Manifest(from), visit.Manifest(to));
        var diff = RunDiff.Compare(from, before, to, after);
        page.Section("heads", "Side by side");
        page.Scroll("Side by side", () =>
        {
            page.Table("Two runs side by side", false, "", from.ToString(), to.ToString());
            void Row(string what, string one, string other)
            {
                page.M.Open("tr").Open("th").Attr("scope", "row").Text(what).Close();
                page.Foreign(one);
                page.M.Open("td").Foreign(other);
                if (one != other) page.M.Text(" ").Element("span", "differs", "badge");
                page.M.Close().Close();
            }
            Row("Published", ConsolePage.Time(before.Run.FinishedAt), ConsolePage.Time(after.Run.FinishedAt));
            Row("Took", ConsolePage.Took(before.Run.FinishedAt - before.Run.StartedAt), ConsolePage.Took(after.Run.FinishedAt - after.Run.StartedAt));
            Row("Engine", $"{before.Run.Engine} {before.Run.EngineVersion}", $"{after.Run.Engine} {after.Run.EngineVersion}");
            Row("Program", before.Run.ProgramVersion, after.Run.ProgramVersion);
            Row("Source files", Figures.Count(before.Sources.Count), Figures.Count(after.Sources.Count));
            foreach (var (name, of) in (ReadOnlySpan<(string, Func<SourceFates, long>)>)
                [("Records", static f => f.Records), ("Sales", static f => f.Sale), ("Returns", static f => f.Return), ("Adjustments", static f => f.Adjustment), ("Duplicates", static f => f.Duplicate), ("Rejected", static f => f.Rejected)])
                Row(name, Figures.Count(before.Sources.Sum(source => of(source.Fates))), Figures.Count(after.Sources.Sum(source => of(source.Fates))));
            var tables = before.Tables.Concat(after.Tables).Select(static table => table.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            foreach (var table in tables) Row($"Rows of {table}", Rows(before, table), Rows(after, table));
            page.EndTable();
        });
        page.EndSection();
        Part(page, "What decided the results", diff.KeyParts.Count, ["Part", "Before", "After"], i => [diff.KeyParts[i].Name, diff.KeyParts[i].From ?? Figures.None, diff.KeyParts[i].To ?? Figures.None]);
        Part(page, "Source files", diff.Sources.Count, ["File", "What"], i => [diff.Sources[i].Name, Words(diff.Sources[i].Kind)]);
        Part(page, "Order dates", diff.Dates.Count, ["Date", "What", "Lines before", "Lines after"], i => [Figures.Date(diff.Dates[i].Date), Words(diff.Dates[i].Kind), Figures.Count(diff.Dates[i].FromRows), Figures.Count(diff.Dates[i].ToRows)]);
        Part(page, "Tables", diff.Tables.Count, ["Table", "What", "Rows before", "Rows after"], i => [diff.Tables[i].Table, Words(diff.Tables[i].Kind) + (diff.Tables[i].SchemaChanged ? ", other columns" : ""), Figures.Count(diff.Tables[i].FromRows), Figures.Count(diff.Tables[i].ToRows)]);
    }

    private static void Part(ConsolePage page, string title, int count, string[] headings, Func<int, string[]> row)
    {
        page.Section("part-" + title.Replace(' ', '-').ToLowerInvariant(), title);
        if (count == 0) page.Empty("The same.");
        else page.Scroll(title, () =>
        {
            page.Table(title, true, headings);
            for (var i = 0; i < Math.Min(count, Shown); i++)
            {
                page.M.Open("tr");
                foreach (var text in row(i)) page.Foreign(text);
                page.M.Close();
            }
            page.EndTable();
        });
        if (count > Shown) page.Note($"{Shown} of {Figures.Count(count)} differences.");
        page.EndSection();
    }

    private static string Rows(Manifest manifest, string table) => manifest.Tables.FirstOrDefault(entry => entry.Name == table) is { } found ? Figures.Count(found.Rows) : Figures.None;

    private static string Words(ChangeKind kind) => kind switch { ChangeKind.Added => "came", ChangeKind.Removed => "went", _ => "changed" };
}
