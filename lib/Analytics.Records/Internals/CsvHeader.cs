using System.Globalization;
using System.Text;

namespace Analytics.Records.Internals;

/// <summary>Reads the first record of a CSV file and binds the mapping to its columns.</summary>
internal static class CsvHeader
{
    /// <summary>Binds, and leaves the cutter behind the header.</summary>
    /// <exception cref="RecordFormatException">There is none, or it does not fit the mapping.</exception>
    public static RowShape Bind(ChunkCutter cutter, CsvGrammar grammar, CompiledMapping mapping, string name)
    {
        SkipBlankLines(cutter);
        var what = mapping.Source.Header ? "header" : "first record";
        if (cutter.Data.Length == 0)
            throw new RecordFormatException($"{name}: it has no lines; expected {(mapping.Source.Header ? $"a header with {Needed(mapping)}" : "at least one record")}");
        int length;
        RecordEnd end;
        while ((end = grammar.Measure(cutter.Data, cutter.IsLast, out length)) == RecordEnd.NeedMore)
            if (!cutter.Grow()) break;
        if (end != RecordEnd.Complete)
            throw new RecordFormatException($"{name}, line {cutter.Line}: the {what} has a broken quote or is longer than {grammar.Decisive - 2} bytes; expected one record whose quotes are closed, delimiter '{mapping.Source.Delimiter}', quote '{mapping.Source.Quote}'");
        var record = CsvGrammar.Content(cutter.Data[..length]);
        if (mapping.Encoding != SourceEncoding.Utf8)
        {
            var utf8 = new byte[record.Length * SourceEncodings.MostBytes];
            record = utf8.AsSpan(0, SourceEncodings.ToUtf8(mapping.Encoding, record, utf8));
        }
        if (!Utf8Text.IsText(record))
            throw new RecordFormatException($"{name}, line {cutter.Line}: the {what} is no {mapping.Source.Encoding} text: {NearestName.Shorten(Encoding.UTF8.GetString(Utf8Text.Printable(record, 120)))}; expected CSV, or another encoding in the mapping");
        if (record.Contains((byte)'\r') && !record.Contains((byte)'\n'))
            throw new RecordFormatException($"{name}, line {cutter.Line}: lines end with CR alone; expected LF or CR LF. Convert the file first");
        var fields = Fields(record, grammar);
        RowShape shape;
        if (mapping.Source.Header)
        {
            shape = Named(fields, mapping, $"{name}, line {cutter.Line}");
            cutter.Skip(length);
        }
        else
        {
            shape = Numbered(fields.Count, mapping, $"{name}, line {cutter.Line}");
        }
        return shape;
    }

    private static void SkipBlankLines(ChunkCutter cutter)
    {
        while (true)
        {
            var data = cutter.Data;
            if (data.Length > 0 && data[0] == '\n') cutter.Skip(1);
            else if (data.Length > 1 && data[0] == '\r' && data[1] == '\n') cutter.Skip(2);
            else if (data.Length == 1 && data[0] == '\r' && cutter.IsLast) cutter.Skip(1);
            else if (data.Length > 1 || !cutter.Grow()) return;
        }
    }

    private static RowShape Named(List<string> fields, CompiledMapping mapping, string where)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
            if (!seen.TryAdd(fields[i], i))
                throw new RecordFormatException($"{where}: the header has the column '{NearestName.Shorten(fields[i])}' twice, as field {seen[fields[i]] + 1} and as field {i + 1}; expected distinct names. Rename one in the file");
        foreach (var target in TargetColumns.All)
            if (mapping.Source.Columns.TryGetValue(target.Name, out var column) && !seen.ContainsKey(column.Source))
                throw new RecordFormatException($"{where}: the header has no column '{column.Source}', from which {target.Name} comes{NearestName.Hint(column.Source, fields)} Correct columns.{target.Name}.source in the mapping, or the file");
        return RowShape.Create(fields, mapping.Source);
    }

    private static RowShape Numbered(int count, CompiledMapping mapping, string where)
    {
        foreach (var target in TargetColumns.All)
            if (mapping.Source.Columns.TryGetValue(target.Name, out var column) && TargetColumns.TryPosition(column.Source, out var position) && position > count)
                throw new RecordFormatException($"{where}: the first record has {count} fields, and {target.Name} comes from field {position}; correct columns.{target.Name}.source in the mapping, or the delimiter");
        return RowShape.Create([.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))], mapping.Source);
    }

    /// <summary>The fields of one well-formed record.</summary>
    private static List<string> Fields(ReadOnlySpan<byte> record, CsvGrammar grammar)
    {
        var fields = new List<string>();
        var text = new List<byte>();
        var position = 0;
        while (true)
        {
            text.Clear();
            if (grammar.Quote != grammar.Delimiter && position < record.Length && record[position] == grammar.Quote)
            {
                position++;
                while (record[position] != grammar.Quote || (position + 1 < record.Length && record[position + 1] == grammar.Quote))
                {
                    if (record[position] == grammar.Quote) position++;
                    text.Add(record[position++]);
                }
                position++;
            }
            while (position < record.Length && record[position] != grammar.Delimiter) text.Add(record[position++]);
            fields.Add(Encoding.UTF8.GetString([.. text]));
            if (position++ == record.Length) return fields;
        }
    }

    private static string Needed(CompiledMapping mapping)
        => string.Join(", ", TargetColumns.All.Where(target => mapping.Source.Columns.ContainsKey(target.Name)).Select(target => $"'{mapping.Source.Columns[target.Name].Source}'"));
}
