using System.Globalization;
using Analytics.Columns;
using Analytics.Engine.Wire;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// The wire in Spark's SQL: fields written from a relation's columns, columns read from the answer's fields, and the query that adds up
/// what the answers say. Backslashes and control characters are written by <c>chr</c>, so that no setting of the SQL parser changes them.
/// </summary>
internal static class WireSql
{
    private const string Backslash = "chr(92)", Tab = "chr(9)", LineFeed = "chr(10)", CarriageReturn = "chr(13)";

    /// <summary>What stands on both sides of a transform: fields with tabs between them, <c>\N</c> for NULL.</summary>
    public const string RowFormat = "row format delimited fields terminated by '\\t'";

    /// <summary>The name of a field of the answer, from 0.</summary>
    public static string Field(int index) => string.Create(CultureInfo.InvariantCulture, $"w{index}");

    /// <summary>
    /// The whole query: rows of a relation sorted into groups, sent to a worker in each partition, its answer lines as fields
    /// <c>w0</c>, <c>w1</c>, ...
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="relation">The relation's name, quoted where it must be.</param>
    /// <param name="command">The worker's program and <see cref="WireProtocol.Arguments"/>.</param>
    public static string Transform(GroupedTask task, string relation, string command)
    {
        var keys = task.Input.Take(task.KeyColumns).Select(column => column.Name).ToArray();
        // Key, order and then all other columns: rows that are left in a tie are equal, so their order cannot show.
        var order = keys.Concat(task.OrderBy).Concat(task.Input.Select(column => column.Name)).Distinct(StringComparer.Ordinal);
        var sorted = $"select {List(task.Input.Select(column => Name(column.Name)))} from {relation} distribute by {List(keys.Select(Name))} sort by {List(order.Select(name => Name(name) + " asc nulls first"))}";
        return $"select transform({List(task.Input.Select(Write))}) {RowFormat} using '{command}' as ({List(Enumerable.Range(0, WireProtocol.AnswerFields(task)).Select(i => Field(i) + " string"))}) {RowFormat} from ({sorted})";
    }

    /// <summary>The expressions that read a task's output relation, with their names, from the answer lines of kind <see cref="WireProtocol.Row"/>.</summary>
    public static IReadOnlyList<string> Columns(GroupedTask task) =>
        [.. WireAnswer.Columns(task).Select((column, i) => $"{Read(Field(i + 1), column.Type)} as {Name(column.Name)}")];

    /// <summary>The output relation from a relation of answer lines.</summary>
    public static string Rows(GroupedTask task, string answer) => $"select {List(Columns(task))} from {answer} where w0 = '{WireProtocol.Row}'";

    /// <summary>
    /// The failed keys of a relation of answer lines: the key columns, then <c>rows_read</c> BIGINT and <c>message</c> VARCHAR.
    /// </summary>
    public static string Failures(GroupedTask task, string answer)
    {
        var first = 1 + task.KeyColumns;
        var keys = task.Input.Take(task.KeyColumns).Select((column, i) => $"{Read(Field(i + 1), column.Type)} as {Name(column.Name)}");
        return $"select {List(keys)}, cast({Field(first + 1)} as bigint) as rows_read, {Read(Field(first + 3), ColumnType.Text)} as message from {answer} where w0 = '{WireProtocol.Closing}' and {Field(first + 3)} is not null and {Field(first + 3)} <> {Backslash} || 'N'";
    }

