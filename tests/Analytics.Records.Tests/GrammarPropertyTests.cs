using System.Text;
using CsCheck;

namespace Analytics.Records.Tests;

/// <summary>The parser against the naive reader, on bytes chosen to hurt and chunks small enough that every boundary is hit.</summary>
public sealed class GrammarPropertyTests
{
    private static readonly RecordMapping Small = Mappings.Positions(',', '"');

    private static readonly byte[][] Fragments =
    [
        .. ((string[])["\"", "\"", "\"\"", ",", ",", "\n", "\n", "\r\n", "\r", "a", "\"a\"", "\"a,b\"", "\"x\ny\"", ",,,,", "é", " ", "\uFEFF", "\0", "1", "-2.5",
            "o,i,1,2010-12-01,2.5", "o,i,1,2010-12-01,2.5\n", "\"o\",\"i\",\"1\",\"2010-12-01\",\"2.5\"\r\n", "o,i,x,2010-12-01,2.5\n", "C1,P,-3,2011-02-29,1\n", "o,\"i\n\n\",7,2010-12-01,0\n"])
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3],
    ];

    [Fact]
    public void EqualsTheNaiveReader()
    {
        Gen.Select(
            OneOf(Fragments).Array[0, 40],
            Gen.Int[1, 40],
            OneOf(1, 7, 20, 30, 64, 1000),
            Gen.Int[1, 3],
            Gen.Bool)
            .Sample((fragments, chunk, most, threads, good) =>
            {
                var data = (good ? "o,i,1,2010-12-01,2.5\n"u8.ToArray() : []).Concat(fragments.SelectMany(fragment => fragment)).ToArray();
                Harness.HoldsAgainstReference(data, Small, new ParseOptions { ChunkBytes = chunk, MaxRecordBytes = most, Threads = threads });
            }, iter: LongTests.Times(3_000), seed: "0N0XIzNsQ0O2");
    }

    [Fact]
    public void EqualsTheNaiveReaderWithoutQuotes()
    {
        var mapping = Mappings.Positions(';', '\0');
        Gen.Select(OneOf((string[])["\"", ";", "\n", "\r\n", "o;i;1;2010-12-01;2.5\n", "x"]).Array[0, 30], Gen.Int[1, 40], OneOf(7, 30, 1000))
            .Sample((fragments, chunk, most) => Harness.HoldsAgainstReference(
                Encoding.UTF8.GetBytes("o;i;1;2010-12-01;2.5\n" + string.Concat(fragments)), mapping,
                new ParseOptions { ChunkBytes = chunk, MaxRecordBytes = most, Threads = 2 }), iter: LongTests.Times(500), seed: "0N0XIzNsQ0O2");
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
