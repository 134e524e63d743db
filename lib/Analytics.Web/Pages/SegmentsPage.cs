using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The customer segments of a run, and who moved since its base.</summary>
internal static class SegmentsPage
{
    private const string Came = "(new customer)";
    private const string Went = "(no longer there)";

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console) => routes.LastingPage("/runs/{date}/{run}/segments", console, WriteAsync);

    private static async Task<string> WriteAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var manifest = visit.Manifest(run);
        var page = new ConsolePage(visit, $"Segments of {Figures.Date(run.Date)}", "run/segments", run, sub: run.Id);
        if (RunTables.Find(manifest, "segments") is not { } table)
        {
            page.Empty("The run has no segments: the stage segment did not run.");
            return page.End();
        }
        await ProfilesAsync(page, visit, run, manifest).ConfigureAwait(false);
        await MovementAsync(page, visit, run, manifest, table).ConfigureAwait(false);
        return page.End();
    }

    private static async Task ProfilesAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest)
    {
        if (RunTables.Find(manifest, "segment_profiles") is not { } table) return;
        var rows = await visit.Console.Queries.ReadAsync(
            $"select segment, customers::varchar, share::varchar, recency_days::varchar, frequency::varchar, monetary::varchar, net_amount::varchar, silhouette::varchar, stability::varchar from {await visit.FromAsync(run, table).ConfigureAwait(false)} order by net_amount desc, segment_id", [], visit.Cancel).ConfigureAwait(false);
        page.Section("profiles", "Segments", "Medians of each segment's customers; net sales are the segment's sum.");
        page.Scroll("Segments", () =>
        {
            page.Table("Segments", true, "Segment", "#Customers", "#Share", "#Days since the last order", "#Orders", "#Sales a customer", "#Net sales", "#Silhouette", "#Stability");
            foreach (var row in rows.Rows)
            {
                page.M.Open("tr");
                page.M.Open("td");
                page.Link(Links.With(Links.Table(run, "segments"), ("c1", "segment"), ("o1", "eq"), ("v1", row[0]!)), row[0]!).M.Close();
                page.Number(Figures.Count(decimal.Parse(row[1]!, CultureInfo.InvariantCulture))).Number(Figures.Percent(Number(row[2]))).Number(Figures.Fixed(Number(row[3]), 1)).Number(Figures.Fixed(Number(row[4]), 1))
                    .Number(Figures.Fixed(Number(row[5]), 2)).Number(Figures.Amount(decimal.Parse(row[6]!, CultureInfo.InvariantCulture))).Number(Figures.Fixed(Number(row[7]), 2)).Number(Figures.Fixed(Number(row[8]), 2));
                page.M.Close();
            }
            page.EndTable();
        });
        page.EndSection();
    }

    private static async Task MovementAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest, TableEntry table)
    {
        page.Section("movement", "Movement since the base run");
        if (manifest.Run.Base is not { } parent) page.Empty("The run has no base.");
        else if (visit.Console.Catalog.Find(parent.BusinessDate, parent.Id) is not { } before) page.Empty($"The base {Figures.Date(parent.BusinessDate)}/{parent.Id} is no longer in the lake.");
        else if (RunTables.Find(visit.Manifest(before.Run), "segments") is not { } earlier) page.Empty("The base run has no segments.");
        else
        {
            var rows = await visit.Console.Queries.ReadAsync(
                $"select coalesce(a.segment, $1), coalesce(b.segment, $2), count(*)::varchar from {await visit.FromAsync(before.Run, earlier).ConfigureAwait(false)} a full join {await visit.FromAsync(run, table).ConfigureAwait(false)} b on a.customer_id = b.customer_id group by 1, 2 order by 1, 2",
                [Came, Went], visit.Cancel).ConfigureAwait(false);
            Matrix(page, rows.Rows, before.Run, run);
        }
        page.EndSection();
    }

    private static void Matrix(ConsolePage page, IReadOnlyList<string?[]> rows, RunRef before, RunRef run)
    {
        var counts = rows.ToDictionary(static row => (row[0]!, row[1]!), static row => long.Parse(row[2]!, CultureInfo.InvariantCulture));
        var from = counts.Keys.Select(static pair => pair.Item1).Distinct().OrderBy(static name => name == Came).ThenBy(static name => name, StringComparer.Ordinal).ToList();
        var to = counts.Keys.Select(static pair => pair.Item2).Distinct().OrderBy(static name => name == Went).ThenBy(static name => name, StringComparer.Ordinal).ToList();
        var moved = counts.Where(static pair => pair.Key.Item1 != pair.Key.Item2).Sum(static pair => pair.Value);
        page.Note($"Rows: where customers were in {before}. Columns: where they are in {run}. {Figures.Many(moved, "customer")} moved, of {Figures.Count(counts.Values.Sum())}.");
        page.Scroll("Movement", () =>
        {
            page.M.Open("table", "heat").Element("caption", "Customers by their segment before and now", "sr").Open("thead").Open("tr").Element("th", "before \\ now");
            foreach (var name in to) page.M.Open("th", "n").Attr("scope", "col").Foreign(name).Close();
            page.M.Close().Close().Open("tbody");
            foreach (var name in from)
            {
                var sum = to.Sum(other => counts.GetValueOrDefault((name, other)));
                page.M.Open("tr").Open("th").Attr("scope", "row").Foreign(name).Close();
                foreach (var other in to)
                {
                    var count = counts.GetValueOrDefault((name, other));
                    var shade = count == 0 || name == other ? 0 : Math.Clamp((int)Math.Ceiling(5.0 * count / sum), 1, 5);
                    page.M.Element("td", count == 0 ? Figures.None : Figures.Count(count), shade == 0 ? "n" : $"n h{shade.ToString(CultureInfo.InvariantCulture)}");
                }
                page.M.Close();
            }
            page.EndTable();
        });
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