    /// <summary>One row with the columns of <see cref="WireTotals"/>, in its order, all BIGINT, from a relation of answer lines.</summary>
    public static string Totals(GroupedTask task, string answer)
    {
        var first = 1 + task.KeyColumns;
        var key = List(Enumerable.Range(1, task.KeyColumns).Select(i => $"coalesce({Field(i)}, {Backslash} || 'N')"));
        string Count(string condition) => $"count(case when {condition} then 1 end)";
        string Sum(string kind, int field) => $"coalesce(sum(case when w0 = '{kind}' then try_cast({Field(field)} as bigint) end), 0)";
        const string closing = WireProtocol.Closing, end = WireProtocol.End;
        return $"select {Count($"w0 = '{WireProtocol.Handshake}'")}, "
            + $"{Count(string.Create(CultureInfo.InvariantCulture, $"w0 = '{WireProtocol.Handshake}' and w1 = '{WireProtocol.Version}' and w2 = '{task.Name}' and w3 = '{WireProtocol.Contract(task)}'"))}, "
            + $"{Count($"w0 = '{WireProtocol.Row}'")}, {Count($"w0 = '{closing}'")}, count(distinct case when w0 = '{closing}' then struct({key}) end), "
            + $"{Sum(closing, first)}, {Sum(closing, first + 2)}, {Count($"w0 = '{closing}' and {Field(first + 3)} is not null and {Field(first + 3)} <> {Backslash} || 'N'")}, "
            + $"{Count($"w0 = '{end}'")}, {Sum(end, 1)}, {Sum(end, 2)}, {Sum(end, 3)}, {Sum(end, 4)}, "
            + $"{Count("w0 is null or w0 not in ('H', 'R', 'K', 'E')")} from {answer}";
    }

    /// <summary>A column as the field that a worker reads.</summary>
    public static string Write(Column column)
    {
        var name = Name(column.Name);
        var text = column.Type.Kind switch
        {
            ColumnKind.Date => $"cast(unix_date({name}) as string)",
            ColumnKind.Timestamp => $"cast(unix_micros({name}) as string)",
            ColumnKind.Text => $"if({name} = '', {Backslash} || 'E', {Escape(name)})",
            ColumnKind.TextList => $"{Backslash} || '[' || array_join(transform({name}, e -> {Escape("e")} || {Backslash} || ';'), '')",
            _ => $"cast({name} as string)",
        };
        return column.Nullable ? $"coalesce({text}, {Backslash} || 'N')" : text;
    }

    /// <summary>The value of a field that a worker wrote; NULL for <c>\N</c>, whether or not Spark has seen to that.</summary>
    public static string Read(string field, ColumnType type)
    {
        var text = $"nullif({field}, {Backslash} || 'N')";
        return type.Kind switch
        {
            ColumnKind.Boolean => $"cast({text} as boolean)",
            ColumnKind.Int32 => $"cast({text} as int)",
            ColumnKind.Int64 => $"cast({text} as bigint)",
            ColumnKind.Double => $"cast({text} as double)",
            ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"cast({text} as decimal({type.Precision},{type.Scale}))"),
            ColumnKind.Date => $"date_from_unix_date(cast({text} as int))",
            ColumnKind.Timestamp => $"timestamp_micros(cast({text} as bigint))",
            ColumnKind.Text => $"if({text} = {Backslash} || 'E', '', {Unescape(text)})",
            // Between the start and the last item's end stand the items, each end but the last a separator.
            ColumnKind.TextList => $"if({text} = {Backslash} || '[', cast(array() as array<string>), transform(split(substring({text}, 3, length({text}) - 4), {Backslash} || {Backslash} || ';'), e -> {Unescape("e")}))",
            _ => throw new InvalidOperationException($"no column for {type}"),
        };
    }

    private static string Escape(string text) =>
        $"replace(replace(replace(replace({text}, {Backslash}, {Backslash} || 'B'), {Tab}, {Backslash} || 'T'), {LineFeed}, {Backslash} || 'L'), {CarriageReturn}, {Backslash} || 'R')";

    private static string Unescape(string text) =>
        $"replace(replace(replace(replace({text}, {Backslash} || 'T', {Tab}), {Backslash} || 'L', {LineFeed}), {Backslash} || 'R', {CarriageReturn}), {Backslash} || 'B', {Backslash})";

    private static string Name(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts);
}
