using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Sandbox;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>SQL over the tables of one run, in a process that can read nothing else; leaving the page ends it.</summary>
internal static class SqlPage
{
    private const int MostRows = 1000;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/sql", console, static visit =>
        {
            var run = visit.Query("run") is { Length: > 0 } name ? visit.Lake.Resolve(name.Trim()) : visit.Lake.Latest();
            var page = new ConsolePage(visit, "SQL", "/sql");
            Form(page, visit, run, "");
            return page.End();
        });
        routes.Post("/sql", console, async (visit, form) =>
        {
            var run = visit.Lake.Resolve(form["run"].ToString().Trim());
            // A form's lines end in two characters.
            var sql = form["sql"].ToString().ReplaceLineEndings("\n");
            var page = new ConsolePage(visit, "SQL", "/sql");
            Form(page, visit, run, sql);
            await AnswerAsync(page, visit, run, sql).ConfigureAwait(false);
            visit.Context.Response.ContentType = "text/html; charset=utf-8";
            await visit.Context.Response.WriteAsync(page.End(), visit.Cancel).ConfigureAwait(false);
        });
    }

    private static void Form(ConsolePage page, Visit visit, RunRef? run, string sql)
    {
        var limits = Limits(visit);
        page.M.Element("p", string.Create(CultureInfo.InvariantCulture,
            $"One SELECT in DuckDB's SQL over the tables of one run: at most {limits.Time.TotalSeconds:0} s, {limits.MemoryBytes >> 20} MiB and {MostRows:N0} rows. It can read nothing but this run's tables, and change nothing."), "lead");
        page.M.Open("div", "card");
        page.M.Open("form", "form").Attr("method", "post").Attr("action", "/sql").Attr("data-stop", "1");
        page.M.Open("input").Attr("type", "hidden").Attr("name", "token").Attr("value", visit.Token).Close();
        page.Field("run", "Run: latest, a date, or date/id", run?.ToString() ?? "latest", isRequired: true);
        page.M.Open("label").Open("span").Text("Statement").Close();
        page.M.Open("textarea", "sql").Attr("name", "sql").Attr("required", "required").Attr("spellcheck", "false").Attr("maxlength", SqlSandbox.MaxSqlLength);
        var isFirst = true;
        foreach (var line in (sql.Length > 0 ? sql : "select level, key, sum(net_amount) as net\nfrom daily_sales\nwhere level = 'country'\ngroup by level, key\norder by net desc").Split('\n'))
        {
            if (!isFirst) page.M.Raw("\n");
            page.M.Text(line);
            isFirst = false;
        }
        page.M.Close().Close();
        page.Button("Ask", "primary");
        page.M.Close();
        if (run is { } one)
        {
            page.M.Open("details").Element("summary", "Tables and columns");
            page.M.Open("ul");
            foreach (var table in visit.Manifest(one).Tables)
                page.M.Open("li").Element("code", table.Name).Text($" ({Figures.Count(table.Rows)} rows): {string.Join(", ", table.Columns.Select(static column => $"{column.Name} {column.Type}"))}").Close();
            page.M.Close().Close();
        }
        page.M.Close();
    }

    private static async Task AnswerAsync(ConsolePage page, Visit visit, RunRef run, string sql)
    {
        try
        {
            var (folder, tables) = await TablesAsync(visit, run, sql).ConfigureAwait(false);
            await using var query = await visit.Console.Sandbox.StartAsync(folder, tables, sql, Limits(visit), visit.Cancel).ConfigureAwait(false);
            var rows = new List<object?[]>();
            await foreach (var row in query.ReadAsync(visit.Cancel).ConfigureAwait(false)) rows.Add(row);
            var summary = query.Summary!;
            page.Section("answer", "Answer", string.Create(CultureInfo.InvariantCulture, $"{summary.Rows:N0} rows in {summary.Elapsed.TotalSeconds:0.00} s, of run {run}."));
            if (summary.CutBy is { } cut)
                page.M.Element("p", cut == "rows" ? $"There are more rows: the first {Figures.Count(MostRows)} are shown." : $"There are more rows: the answer was cut at {ConsolePage.Bytes(Limits(visit).MaxBytes)}.", "verdict");
            page.Scroll("Answer", () => Table(page, query.Columns, rows), "scroll cells");
            page.EndSection();
        }
        catch (SandboxException e)
        {
            visit.Context.Response.StatusCode = e.Fault is SandboxFault.Busy or SandboxFault.Outside ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity;
            page.M.Open("p", "verdict bad").Attr("role", "alert");
            // The engine's message has lines of its own: a caret under the place.
            page.M.Text(Words(e.Fault)).Close().Open("pre").Attr("tabindex", "0").Attr("aria-label", "What was wrong");
            foreach (var line in e.Message.ReplaceLineEndings("\n").Split('\n')) page.M.Text(line).Raw("\n");
            page.M.Close();
        }
    }

    /// <summary>Where the query's process finds the tables: in the run's folder, or among fetched files.</summary>
    private static async Task<(string Folder, IReadOnlyList<SandboxTable> Tables)> TablesAsync(Visit visit, RunRef run, string sql)
    {
        var manifest = visit.Manifest(run);
        var all = SandboxTable.Of(manifest);
        if (!visit.Console.Files.IsRemote) return (visit.Console.Program.LocalPath(visit.Lake.Full(run.Path))!, all);
        // A table that a statement reads stands in it by its name, so those of other names need not be fetched: they have no file here.
        var named = manifest.Tables.Where(table => sql.Contains(table.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        await visit.Files.HoldAsync(run, $"what the statement names ({string.Join(", ", named.Select(static table => table.Name))})", [.. named.SelectMany(static table => table.Files)], visit.Cancel).ConfigureAwait(false);
        return (visit.Console.Files.Folder, [.. all.Select(table => table with { Files = [.. named.Where(one => one.Name == table.Name).SelectMany(static one => one.Files).Select(RunFiles.NameOf)] })]);
    }

    private static void Table(ConsolePage page, IReadOnlyList<SandboxColumn> columns, List<object?[]> rows)
    {
        static bool IsNumber(SandboxColumn column) => column.Kind is SandboxKind.Integer or SandboxKind.Double or SandboxKind.Decimal;
        page.M.Open("table", "sortable").Element("caption", "Answer", "sr").Open("thead").Open("tr");
        foreach (var column in columns)
            page.M.Open("th", IsNumber(column) ? "n" : null).Attr("scope", "col").Attr("title", SafeText.Cut(column.Type, 200)).Foreign(SafeText.Cut(column.Name.Length > 0 ? column.Name : "(no name)", 80)).Close();
        page.M.Close().Close().Open("tbody");
        foreach (var row in rows)
        {
            page.M.Open("tr");
            for (var i = 0; i < row.Length; i++)
            {
                var text = Convert.ToString(row[i], CultureInfo.InvariantCulture);
                if (row[i] is null) page.M.Element("td", "NULL", IsNumber(columns[i]) ? "n null" : "null");
                else if (IsNumber(columns[i])) page.M.Element("td", text!, "n");
                else page.Foreign(text!);
            }
            page.M.Close();
        }
        page.EndTable();
    }

    private static SandboxLimits Limits(Visit visit) => new() { Time = visit.Console.Options.QueryTime, MemoryBytes = Math.Max(64L << 20, visit.Console.Options.QueryMemoryBytes), MaxRows = MostRows };

    private static string Words(SandboxFault fault) => fault switch
    {
        SandboxFault.Refused => "That may not be asked.",
        SandboxFault.Sql => "The statement cannot be answered.",
        SandboxFault.Time => "It took too long.",
        SandboxFault.Memory => "It wanted too much memory.",
        SandboxFault.Crashed => "It brought its process down; nothing else was touched.",
        SandboxFault.Busy => "Too many questions at once.",
        _ => "It could not be asked.",
    };
}
