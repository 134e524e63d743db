using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The tables of a run, page by page, sorted and filtered, with a simple chart and as downloads.</summary>
internal static class TablePages
{
    private const int PageRows = 50;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.LastingPage("/runs/{date}/{run}/tables", console, static visit => Task.FromResult(List(visit)));
        routes.LastingPage("/runs/{date}/{run}/tables/{table}", console, WriteAsync);
        routes.Get("/runs/{date}/{run}/tables/{table}/download", console, TableDownload.SendAsync);
    }

    private static string List(Visit visit)
    {
        var run = visit.Run().Run;
        var page = new ConsolePage(visit, $"Tables of {Figures.Date(run.Date)}", "run/tables", run, sub: run.Id);
        page.Scroll("Tables", () =>
        {
            page.Table("Tables of the run", true, "Table", "Kind", "#Rows", "#Columns", "#Bytes");
            foreach (var table in visit.Manifest(run).Tables)
            {
                page.M.Open("tr").Open("td");
                page.Link(Links.Table(run, table.Name), table.Name).M.Close();
                var bytes = table.Files.Sum(static file => file.Bytes);
                page.Cell(table.Kind).Number(Figures.Count(table.Rows)).Number(Figures.Count(table.Columns.Count)).Number(ConsolePage.Bytes(bytes), bytes);
                page.M.Close();
            }
            page.EndTable();
        });
        return page.End();
    }

    private static async Task<string> WriteAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var question = TableQuestion.Read(visit, visit.Manifest(run));
        var table = question.Table;
        var page = new ConsolePage(visit, table.Name, "run/tables", run, sub: $"{Figures.Date(run.Date)} · {Figures.Count(table.Rows)} rows");
        Filter(page, run, question);
        if (question.Mistake is { } mistake) page.M.Open("p", "verdict bad").Attr("role", "alert").Text(mistake).Close();
        var number = visit.Number("page", 1, 1, 10_000_000);
        var (rows, total) = await question.PageAsync(visit, run, number, PageRows).ConfigureAwait(false);
        page.M.Open("div", "actions");
        page.M.Element("span", question.IsFiltered ? $"{Figures.Count(total)} of {Figures.Many(table.Rows, "row")}" : Figures.Many(total, "row"), "date");
        page.Link(Links.With(Links.Table(run, table.Name) + "/download", question.Query().Append(("as", "csv"))), "CSV", "button");
        page.Link(Links.With(Links.Table(run, table.Name) + "/download", question.Query().Append(("as", "parquet"))), "Parquet", "button");
        page.M.Close();
        await ChartAsync(page, visit, run, question).ConfigureAwait(false);
        if (rows.Count == 0) page.Empty(total == 0 ? "No row." : "The table has no such page.");
        else page.Scroll(table.Name, () => Rows(page, visit, run, question, rows), "scroll cells");
        page.Pages(number, (total + PageRows - 1) / PageRows, to => Links.With(Links.Table(run, table.Name), question.Query().Append(("page", to.ToString(CultureInfo.InvariantCulture)))));
        return page.End();
    }

    private static void Filter(ConsolePage page, RunRef run, TableQuestion question)
    {
        page.M.Open("details").Attr("class", "card");
        if (question.IsFiltered || question.Mistake is not null || question.ChartX is not null) page.M.Attr("open", "open");
        page.M.Element("summary", "Filter, sort and chart");
        page.M.Open("form", "filter").Attr("method", "get").Attr("action", Links.Table(run, question.Table.Name));
        var columns = question.Table.Columns.Select(static column => (column.Name, column.Name)).ToList();
        for (var i = 0; i < TableQuestion.MostFilters; i++)
        {
            var filter = i < question.Filters.Count ? question.Filters[i] : null;
            var suffix = (i + 1).ToString(CultureInfo.InvariantCulture);
            page.Choice("c" + suffix, $"Column {suffix}", filter?.Column.Name ?? "", columns.Prepend(("", "(no filter)")));
            page.Choice("o" + suffix, "is", filter?.Operator ?? "", TableQuestion.Operators);
            page.Field("v" + suffix, "Value", filter?.Value ?? "");
        }
        page.Choice("sort", "Sort by", question.Sort?.Name ?? "", columns.Prepend(("", "(as published)")));
        page.Choice("desc", "Order", question.IsDescending ? "1" : "", [("", "ascending"), ("1", "descending")]);
        page.Choice("x", "Chart: along", question.ChartX?.Name ?? "", columns.Prepend(("", "(no chart)")));
        page.Choice("y", "Chart: sum of", question.ChartY?.Name ?? "", question.Table.Columns.Where(RunTables.IsNumber).Select(static column => (column.Name, column.Name)).Prepend(("", "(count of rows)")));
        page.Button("Show", "primary");
        page.M.Close().Close();
    }

    private static void Rows(ConsolePage page, Visit visit, RunRef run, TableQuestion question, IReadOnlyList<string?[]> rows)
    {
        var columns = question.Table.Columns;
        page.M.Open("table").Element("caption", $"Rows of {question.Table.Name}", "sr").Open("thead").Open("tr");
        foreach (var column in columns)
        {
            var isSorted = question.Sort?.Name == column.Name;
            page.M.Open("th", RunTables.IsNumber(column) ? "n" : null).Attr("scope", "col");
            if (isSorted) page.M.Attr("aria-sort", question.IsDescending ? "descending" : "ascending");
            var query = question.Query(sort: column.Name, isDescending: isSorted && !question.IsDescending);
            page.M.Open("a").Attr("href", Links.With(Links.Table(run, question.Table.Name), query)).Attr("title", $"{column.Type}. {visit.Console.Program.Describe(question.Table.Name, column.Name)}");
            page.M.Text(column.Name + (isSorted ? question.IsDescending ? " ▼" : " ▲" : "")).Close().Close();
        }
        page.M.Close().Close().Open("tbody");
        foreach (var row in rows)
        {
            page.M.Open("tr");
            for (var i = 0; i < columns.Count; i++) Cell(page, columns[i], row[i]);
            page.M.Close();
        }
        page.EndTable();
    }

    /// <summary>A value as DuckDB writes it: exact, and cut only where no reader goes on.</summary>
    public static void Cell(PageParts page, TableColumn column, string? value)
    {
        if (value is null) page.M.Open("td", RunTables.IsNumber(column) ? "n null" : "null").Text("NULL").Close();
        else if (RunTables.IsNumber(column)) page.M.Element("td", value, "n");
        else page.Foreign(value);
    }

    private static async Task ChartAsync(ConsolePage page, Visit visit, RunRef run, TableQuestion question)
    {
        if (question.ChartX is not { } x) return;
        var (points, isCut) = await question.ChartAsync(visit, run).ConfigureAwait(false);
        var what = question.ChartY is { } y ? $"Sum of {y.Name} along {x.Name}" : $"Rows along {x.Name}";
        page.Section("chart", what, isCut ? x.Type is "DATE" or "TIMESTAMP" ? "The newest days." : $"The {TableQuestion.MostBars} greatest values." : null);
        if (points.Count == 0) page.Empty("No value to draw.");
        else ValueChart.Write(page, x, points, what);
        page.EndSection();
    }
}
