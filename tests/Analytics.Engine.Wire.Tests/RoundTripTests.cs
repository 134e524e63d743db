using Analytics.Columns;
using CsCheck;

namespace Analytics.Engine.Wire.Tests;

/// <summary>Every value of every type comes back with all its bits: engine to worker and worker to engine.</summary>
public sealed class RoundTripTests
{
    private static readonly Column[] All =
    [
        new("key", ColumnType.Text, true), new("flag", ColumnType.Boolean, true), new("small", ColumnType.Int32, true), new("large", ColumnType.Int64, true),
        new("real", ColumnType.Double, true), new("price", ColumnType.Price, true), new("amount", ColumnType.Amount, true), new("whole", new ColumnType(ColumnKind.Decimal, 38, 0), true),
        new("fraction", new ColumnType(ColumnKind.Decimal, 38, 38), true), new("day", ColumnType.Date, true), new("time", ColumnType.Timestamp, true),
        new("text", ColumnType.Text, true), new("list", ColumnType.TextList, true),
    ];

    private static readonly string[] Texts =
    [
        "", "\\N", "\\E", "\\", "\\\\", "\t", "\n", "\r", "\r\n", "\0", "a\tb\nc\\d\re", "\\;", "\\[", ";", "\\\\;", "ä€😀", "\uFEFF", "\u2028", " ", "a ", "null", "NULL", "\\T", "\\BT", "'", "\"", "\u001f\u0001",
        "\uD800", "\uDC00x", "x\uD83D",
    ];

    private static readonly double[] Doubles =
    [
        0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        BitConverter.UInt64BitsToDouble(0x7FF8000000000001), BitConverter.UInt64BitsToDouble(0xFFF0000000000001), 0.1, 1.0 / 3, 2.2250738585072014E-308, 2.2250738585072009E-308, 1e22, 1e23, 9007199254740993, 5e-324,
    ];

    private static readonly Int128 Most = Power(38) - 1;

    private static readonly Gen<string> Text = Gen.OneOf(Gen.Int[0, Texts.Length - 1].Select(i => Texts[i]), Gen.String);

