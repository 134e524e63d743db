using System.Globalization;
using Analytics.Publishing;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>A condition on a column.</summary>
internal sealed record TableFilter(TableColumn Column, string Operator, string Value);

/// <summary>
/// What is asked of a table: conditions, an order, a chart. Columns are those of the manifest, operators those of a list, values are bound
/// or are numbers and dates that were read here; no text of a request gets into a query.
/// </summary>
internal sealed class TableQuestion
{
    public const int MostFilters = 2;
    public const int MostBars = 40;
    private const int MostPoints = 4000;

    public static readonly (string Value, string Text)[] Operators =
        [("has", "contains"), ("eq", "="), ("ne", "≠"), ("lt", "<"), ("le", "≤"), ("gt", ">"), ("ge", "≥"), ("null", "is NULL"), ("some", "is not NULL")];

    private TableQuestion(TableEntry table) => Table = table;

    public TableEntry Table { get; }

    public List<TableFilter> Filters { get; } = [];

    public TableColumn? Sort { get; private init; }

    public bool IsDescending { get; private init; }

    public TableColumn? ChartX { get; private init; }

    public TableColumn? ChartY { get; private init; }

    /// <summary>What will not do; null for nothing. The rest is answered all the same.</summary>
    public string? Mistake { get; private set; }

    public bool IsFiltered => Filters.Count > 0;

    /// <summary>Reads a request.</summary>
    /// <exception cref="NotFoundException">The run has no such table.</exception>
    public static TableQuestion Read(Visit visit, Manifest manifest)
    {
        var table = RunTables.Find(manifest, visit.Route("table")) ?? throw new NotFoundException("The run has no such table", "Its tables are under Tables.");
        TableColumn? Column(string name) => table.Columns.FirstOrDefault(column => column.Name == visit.Query(name));
        var question = new TableQuestion(table)
        {
            Sort = Column("sort"),
            IsDescending = visit.Query("desc") == "1",
            ChartX = Column("x"),
            ChartY = Column("y") is { } y && RunTables.IsNumber(y) ? y : null,
        };
        for (var i = 1; i <= MostFilters; i++)
        {
            var suffix = i.ToString(CultureInfo.InvariantCulture);
            if (Column("c" + suffix) is not { } column) continue;
            var filter = new TableFilter(column, Operators.Any(one => one.Value == visit.Query("o" + suffix)) ? visit.Query("o" + suffix) : "has", visit.Query("v" + suffix));
            if (Check(filter) is { } mistake) question.Mistake = mistake;
            else question.Filters.Add(filter);
        }
        return question;
    }

    /// <summary>The question as a query, so that links keep it.</summary>
    public IEnumerable<(string Name, string Value)> Query(string? sort = null, bool? isDescending = null)
    {
        for (var i = 0; i < Filters.Count; i++)
        {
            var suffix = (i + 1).ToString(CultureInfo.InvariantCulture);
            yield return ("c" + suffix, Filters[i].Column.Name);
            yield return ("o" + suffix, Filters[i].Operator);
            yield return ("v" + suffix, Filters[i].Value);
        }
        yield return ("sort", sort ?? Sort?.Name ?? "");
        yield return ("desc", isDescending ?? IsDescending ? "1" : "");
        yield return ("x", ChartX?.Name ?? "");
        yield return ("y", ChartY?.Name ?? "");
    }

    /// <summary>A page of rows and how many there are.</summary>
    public async Task<(IReadOnlyList<string?[]> Rows, long Total)> PageAsync(Visit visit, RunRef run, int number, int size)
    {
        var offset = (long)(number - 1) * size;
        var columns = string.Join(", ", Table.Columns.Select(RunTables.Text));
        if (!IsFiltered && Sort is null)
        {
            // The files are in row order and the manifest has their counts: those before the page need not be opened.
            var (files, skipped) = FilesAt(offset, size);
            if (files.Count == 0) return ([], Table.Rows);
            var plain = await visit.Console.Queries.ReadAsync(Format($"select {columns} from {await visit.FromAsync(run, Table, files).ConfigureAwait(false)} limit {size} offset {offset - skipped}"), [], visit.Cancel).ConfigureAwait(false);
            return (plain.Rows, Table.Rows);
        }
        var values = new List<string>();
        var from = await visit.FromAsync(run, Table).ConfigureAwait(false) + Where(values);
        // Nobody counts what the manifest says.
        var total = IsFiltered ? long.Parse((await visit.Console.Queries.ReadAsync($"select count(*)::varchar from {from}", values, visit.Cancel).ConfigureAwait(false)).Rows[0][0]!, CultureInfo.InvariantCulture) : Table.Rows;
        var rows = await visit.Console.Queries.ReadAsync(Format($"select {columns} from (select * from {from}{Order()} limit {size} offset {offset})"), values, visit.Cancel).ConfigureAwait(false);
        return (rows.Rows, total);
    }

