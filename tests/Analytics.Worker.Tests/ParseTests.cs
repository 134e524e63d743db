using System.IO.Compression;
using System.Text;
using Analytics.Columns;
using Analytics.Records;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>The parser on an executor gives what the parser gives: rows, rejects with their raw bytes, counts, refusals.</summary>
[Collection(WorkerCollection.Name)]
public sealed class ParseTests(WorkerProgram worker)
{
    private static readonly byte[][] Splinters =
        [.. ((string[])["\"", "\"\"", ",", "\n", "\r", "\r\n", "\0", " ", "-", "+", ".", "e3", "_", "C", "é", "\uFEFF", "99999999999999999999", "-1", "0.00001", "2011-03-27 01:30:00", ",,,", "\\", "\t", "\\N"]).Select(Encoding.UTF8.GetBytes), [0xC3], [0xFF, 0xFE], [0xE2, 0x82]];

    private sealed record Parsed(string Rows, string Rejects, string Summary, string? Error);

    private static void Append(ColumnBatch input, string name, long firstLine, long part, ReadOnlySpan<byte> data)
    {
        input.Texts(0).Append("hash of " + name);
        input.Texts(1).Append(name);
        input.Longs(2).Append(firstLine);
        input.Longs(3).Append(part);
        input.Texts(4).Append(Convert.ToBase64String(data));
    }

    /// <summary>A file in parts of random lengths, empty ones among them.</summary>
    private static void AppendFile(ColumnBatch input, string name, byte[] data, Random random)
    {
        var part = 0L;
        var at = 0;
        do
        {
            var length = Math.Min(data.Length - at, random.Next(6) == 0 ? 0 : random.Next(1, 2 * Math.Max(1, data.Length / 5)));
            Append(input, name, 1, part, data.AsSpan(at, length));
            part += random.Next(1, 3);
            at += length;
        }
        while (at < data.Length);
    }