    [Fact]
    public void EveryTypeKeepsEveryBit()
    {
        var row = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1 << 13], Gen.Long, Gen.OneOf(Gen.Int[0, Doubles.Length - 1].Select(i => Doubles[i]), Gen.Double), Text, Gen.Select(Text, Text, Gen.Int[0, 2], (a, b, n) => new[] { a, b }[..n]));
        row.List[0, 60].Sample(rows =>
        {
            var batch = new ColumnBatch(All);
            foreach (var (key, nulls, number, real, text, list) in rows.OrderBy(r => r.Item1)) Append(batch, key, nulls, number, real, text, list);
            var task = new EchoTask(All, 1) { InPieces = rows.Count % 2 == 0 };
            var (outcome, back) = Wire.Read(task, Wire.Answer(task, Wire.Lines(All, batch), rows.Count), rows.Count + 1);
            Assert.Null(Wire.Difference(batch, back, All.Length));
            Assert.Equal(rows.Select(r => r.Item1).Distinct().Count(), outcome.Groups);
            Assert.Equal((rows.Count, rows.Count, 0), ((int)outcome.RowsIn, (int)outcome.RowsOut, outcome.Failures.Count));
        }, iter: 400);
    }

    [Fact]
    public void NoFieldIsEmptyAndNoControlCharacterOfLinesIsInOne()
    {
        var columns = new Column[] { new("k", ColumnType.Int32), new("t", ColumnType.Text), new("l", ColumnType.TextList) };
        var batch = new ColumnBatch(columns);
        foreach (var text in Texts)
        {
            batch.Ints(0).Append(1);
            batch.Texts(1).Append(text);
            batch.TextLists(2).Items.Append(text);
            batch.TextLists(2).Items.Append(text);
            batch.TextLists(2).EndList();
        }
        var lines = Wire.Text(Wire.Lines(columns, batch)).Split('\n');
        Assert.Equal(Texts.Length + 1, lines.Length);
        foreach (var line in lines[..^1])
        {
            Assert.DoesNotContain('\r', line);
            Assert.Equal(3, line.Split('\t').Length);
            Assert.DoesNotContain("", line.Split('\t'));
            Assert.DoesNotContain("\\\\", line);
        }
    }

    [Theory]
    [InlineData("1.0E10", 1e10)]
    [InlineData("-0.0", -0.0)]
    [InlineData("4.9E-324", double.Epsilon)]
    [InlineData("1.7976931348623157E308", double.MaxValue)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    public void DoublesOfJavaAreRead(string field, double expected) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(One(ColumnType.Double, field).Doubles(1)[0]));

    [Theory]
    [InlineData("0E-7", 0)]
    [InlineData("1.5", 15_000_000)]
    [InlineData("-1.2E+3", -12_000_000_000)]
    [InlineData("12E-7", 12)]
    [InlineData("0.00000010", 1)]
    public void DecimalsAreReadInEveryForm(string field, long unscaled) => Assert.Equal(unscaled, One(ColumnType.Amount, field).Int128s(1)[0]);

    [Theory]
    [InlineData("DECIMAL(28,7)", "0.00000001")]
    [InlineData("DECIMAL(28,7)", "1000000000000000000000")]
    [InlineData("DECIMAL(18,4)", "1E400")]
    [InlineData("DECIMAL(38,0)", "100000000000000000000000000000000000000")]
    [InlineData("DECIMAL(18,4)", "1.2.3")]
    [InlineData("DECIMAL(18,4)", "")]
    [InlineData("DECIMAL(18,4)", ".")]
    [InlineData("BIGINT", "9223372036854775808")]
    [InlineData("BIGINT", "1.0")]
    [InlineData("INTEGER", "2147483648")]
    [InlineData("INTEGER", " 1")]
    [InlineData("BOOLEAN", "True")]
    [InlineData("DOUBLE", "1,5")]
    [InlineData("DOUBLE", "")]
    [InlineData("VARCHAR", "")]
    [InlineData("VARCHAR", "a\\")]
    [InlineData("VARCHAR", "a\\q")]
    [InlineData("VARCHAR", "\\Ex")]
    [InlineData("VARCHAR[]", "a")]
    [InlineData("VARCHAR[]", "\\[a")]
    [InlineData("DATE", "2011-01-01")]
    public void WhatIsNoValueIsNamed(string type, string field)
    {
        var message = Assert.Throws<WireFormatException>(() => One(ColumnType.Parse(type), field)).Message;
        Assert.StartsWith("line 1 of the input, column v: '", message, StringComparison.Ordinal);
        Assert.Contains(type, message, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNoTextAreRefusedBothWays()
    {
        var columns = new Column[] { new("k", ColumnType.Int32), new("v", ColumnType.Text) };
        byte[] line = [(byte)'1', (byte)'\t', 0xC3, (byte)'\n'];
        Assert.Throws<WireFormatException>(() => Wire.Answer(new EchoTask(columns, 1), line));
        var batch = new ColumnBatch(columns);
        batch.Ints(0).Append(1);
        batch.Texts(1).Append([0xC3]);
        Assert.Equal("column v: the text is no valid UTF-8", Assert.Throws<InvalidDataException>(() => Wire.Lines(columns, batch)).Message);
    }

    private static ColumnBatch One(ColumnType type, string field)
    {
        var columns = new Column[] { new("k", ColumnType.Int32), new("v", type) };
        var task = new EchoTask(columns, 1);
        return Wire.Read(task, Wire.Answer(task, Wire.Bytes($"1\t{field}\n"))).Rows;
    }

    private static void Append(ColumnBatch batch, int key, int nulls, long number, double real, string text, string[] list)
    {
        bool Null(int column)
        {
            if ((nulls >> column & 1) == 0) return false;
            batch[column].AppendNull();
            return true;
        }
        if (key == 0) batch[0].AppendNull();
        else batch.Texts(0).Append(Texts[key]);
        if (!Null(1)) batch.Booleans(1).Append((number & 1) == 0);
        if (!Null(2)) batch.Ints(2).Append((number & 7) switch { 0 => int.MinValue, 1 => int.MaxValue, _ => (int)number });
        if (!Null(3)) batch.Longs(3).Append((number & 7) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => number });
        if (!Null(4)) batch.Doubles(4).Append(real);
        if (!Null(5)) batch.Longs(5).Append((number & 3) switch { 0 => 999_999_999_999_999_999, 1 => -999_999_999_999_999_999, 2 => number % 100, _ => number % 999_999_999_999_999_999 });
        if (!Null(6)) batch.Int128s(6).Append((Int128)number * 1_000_000_007 % Power(28));
        if (!Null(7)) batch.Int128s(7).Append((number & 3) switch { 0 => Most, 1 => -Most, _ => number });
        if (!Null(8)) batch.Int128s(8).Append((number & 3) switch { 0 => Most, 1 => -Most, 2 => 0, _ => number });
        if (!Null(9)) batch.Ints(9).Append((int)(number % 5_000_000));
        if (!Null(10)) batch.Longs(10).Append(number);
        if (!Null(11)) batch.Texts(11).Append(text);
        if (Null(12)) return;
        foreach (var item in list) batch.TextLists(12).Items.Append(item);
        batch.TextLists(12).EndList();
    }

    private static Int128 Power(int digits)
    {
        Int128 power = 1;
        for (var i = 0; i < digits; i++) power *= 10;
        return power;
    }
}