    /// <summary>The query of all rows, for a download.</summary>
    public async Task<(string Sql, List<string> Values)> AllAsync(Visit visit, RunRef run, bool asText)
    {
        var values = new List<string>();
        var columns = string.Join(", ", Table.Columns.Select(column => asText ? RunTables.Text(column) : TableQueries.Name(column.Name)));
        return ($"select {columns} from (select * from {await visit.FromAsync(run, Table).ConfigureAwait(false)}{Where(values)}{Order()})", values);
    }

    /// <summary>The points of the chart: in order for days, else the greatest.</summary>
    public async Task<(IReadOnlyList<(string Text, double Value)> Points, bool IsCut)> ChartAsync(Visit visit, RunRef run)
    {
        var values = new List<string>();
        var isTime = ChartX!.Type is "DATE" or "TIMESTAMP";
        var x = isTime ? $"cast({TableQueries.Name(ChartX.Name)} as date)" : TableQueries.Name(ChartX.Name);
        var y = ChartY is null ? "count(*)::double" : $"coalesce(sum({TableQueries.Name(ChartY.Name)})::double, 0)";
        var most = isTime ? MostPoints : MostBars;
        var rows = await visit.Console.Queries.ReadAsync(
            Format($"select cast({x} as varchar), cast({y} as varchar) from {await visit.FromAsync(run, Table).ConfigureAwait(false)}{Where(values)} group by {x} order by {(isTime ? $"{x} desc" : $"{y} desc, {x}")} limit {most + 1}"), values, visit.Cancel).ConfigureAwait(false);
        var points = rows.Rows.Where(row => row[0] is not null || !isTime).Take(most).Select(static row => (row[0] ?? "NULL", double.Parse(row[1]!, CultureInfo.InvariantCulture))).ToList();
        if (isTime) points.Reverse();
        return (points, rows.Rows.Count > most);
    }

    private (List<TableFile> Files, long Skipped) FilesAt(long offset, int size)
    {
        var files = new List<TableFile>();
        long before = 0, skipped = 0;
        foreach (var file in Table.Files)
        {
            if (before + file.Rows <= offset) skipped += file.Rows;
            else if (before < offset + size) files.Add(file);
            before += file.Rows;
        }
        return (files, skipped);
    }

    private string Where(List<string> values)
    {
        if (Filters.Count == 0) return "";
        var parts = new List<string>();
        foreach (var filter in Filters)
        {
            var name = TableQueries.Name(filter.Column.Name);
            switch (filter.Operator)
            {
                case "null":
                    parts.Add($"{name} is null");
                    break;
                case "some":
                    parts.Add($"{name} is not null");
                    break;
                case "has":
                    values.Add(filter.Value);
                    parts.Add($"contains(lower(cast({name} as varchar)), lower(${values.Count.ToString(CultureInfo.InvariantCulture)}))");
                    break;
                default:
                    values.Add(filter.Value);
                    var sign = filter.Operator switch { "eq" => "=", "ne" => "<>", "lt" => "<", "le" => "<=", "gt" => ">", _ => ">=" };
                    var type = filter.Column.Type.EndsWith("[]", StringComparison.Ordinal) ? "VARCHAR" : filter.Column.Type;
                    parts.Add($"{(type == filter.Column.Type ? name : $"cast({name} as varchar)")} {sign} cast(${values.Count.ToString(CultureInfo.InvariantCulture)} as {type})");
                    break;
            }
        }
        return " where " + string.Join(" and ", parts);
    }

    private string Order()
    {
        if (Sort is null) return "";
        // What the table is published in settles ties, so that pages do not overlap.
        var rest = Table.OrderBy.Where(name => name != Sort.Name && Table.Columns.Any(column => column.Name == name)).Select(TableQueries.Name);
        return $" order by {string.Join(", ", rest.Prepend($"{TableQueries.Name(Sort.Name)}{(IsDescending ? " desc" : "")} nulls last"))}";
    }

    private static string? Check(TableFilter filter)
    {
        if (filter.Operator is "null" or "some" or "has") return null;
        var (isFine, expected) = filter.Column.Type switch
        {
            "BIGINT" or "INTEGER" => (long.TryParse(filter.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && (filter.Column.Type == "BIGINT" || whole is >= int.MinValue and <= int.MaxValue), "a whole number"),
            "DOUBLE" => (double.TryParse(filter.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _), "a number"),
            "BOOLEAN" => (filter.Value is "true" or "false", "true or false"),
            "DATE" => (Visit.TryDate(filter.Value, out _), "a date such as 2025-12-31"),
            "TIMESTAMP" => (DateTime.TryParseExact(filter.Value, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _), "a time such as 2025-12-31 23:59:59 (UTC)"),
            var type when type.StartsWith("DECIMAL", StringComparison.Ordinal) => (decimal.TryParse(filter.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e20m, "a number"),
            _ => (true, ""),
        };
        return isFine ? null : $"{filter.Column.Name}: '{filter.Value}' is not {expected}; the filter was left out";
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
