using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The forecast series of a run, greatest first.</summary>
internal static class ForecastsPage
{
    private const int PageRows = 50;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.LastingPage("/runs/{date}/{run}/forecasts", console, WriteAsync);
        routes.LastingPage("/runs/{date}/{run}/forecasts/series", console, ForecastSeriesPage.WriteAsync);
    }

    private static async Task<string> WriteAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var manifest = visit.Manifest(run);
        var page = new ConsolePage(visit, $"Forecasts from {Figures.Date(run.Date)}", "run/forecasts", run, sub: run.Id);
        if (RunTables.Find(manifest, "forecasts") is not { } table)
        {
            page.Empty("The run has no forecasts: the stage forecast did not run.");
            return page.End();
        }
        var from = await visit.FromAsync(run, table).ConfigureAwait(false);
        var counts = await visit.Console.Queries.ReadAsync($"select level, measure, status, count(distinct key)::varchar from {from} group by all order by all", [], visit.Cancel).ConfigureAwait(false);
        var levels = counts.Rows.Select(static row => row[0]!).Distinct().ToList();
        var measures = counts.Rows.Select(static row => row[1]!).Distinct().ToList();
        string Known(string name, List<string> choices, string usual) => choices.Contains(visit.Query(name)) ? visit.Query(name) : choices.Contains(usual) ? usual : choices.FirstOrDefault() ?? "";
        var (level, measure, search) = (Known("level", levels, "item"), Known("measure", measures, "net_amount"), visit.Query("q").Trim());
        var path = Links.Run(run) + "/forecasts";
        page.M.Open("form", "filter card").Attr("method", "get").Attr("action", path);
        page.Choice("level", "Level", level, levels.Select(static one => (one, one)));
        page.Choice("measure", "Measure", measure, measures.Select(static one => (one, one)));
        page.Field("q", "Search", search, "search", hint: null, further: ("placeholder", "a key, or words of a name"));
        page.Button("Show", "primary");
        page.M.Close();
        page.Note(string.Join(", ", counts.Rows.Where(row => row[0] == level && row[1] == measure).Select(static row => $"{row[3]} {row[2]}")) + ".");

        var names = level == "item" ? await ItemNames.FromAsync(visit, run, manifest).ConfigureAwait(false) : null;
        var values = new List<string> { level, measure };
        var where = " where f.level = $1 and f.measure = $2";
        foreach (var word in search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(6))
        {
            values.Add(word);
            where += $" and contains(lower(concat_ws(' ', f.key{(names is null ? "" : ", n.item_name")})), lower(${values.Count.ToString(CultureInfo.InvariantCulture)}))";
        }
        var accuracy = RunTables.Find(manifest, "forecast_accuracy") is { } backtests
            ? $"(select level, key, measure, min(mase) as mase, min(smape) as smape from {await visit.FromAsync(run, backtests).ConfigureAwait(false)} where chosen group by all)"
            : "(select null::varchar as level, null::varchar as key, null::varchar as measure, null::double as mase, null::double as smape where false)";
        var sql = $"""
            select f.key, {(names is null ? "null::varchar" : "any_value(n.item_name)")} as name, sum(f.mean) as total, any_value(f.model) as model, any_value(f.status) as status, any_value(f.message) as message,
                   any_value(a.mase) as mase, any_value(a.smape) as smape, count(*) over () as series
            from {from} f left join {accuracy} a on a.level = f.level and a.key = f.key and a.measure = f.measure {(names is null ? "" : $"left join {names} n on n.item_id = f.key")}
            {where} group by f.key order by total desc, f.key
            """;
        var number = visit.Number("page", 1, 1, 1_000_000);
        var rows = await visit.Console.Queries.ReadAsync(string.Create(CultureInfo.InvariantCulture,
            $"select key, name, total::varchar, model, status, message, mase::varchar, smape::varchar, series::varchar from ({sql}) order by total desc, key limit {PageRows} offset {(number - 1) * PageRows}"), values, visit.Cancel).ConfigureAwait(false);
        if (rows.Rows.Count == 0)
        {
            page.Empty("No series.");
            return page.End();
        }
        page.Scroll("Series", () =>
        {
            page.Table("Forecast series, greatest first", true, "Series", "#Sum of means", "Model", "Status", "#MASE", "#sMAPE");
            foreach (var row in rows.Rows)
            {
                page.M.Open("tr").Open("td", "named");
                page.Link(Links.With(path + "/series", ("level", level), ("key", row[0]!), ("measure", measure)), SafeText.Cut(string.IsNullOrWhiteSpace(row[1]) ? row[0]! : row[1]!, 80));
                if (!string.IsNullOrWhiteSpace(row[1])) page.M.Text(" ").Open("span", "id").Foreign(SafeText.Cut(row[0]!, 40)).Close();
                page.M.Close();
                var total = decimal.Parse(row[2]!, CultureInfo.InvariantCulture);
                page.Number(Figures.Amount(total), (double)total).Foreign(row[3]!);
                page.M.Open("td");
                if (row[5] is { } message) page.M.Attr("title", SafeText.Cut(message, 300));
                page.M.Foreign(row[4]!).Close();
                page.Number(Figures.Fixed(Number(row[6]), 3), Number(row[6])).Number(Figures.Fixed(Number(row[7]), 1), Number(row[7]));
                page.M.Close();
            }
            page.EndTable();
        });
        if (names is not null) page.Note(ItemNames.Note);
        var series = long.Parse(rows.Rows[0][8]!, CultureInfo.InvariantCulture);
        page.Pages(number, (series + PageRows - 1) / PageRows, to => Links.With(path, ("level", level), ("measure", measure), ("q", search), ("page", to.ToString(CultureInfo.InvariantCulture))));
        return page.End();
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Names of items for a list: those of their last sale, from the newest days alone, because a long history has thousands of files.</summary>
internal static class ItemNames
{
    private const int Days = 60;

    public static string Note => $"Names are those of sales in the run's last {Days.ToString(CultureInfo.InvariantCulture)} days with lines; an item without one shows its id.";

    /// <summary>A source of item_id and item_name; null where the run has no lines.</summary>
    public static async Task<string?> FromAsync(Visit visit, RunRef run, Manifest manifest) => RunTables.Find(manifest, LakeLayout.Transactions) is { } table && table.Columns.Any(static column => column.Name == "item_name")
        ? $"(select item_id, arg_max(item_name, (ordered_at, source_file, source_line)) as item_name from {await visit.FromAsync(run, table, [.. table.Files.Skip(Math.Max(0, table.Files.Count - Days))]).ConfigureAwait(false)} where kind = 'sale' group by item_id)"
        : null;
}
