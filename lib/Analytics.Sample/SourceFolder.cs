namespace Analytics.Sample;

/// <summary>The shop's lines laid into files: by month up to November 2025, then by day, as if deliveries had become daily.</summary>
internal static class SourceFolder
{
    private const int RepeatedInFile = 60;
    private static readonly DateOnly Daily = new(2025, 12, 1);

    /// <summary>Each of the second date's files starts with lines of the first date, delivered once already.</summary>
    private static readonly (DateOnly Of, DateOnly In, int Lines)[] Overlaps =
    [
        (new(2025, 11, 30), new(2025, 12, 1), 12),
        (new(2025, 12, 3), new(2025, 12, 4), 25),
    ];

    /// <summary>The last lines of the first date come with the second's file, and only there.</summary>
    private static readonly (DateOnly Of, DateOnly In, int Lines) Late = (new(2025, 12, 14), new(2025, 12, 15), 8);

    public static List<SourceFile> Lay(List<ShopLine> lines, ulong seed)
    {
        var files = new Dictionary<string, SourceFile>();
        SourceFile FileOf(DateOnly date)
        {
            var name = NameOf(date);
            return files.TryGetValue(name, out var file) ? file : files[name] = Make(name);
        }

        var late = lines.Where(line => line.Date == Late.Of).TakeLast(Late.Lines).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var line in lines)
        {
            var file = FileOf(late.Contains(line) ? Late.In : line.Date);
            file.Records.Add(file.Encode(line));
        }
        OddLines.Plant(FileOf, new(seed, "odd lines"));

        foreach (var (of, into, count) in Overlaps)
        {
            var target = FileOf(into);
            var again = FileOf(of).Records.Where(record => record.Line?.Date == of && record.Planted is null).TakeLast(count)
                .Select(record => Repeat(target, record.Line!)).ToList();
            target.Records.InsertRange(0, again);
        }

        var prng = new Prng(seed, "repeated lines");
        var ordered = files.Values.OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        for (var repeated = 0; repeated < RepeatedInFile;)
        {
            var file = ordered[prng.Next(ordered.Count)];
            var at = prng.Next(file.Records.Count);
            if (file.Records[at] is not { Planted: null, Line: { } line, Fate: not Fate.Duplicate }) continue;
            file.Records.Insert(prng.Between(at + 1, file.Records.Count), Repeat(file, line));
            repeated++;
        }
        return ordered;
    }

    public static List<string> TraitsOf(SourceFile file)
    {
        var traits = new List<string>();
        if (file.Name.EndsWith(".gz", StringComparison.Ordinal)) traits.Add("gzip");
        if (file.Name.EndsWith(".zst", StringComparison.Ordinal)) traits.Add("zstd");
        if (file.Layout == FileLayout.JsonLines) traits.Add("jsonl");
        if (file.ByteOrderMark) traits.Add("bom");
        if (file.LineEnd != "\n") traits.Add("crlf");
        if (file.BlankLineBefore >= 0) traits.Add("blank_line");
        if (!file.LastLineEnds) traits.Add("no_last_line_end");
        if (file.ColumnOrder[0] != 0) traits.Add("column_order");
        if (file.Name == NameOf(Late.In)) traits.Add("late_lines");
        return traits;
    }

    private static SourceRecord Repeat(SourceFile file, ShopLine line) =>
        new(file.EncodeTexts(line.Texts()), Fate.Duplicate, line, new("duplicate", null, null, null));

    private static string NameOf(DateOnly date) => date < Daily
        ? $"{date.Year}-{date.Month:00}.csv{(date < new DateOnly(2024, 2, 1) ? "" : ".gz")}"
        : $"{date.Year}-{date.Month:00}-{date.Day:00}" + date.Day switch
        {
            18 => ".jsonl",
            19 => ".csv.zst",
            20 => ".csv.gz",
            _ => ".csv",
        };

    private static SourceFile Make(string name) => name switch
    {
        "2024-01.csv" => new(name) { LineEnd = "\r\n", ByteOrderMark = true },
        "2024-07.csv.gz" => new(name) { ColumnOrder = [4, 9, 0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14] },
        "2025-12-13.csv" => new(name) { BlankLineBefore = 5 },
        "2025-12-31.csv" => new(name) { LastLineEnds = false },
        _ => new(name),
    };
}
