using Analytics.Columns;
using Analytics.Engine;
using Analytics.Records;
using Analytics.Tasks;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// A large unpacked text file as the parser's input: ranges of lines, a key each, where no quote can hold a line end; else one key whose
/// lines come in order, so that one task parses it.
/// </summary>
internal static class SourceLines
{
    private const string Suffix = "_ranges";

    private static readonly Column[] RangeColumns = [new("block", ColumnType.Int64), new("first_line", ColumnType.Int64), new("header", ColumnType.Text, true)];

    // What Hadoop would unpack by the name alone, whatever the mapping says.
    private static readonly string[] Packed = [".gz", ".bz2", ".deflate", ".lz4", ".snappy", ".zst", ".xz"];

    /// <summary>Whether a file's name lets Hadoop read it as it is.</summary>
    public static bool IsUnpacked(string path) => !Packed.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a relation was made here.</summary>
    public static bool IsLines(string relation) => relation.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Defines the input relation of <see cref="ParseRecordsTask"/> for a file.</summary>
    /// <returns>Its name.</returns>
    public static string Define(IEngine engine, InputFile file, RecordMapping mapping, SourceFormat format, string name, CancellationToken cancel)
    {
        var executors = engine.Executors!;
        char? quote = format == SourceFormat.JsonLines || mapping.Quote == '\0' ? null : mapping.Quote;
        var blocks = executors.DefineLines(name, file.Path, file.Bytes, quote, cancel);
        var whole = blocks.Any(block => block.HasQuote);
        var header = whole || format == SourceFormat.JsonLines || blocks.Count < 2 ? null : Header(engine, name, blocks[0].Block, file, cancel);
        var ranges = new ColumnBatch(RangeColumns);
        var line = 1L;
        foreach (var block in blocks)
        {
            ranges.Longs(0).Append(block.Block);
            ranges.Longs(1).Append(whole ? 1 : line);
            if (line > 1 && header is not null) Base64Text.Append(ranges.Texts(2), header);
            else ranges.Texts(2).AppendNull();
            line += block.Lines;
        }
        engine.DefineRows(name + "_blocks", RangeColumns, [ranges], cancel);
        var parameters = new SqlParameters().Add("sha256", file.Sha256).Add("file", file.Name);
        executors.DefineView(name + Suffix, new SqlText(name, $"""
            select :sha256 as sha256, :file as file, b.first_line, l.part, l.data
            from {name} l join {name}_blocks b on b.block = l.block
            union all
            select :sha256 as sha256, :file as file, first_line, cast({ParseRecordsTask.HeaderPart} as bigint) as part, header as data
            from {name}_blocks where header is not null
            """), parameters, cancel);
        return name + Suffix;
    }

    /// <summary>The file's bytes up to the end of its first line that is not empty.</summary>
    private static byte[] Header(IEngine engine, string lines, long block, InputFile file, CancellationToken cancel)
    {
        var header = new List<byte>();
        foreach (var batch in engine.Read(new SqlText(lines, $"select data from {lines} where block = {block} order by part limit 8"), SqlParameters.None, [new("data", ColumnType.Text)], cancel))
            for (var row = 0; row < batch.Count; row++)
                foreach (var letter in Base64Text.Decode(batch.Texts(0)[row], file.Name).Span)
                {
                    header.Add(letter);
                    if (letter == '\n' && header.Any(other => other is not ((byte)'\n' or (byte)'\r'))) return [.. header];
                }
        throw new RecordFormatException($"{file.Name}: its first {header.Count} bytes are empty lines; expected a header and records");
    }
}