    private static Parsed InProcess(byte[] data, string name, RecordMapping mapping)
    {
        var folder = Directory.CreateTempSubdirectory("parse-").FullName;
        var path = Path.Combine(folder, name);
        try
        {
            File.WriteAllBytes(path, data);
            var (rows, rejects, summary) = Retail.Parse(path, mapping);
            return new Parsed(Text(RecordColumns.All, rows), Text(RejectColumns.All, rejects), Encoding.UTF8.GetString(SummaryJson.Write(summary)), null);
        }
        catch (RecordFormatException wrong)
        {
            return new Parsed("", "", "", $"RecordFormatException: {wrong.Message}");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Text(IReadOnlyList<Column> columns, ColumnBatch rows) => Encoding.UTF8.GetString(Retail.Lines(columns, rows));

    /// <summary>What the answer says of each key (name and first line).</summary>
    private static Dictionary<(string, long), Parsed> Answers(ParseRecordsTask task, byte[] answer)
    {
        var (outcome, rows) = Retail.Read(task, answer);
        var parsed = new Dictionary<(string, long), Parsed>();
        using var reader = new ParquetFileReader();
        foreach (var group in Enumerable.Range(0, rows.Count).GroupBy(row => (rows.Texts(1).GetString(row)!, rows.Longs(2)[row])))
        {
            var (pieces, rejects) = (new ColumnBatch(RecordColumns.All), new ColumnBatch(RejectColumns.All));
            string? summary = null;
            foreach (var row in group)
            {
                Assert.Null(summary);
                Assert.Equal("hash of " + group.Key.Item1, rows.Texts(0).GetString(row));
                switch (rows.Ints(3)[row])
                {
                    case ParseRecordsTask.PieceRow:
                        var before = pieces.Count;
                        reader.Open(Convert.FromBase64String(rows.Texts(3 + ParseRecordsTask.PieceContent).GetString(row)!), "piece");
                        reader.ReadAll(pieces);
                        Assert.Equal(rows.Longs(3 + ParseRecordsTask.PieceRows)[row], pieces.Count - before);
                        Assert.Equal(rows.Longs(3 + ParseRecordsTask.PieceLine)[row], pieces.Longs(RecordColumns.SourceLine).Values[before..].ToArray().Min());
                        Assert.All(pieces.Ints(RecordColumns.OrderDate).Values[before..].ToArray(), date => Assert.Equal(rows.Ints(3 + ParseRecordsTask.PieceDate)[row], date));
                        break;
                    case ParseRecordsTask.RejectRow:
                        for (var column = 0; column < RejectColumns.All.Count; column++) rejects[column].AppendFrom(rows[3 + ParseRecordsTask.FirstRejectColumn + column], row);
                        break;
                    default:
                        summary = rows.Texts(3 + ParseRecordsTask.Summary).GetString(row);
                        break;
                }
            }
            Assert.NotNull(summary);
            // Pieces come by date; the file has its records by line.
            var records = new ColumnBatch(RecordColumns.All);
            foreach (var row in Enumerable.Range(0, pieces.Count).OrderBy(row => pieces.Longs(RecordColumns.SourceLine)[row])) records.AppendRow(pieces, row);
            parsed[group.Key] = new Parsed(Text(RecordColumns.All, records), Text(RejectColumns.All, rejects), summary, null);
        }
        foreach (var failure in outcome.Failures) parsed[(failure.Key[1]!, long.Parse(failure.Key[2]!))] = new Parsed("", "", "", failure.Message);
        return parsed;
    }

    private static byte[] Mutate(byte[] data, Random random, int spare)
    {
        var bytes = data.ToList();
        var least = random.Next(8) == 0 ? 0 : spare;
        for (var times = random.Next(0, 8); times > 0 && bytes.Count > least + 1; times--)
        {
            var at = random.Next(least, bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1 or 2: bytes.InsertRange(at, Splinters[random.Next(Splinters.Length)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))); break;
                case 4: bytes.InsertRange(random.Next(least, bytes.Count), bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 150)))); break;
                default:
                    if (random.Next(3) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Packed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(data);
        return packed.ToArray();
    }

    [Fact]
    public void MutatedFilesPackedOrNotCutAnywhere()
    {
        var shop = Retail.Unpacked();
        var lines = Encoding.Latin1.GetString(shop, 0, 1 << 20).Split('\n');
        var header = lines[0] + "\n";
        var task = new ParseRecordsTask(Retail.Mapping);
        var input = new ColumnBatch(task.Input);
        var expected = new Dictionary<(string, long), Parsed>();
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var good = Encoding.Latin1.GetBytes(header + string.Join('\n', lines.Skip(1 + random.Next(9000)).Take(random.Next(5, 60))) + (random.Next(2) == 0 ? "\n" : ""));
            var data = Mutate(good, random, header.Length);
            var name = $"{seed:D4}.csv";
            if (seed % 5 == 0) (data, name) = (Packed(data), name + ".gz");
            if (seed % 15 == 0) data = Mutate(data, random, 0);
            if (seed % 7 == 6)
            {
                using var zstd = new ZstdSharp.Compressor();
                (data, name) = (zstd.Wrap(data).ToArray(), $"{seed:D4}.csv.zst");
            }
            AppendFile(input, name, data, random);
            expected[(name, 1)] = InProcess(data, name, Retail.Mapping);
        }
        Assert.InRange(expected.Values.Count(parsed => parsed.Error is not null), 10, 150);
        Assert.True(expected.Values.Count(parsed => parsed.Rejects != "") > 100);
        var answer = worker.Run(task, Retail.Lines(task.Input, input));
        var actual = Answers(task, answer);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (key, parsed) in expected)
            Assert.True(parsed == actual[key], $"{key}: {parsed}\n{actual[key]}");
    }

    [Fact]
    public void TheSampleShopsFiles()
    {
        var task = new ParseRecordsTask(Retail.SampleMapping);
        var input = new ColumnBatch(task.Input);
        var expected = new Dictionary<(string, long), Parsed>();
        foreach (var file in Retail.SampleFiles)
        {
            var name = Path.GetFileName(file);
            AppendFile(input, name, File.ReadAllBytes(file), new Random(name.Length));
            expected[(name, 1)] = InProcess(File.ReadAllBytes(file), name, Retail.SampleMapping);
        }
        var actual = Answers(task, worker.Run(task, Retail.Lines(task.Input, input)));
        foreach (var (key, parsed) in expected) Assert.True(parsed == actual[key], $"{key}: {parsed.Summary} {parsed.Error}\n{actual[key].Summary} {actual[key].Error}");
    }

    [Fact]
    public void RangesOfAFileWithoutQuotesAreTheFile()
    {
        // The real shop without its quotes, some lines broken, a mark and blank lines in front.
        var text = Encoding.Latin1.GetString(Retail.Unpacked()[..(4 << 20)]).Replace("\"", "", StringComparison.Ordinal).Split('\n');
        var random = new Random(7);
        for (var i = 0; i < 500; i++) text[random.Next(1, text.Length)] = random.Next(4) switch { 0 => "", 1 => "broken,line\r", 2 => ",,,,,,,\0", _ => "536365,85123A,X,6,2011-03-27 01:30:00,2.55,17850.0,UK" };
        byte[] whole = [.. "\uFEFF"u8, .. "\n\r\n"u8, .. Encoding.Latin1.GetBytes(string.Join('\n', text))];
        var task = new ParseRecordsTask(Retail.Mapping);
        var input = new ColumnBatch(task.Input);
        var ranges = new List<long>();
        var headerEnd = whole.AsSpan(6).IndexOf((byte)'\n') + 7;
        for (int start = 0, line = 1; start < whole.Length;)
        {
            // A range ends behind any line but within the first, which stays whole.
            var least = start == 0 ? headerEnd : start + 1;
            var from = Math.Min(whole.Length, least + random.Next(ranges.Count % 3 == 0 ? 10 : 400_000));
            var feed = whole.AsSpan(from - 1).IndexOf((byte)'\n');
            var end = feed < 0 ? whole.Length : from + feed;
            if (start > 0) Append(input, "shop.csv", line, ParseRecordsTask.HeaderPart, whole.AsSpan(0, headerEnd));
            var middle = random.Next(start, end + 1);
            Append(input, "shop.csv", line, 0, whole.AsSpan(start, middle - start));
            Append(input, "shop.csv", line, 1, whole.AsSpan(middle, end - middle));
            ranges.Add(line);
            line += whole.AsSpan(start, end - start).Count((byte)'\n');
            start = end;
        }
        Assert.True(ranges.Count > 10);
        var expected = InProcess(whole, "shop.csv", Retail.Mapping);
        Assert.Null(expected.Error);
        Assert.NotEqual("", expected.Rejects);
        var parts = Answers(task, worker.Run(task, Retail.Lines(task.Input, input)));
        Assert.Equal(expected.Rows, string.Concat(ranges.Select(line => parts[("shop.csv", line)].Rows)));
        Assert.Equal(expected.Rejects, string.Concat(ranges.Select(line => parts[("shop.csv", line)].Rejects)));
        var summary = SummaryJson.Read(Encoding.UTF8.GetBytes(expected.Summary));
        var merged = SummaryJson.Merge([.. parts.Values.Select(part => SummaryJson.Read(Encoding.UTF8.GetBytes(part.Summary)))], summary.Sha256, summary.Bytes);
        Assert.Equal(Encoding.UTF8.GetString(SummaryJson.Write(summary with { Chunks = 0 })), Encoding.UTF8.GetString(SummaryJson.Write(merged with { Chunks = 0 })));
    }

    [Fact]
    public void WhatIsNoFileIsAFailureThatSaysSo()
    {
        var task = new ParseRecordsTask(Retail.Mapping);
        var input = new ColumnBatch(task.Input);
        Append(input, "doubled.csv", 1, 0, "a,b\n"u8);
        Append(input, "doubled.csv", 1, 0, "a,b\n"u8);
        Append(input, "empty.csv", 1, 0, []);
        Append(input, "lines.csv.gz", 17, 0, "a,b\n"u8);
        Append(input, "lines.parquet", 1, 0, "PAR1"u8);
        Append(input, "range.csv", 5, 0, "a,b\n"u8);
        input.Texts(0).Append("hash");
        input.Texts(1).Append("text.csv");
        input.Longs(2).Append(1);
        input.Longs(3).Append(0);
        input.Texts(4).Append("no base64!");
        var (outcome, rows) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, input)));
        Assert.Equal(0, rows.Count);
        Assert.Equal(
        [
            "ArgumentException: doubled.csv: part 0 comes behind part 0: a part is doubled, or they are out of order",
            "RecordFormatException: empty.csv: it is empty; expected a header and records",
            "RecordFormatException: lines.csv.gz: a packed file cannot be read in ranges of lines; read it whole",
            "RecordFormatException: lines.parquet: Parquet cannot be read as a stream of bytes; it needs the file",
            "RecordFormatException: range.csv: it has no lines; expected a header with 'InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice', 'Description', 'CustomerID', 'Country'",
            "FormatException: text.csv, part 0: the data are no base64",
        ], outcome.Failures.Select(failure => failure.Message));
    }

    [Fact]
    public void MappingsKeepAllTheySay()
    {
        foreach (var zone in (string[])["Europe/London", "America/New_York", "UTC"])
        {
            var mapping = Retail.SampleMapping with { TimeZone = zone, Delimiter = ';', Quote = '\'', Header = false, Encoding = "windows-1252", DateFrom = new DateOnly(2001, 2, 3) };
            var bytes = MappingJson.Write(mapping);
            var back = MappingJson.Read(bytes);
            Assert.Equal(bytes, MappingJson.Write(back));
            Assert.Equal((mapping.TimeZone, ';', '\'', false, "windows-1252", mapping.DateFrom, mapping.DateTo, mapping.ProductPattern, mapping.Currency), (back.TimeZone, back.Delimiter, back.Quote, back.Header, back.Encoding, back.DateFrom, back.DateTo, back.ProductPattern, back.Currency));
            Assert.Equal(ZoneRules.Of(zone), back.TimeZoneRules);
            Assert.Equal(["yyyy-MM-dd HH:mm:ss"], back.Columns["ordered_at"].Formats);
        }
        Assert.Throws<ArgumentException>(() => MappingJson.Read("{}"u8));
        Assert.Throws<ArgumentException>(() => MappingJson.Read("no"u8));
    }
}
