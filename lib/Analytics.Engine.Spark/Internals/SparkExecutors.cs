using System.Globalization;
using System.Text.RegularExpressions;
using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// What Spark's executors read themselves: files' bytes by <c>binaryFile</c>, lines of large files by <c>text</c>, both through Hadoop's file
/// systems. Views alone: rows come into being where they are sent to a worker.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="jobs">Runs what calls Spark.</param>
/// <param name="check">Throws where a name is taken.</param>
/// <param name="defineRows">Defines a relation of rows that the program holds.</param>
/// <param name="defined">Is told of a view that was made.</param>
internal sealed partial class SparkExecutors(
    SparkSession session, Jobs jobs, Action<string> check, Action<string, IReadOnlyList<Column>, ColumnBatch, CancellationToken> defineRows, Action<string> defined) : IExecutors
{
    /// <summary>Lines of a part: some hundred KiB of usual ones.</summary>
    private const int PartLines = 2048;

    private const string PathColumn = "path";

    public int Parallelism => session.Parallelism();

    public void DefineView(string name, SqlText query, SqlParameters parameters, CancellationToken cancel)
    {
        check(name);
        var sql = SparkSql.Render(query, parameters);
        View(name, sql.Source, sql.Text, sql, cancel);
    }

    public void DefineContents(string name, IReadOnlyList<Column> columns, ColumnBatch files, int partBytes, CancellationToken cancel)
    {
        check(name);
        if (columns[0].Name != PathColumn || columns[0].Type != ColumnType.Text) throw SparkErrors.Contract($"{name}: the first column is the files' path, a VARCHAR called {PathColumn}", name);
        var paths = Enumerable.Range(0, files.Count).Select(row => files.Texts(0).GetString(row)!).ToArray();
        // Spark writes paths in its own way: with one slash behind file:, or with a host.
        var keyed = new ColumnBatch([.. columns, new("plain_path", ColumnType.Text)]);
        for (var column = 0; column < columns.Count; column++) keyed[column].AppendRange(files[column], 0, files.Count);
        foreach (var path in paths) keyed.Texts(columns.Count).Append(Plain(Scratch.SparkPath(path)));
        var names = name + " names";
        defineRows(names, keyed.Columns, keyed, cancel);
        jobs.Run(name, null, cancel, () =>
        {
            using var frame = session.Files("binaryFile", [], [.. paths.Select(Scratch.SparkPattern)]);
            using var plain = frame.Select([$"{PlainSql("path")} as plain_path", "length", "content"]);
            plain.CreateView(name + " files");
            defined(name + " files");
            var found = session.Longs($"select count(*) from {SparkLiteral.Name(name + " files")} f join {SparkLiteral.Name(names)} n on n.plain_path = f.plain_path")[0];
            if (found != files.Count)
                throw new EngineException($"{name}: {files.Count} files were named and Spark found {found} of them, {paths[0]} the first: every node must see them under the same path", name, kind: EngineErrorKind.Io);
            var size = partBytes.ToString(CultureInfo.InvariantCulture);
            using var view = session.Sql($"""
                select {string.Join(", ", columns.Select(column => SparkLiteral.Name(column.Name)))}, part,
                    base64(substring(content, cast(part * {size} + 1 as int), {size})) as data
                from (
                    select n.*, f.content, explode(sequence(cast(0 as bigint), (f.length - 1) div {size})) as part
                    from {SparkLiteral.Name(name + " files")} f join {SparkLiteral.Name(names)} n on n.plain_path = f.plain_path)
                """);
            view.CreateView(name);
        });
        defined(name);
    }

    public IReadOnlyList<LineBlock> DefineLines(string name, string path, long bytes, char? quote, CancellationToken cancel)
    {
        check(name);
        var blocks = jobs.Run(name, null, cancel, () =>
        {
            using var frame = session.Files("text", [("lineSep", "\n")], [Scratch.SparkPattern(path)]);
            // Ids grow along a block; a block's place in the file, in front of them, makes parts grow along the file.
            using var lines = frame.Select(["_metadata.file_block_start as block", "monotonically_increasing_id() as id", "value"]);
            lines.CreateView(name + " text");
            defined(name + " text");
            var quoted = quote is { } letter ? $"instr(value, {SparkLiteral.Text(letter.ToString())}) > 0" : "false";
            return Blocks($"""
                select block, count(*), sum(cast(octet_length(value) + 1 as bigint)), cast(count_if({quoted}) as bigint), cast(max(id) as bigint)
                from {SparkLiteral.Name(name + " text")} group by block order by block
                """);
        });
        // Whether the last line has an end, and whether there was a mark, which Hadoop's reader swallows, is told by the length alone.
        var missing = bytes - blocks.Sum(block => block.Bytes);
        if (missing is not (0 or -1 or 3 or 2))
            throw new EngineException($"{path}: Spark read {blocks.Sum(block => block.Bytes)} bytes of lines where the file has {bytes}: it changed while it was read", path, kind: EngineErrorKind.Io);
        var last = missing is -1 or 2 && blocks.Count > 0 ? blocks[^1] : default;
        var tail = last.Lines == 0
            ? "chr(10)"
            : string.Create(CultureInfo.InvariantCulture, $"if(block = {last.Start} and max(id) = {last.LastId}, '', chr(10))");
        View(name, path, string.Create(CultureInfo.InvariantCulture, $"""
            select block, part, base64(cast(concat(array_join(transform(array_sort(collect_list(struct(id, value))), line -> line.value), chr(10)), {tail}) as binary)) as data
            from (select block, block * 4194304 + (id % 8589934592) div {PartLines} as part, id, value from {SparkLiteral.Name(name + " text")})
            group by block, part
            """), null, cancel);
        return [.. blocks.Select(block => new LineBlock(block.Start, block.Lines, block.Quoted > 0))];
    }

    private readonly record struct Block(long Start, long Lines, long Bytes, long Quoted, long LastId);

    private List<Block> Blocks(string query)
    {
        var blocks = new List<Block>();
        foreach (var row in session.LongRows(query)) blocks.Add(new Block(row[0], row[1], row[2], row[3], row[4]));
        return blocks;
    }

    private void View(string name, string source, string text, RenderedSql? sql, CancellationToken cancel)
    {
        jobs.Run(source, sql, cancel, () =>
        {
            using var frame = session.Sql(text);
            frame.CreateView(name);
        });
        defined(name);
    }

    private static string Plain(string path) => Scheme().Replace(path, "/");

    private static string PlainSql(string column) => $"regexp_replace({column}, '^[a-z][a-z0-9+.-]*:(//[^/]*)?/+', '/')";

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:(//[^/]*)?/+", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();
}
