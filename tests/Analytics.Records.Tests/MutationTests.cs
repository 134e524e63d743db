using System.Text;

namespace Analytics.Records.Tests;

/// <summary>Files that were good and then were not: bytes flipped, parts cut, columns moved, quotes broken. The long form runs ten thousand.</summary>
public sealed class MutationTests
{
    private static readonly byte[][] Splinters =
        [.. ((string[])["\"", "\"\"", ",", "\n", "\r", "\r\n", "\0", " ", "-", "+", ".", "e3", "_", "C", "é", "\u00A0", "\uFEFF", "99999999999999999999", "-2.50", "-1", "0.00001", "2011-03-13 02:30 AM", "13/3/2011 2:30", "6/11/2011 1:30", "USD", "31/2/2011 1:00", ",,,"]).Select(Encoding.UTF8.GetBytes), [0xC3], [0xFF, 0xFE], [0xE2, 0x82]];

    [Fact]
    public void EqualTheReference()
    {
        var count = LongTests.Times(1_000);
        var refused = 0;
        long rows = 0, rejected = 0;
        var rules = new SortedSet<string>(StringComparer.Ordinal);
        Parallel.For(0, count, seed =>
        {
            var random = new Random(seed);
            var data = Mutate(Good(random), random);
            var most = random.Next(4) == 0 ? random.Next(60, 200) : 16 << 20;
            var options = new ParseOptions { ChunkBytes = random.Next(1, 600), Threads = random.Next(1, 4), MaxRecordBytes = most };
            var expected = RowReference.Csv(data, Mappings.Full, most);
            var actual = Harness.Run(data, Mappings.Full, options);
            var about = $"seed {seed}: {actual.Error?.Message}\n{Encoding.Latin1.GetString(data)}";
            Assert.True((expected is null) == (actual.Error is not null), about);
            lock (rules)
            {
                if (expected is null)
                {
                    refused++;
                    Assert.StartsWith("lines.csv", actual.Error!.Message, StringComparison.Ordinal);
                    return;
                }
                Assert.True(expected.Rejects.SequenceEqual(actual.Rejects), Difference(expected.Rejects, actual.Rejects) + about);
                Assert.True(expected.Rows.SequenceEqual(actual.Rows), Difference(expected.Rows, actual.Rows) + about);
                rows += actual.Rows.Count;
                rejected += actual.Rejects.Count;
                foreach (var rule in actual.Summary!.RejectedByRule) rules.Add(rule.Rule);
            }
        });
        // The mutations reach what they are meant to reach.
        Assert.InRange(refused, count / 100, count / 2);
        Assert.True(rows > 10 * count, $"{rows} rows");
        Assert.True(rejected > count, $"{rejected} rejects");
        Assert.Equal(["columns", "currency", "encoding", "missing", "negative", "number", "precision", "quote", "size", "time", "time_gap", "window"], rules.ToArray());
    }

    [Fact]
    public void PackedFilesEndInRowsOrAnError()
    {
        Parallel.For(0, LongTests.Times(100), seed =>
        {
            var random = new Random(seed);
            var packed = Packing.Gzip(Good(random));
            for (var i = random.Next(1, 4); i > 0; i--) packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(2) == 0) packed = packed[..random.Next(packed.Length)];
            Harness.Run(packed, Mappings.Full, new ParseOptions { ChunkBytes = 100, Threads = 2 }, "lines.csv.gz");
        });
    }

    private static string Difference(List<string> expected, List<string> actual)
        => $"expected\n{string.Join('\n', expected.Except(actual))}\nand came\n{string.Join('\n', actual.Except(expected))}\n";

    private static byte[] Good(Random random)
    {
        var text = new StringBuilder(Mappings.FullHeader).Append('\n');
        for (var line = random.Next(15, 40); line > 0; line--)
        {
            var at = random.Next(4) switch
            {
                0 => $"{random.Next(1, 29)}/{random.Next(1, 13)}/2011 {random.Next(24)}:{random.Next(60):D2}",
                1 => $"20{random.Next(0, 40):D2}-03-0{random.Next(1, 10)}T0{random.Next(10)}:10:20.{random.Next(1, 999)}+0{random.Next(10)}:30",
                2 => $"2011-{random.Next(1, 13):D2}-1{random.Next(10)} {random.Next(1, 13):D2}:15 {(random.Next(2) == 0 ? "AM" : "pm")}",
                _ => $"{random.Next(10, 16)}/3/2011 {random.Next(1, 4)}:30",
            };
            var name = random.Next(6) switch { 0 => "\"a \"\"red\"\" cup, big\"", 1 => "\"two\nlines\"", 2 => " Kännchen ", 3 => "", 4 => "\"\"", _ => "CUP" };
            text.Append($"{(random.Next(5) == 0 ? "C" : "")}{random.Next(1000)},{(random.Next(6) == 0 ? "post-" : " a")}{random.Next(50)},{random.Next(-3, 20)}{(random.Next(4) == 0 ? ".125" : "")},{at},{random.Next(9)}.{random.Next(100):D2},{name},");
            text.Append($"{(random.Next(3) == 0 ? " " : random.Next(100))},straße,\"c\",,{(random.Next(3) == 0 ? "" : "1.5")},x,{(random.Next(3) == 0 ? "" : "-0.1234567")},0.1,{(random.Next(3) == 0 ? "" : "EUR")},{line}");
            text.Append(random.Next(3) == 0 ? "\r\n" : "\n");
            if (random.Next(10) == 0) text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Mutate(byte[] data, Random random)
    {
        var bytes = data.ToList();
        // The header is spared most of the time: else most files would be refused for it.
        var least = random.Next(8) == 0 ? 0 : Mappings.FullHeader.Length + 1;
        for (var times = random.Next(0, 8); times > 0 && bytes.Count > least + 1; times--)
        {
            var at = random.Next(least, bytes.Count);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.InsertRange(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 30)));
                    break;
                case 3:
                    bytes.InsertRange(random.Next(least, bytes.Count), bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 100))));
                    break;
                case 4 or 5 or 6:
                    ReplaceField(bytes, at, Splinters[random.Next(Splinters.Length)]);
                    break;
                default:
                    if (random.Next(3) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    else bytes.RemoveAt(at);
                    break;
            }
        }
        return [.. bytes];
    }

    private static void ReplaceField(List<byte> bytes, int at, byte[] by)
    {
        var start = bytes.FindIndex(at, value => value == ',') + 1;
        if (start == 0) return;
        var end = bytes.FindIndex(start, value => value is (byte)',' or (byte)'\n');
        if (end < 0) return;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, by);
    }
}
