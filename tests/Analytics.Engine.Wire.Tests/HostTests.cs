using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Tests;

/// <summary>Groups, failures and broken inputs.</summary>
public sealed class HostTests
{
    private static readonly Column[] Columns = [new("k", ColumnType.Int32, true), new("d", ColumnType.Date), new("v", ColumnType.Int64)];

    private static byte[] Input(params (int? Key, int Rows)[] groups)
    {
        var batch = new ColumnBatch(Columns);
        foreach (var (key, rows) in groups)
            for (var row = 0; row < rows; row++)
            {
                if (key is { } number) batch.Ints(0).Append(number);
                else batch[0].AppendNull();
                batch.Ints(1).Append(row);
                batch.Longs(2).Append(row);
            }
        return Wire.Lines(Columns, batch);
    }

    [Fact]
    public void AnEmptyTaskAnswersWithCountsOfZero()
    {
        var task = new EchoTask(Columns, 1);
        var answer = Wire.Answer(task, []);
        Assert.Equal($"H\t1\techo\t{WireProtocol.Contract(task)}\nE\t0\t0\t0\t0\n", Wire.Text(answer));
        Assert.Equal(0, Wire.Read(task, answer).Outcome.Groups);
    }

    [Fact]
    public void ARepeatedTaskGivesTheSameBytesWhateverThePieces()
    {
        var input = Input((null, 3), (1, 9000), (2, 1), (30, 20_000));
        var first = Wire.Answer(new EchoTask(Columns, 1), input);
        for (var seed = 1; seed < 5; seed++) Assert.Equal(first, Wire.Answer(new EchoTask(Columns, 1) { InPieces = seed % 2 == 0 }, input, seed));
    }

    [Fact]
    public void GroupsComeInBatchesOfTheUsualSize()
    {
        var sizes = new List<int>();
        var task = new EchoTask(Columns, 1, batch => sizes.Add(batch.Count));
        Wire.Answer(task, Input((1, 3), (2, ColumnBatch.UsualRows), (12, ColumnBatch.UsualRows + 1)));
        Assert.Equal([3, 8192, 8192, 1], sizes);
    }

    [Fact]
    public void AKeyIsToldFromAnotherThatItBegins()
    {
        var columns = new Column[] { new("a", ColumnType.Text), new("b", ColumnType.Text, true), new("v", ColumnType.Int64) };
        var task = new EchoTask(columns, 2);
        var (outcome, rows) = Wire.Read(task, Wire.Answer(task, Wire.Bytes("x\ty\t1\nx\ty1\t2\nx\t\\N\t3\nx\t\\E\t4\nx\t\\BN\t5\nx1\ty\t6\n")));
        Assert.Equal(6, outcome.Groups);
        Assert.Equal(["y", "y1", null, "", "\\N", "y"], Enumerable.Range(0, 6).Select(row => rows.Texts(1).GetString(row)));
    }

    [Fact]
    public void AFailedKeyIsARowAndTheOthersGoOn()
    {
        var task = new EchoTask(Columns, 1, batch =>
        {
            if (batch.Ints(0)[0] == 2 && batch.Longs(2)[0] >= 8192) throw new InvalidOperationException("no\tmore\nof this");
        }) { InPieces = true };
        var (outcome, rows) = Wire.Read(task, Wire.Answer(task, Input((1, 5), (2, 30_000), (3, 7))));
        Assert.Equal((3, 30_012, 12), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(("2", 16_384, "InvalidOperationException: no\tmore\nof this"), (failure.Key[0], failure.Rows, failure.Message));
        Assert.Equal(12, rows.Count);
    }

    [Fact]
    public void ATaskThatReadsNothingOrTwiceIsHeldToItsGroup()
    {
        var lazy = new AnyTask(Columns, (_, output) => output.Longs(0).Append(1));
        Assert.Equal((2, 10, 2), Counts(Wire.Read(lazy, Wire.Answer(lazy, Input((1, 4), (2, 6)))).Outcome));
        var twice = new AnyTask(Columns, (rows, output) => output.Longs(0).Append(rows.Count() + rows.Count()));
        var failure = Assert.Single(Wire.Read(twice, Wire.Answer(twice, Input((1, 4)))).Outcome.Failures);
        Assert.Equal("InvalidOperationException: the rows of a group can be read once: keep what is needed again", failure.Message);
    }

    [Fact]
    public void RowsThatAreNotWholeOrHoldAForbiddenNullAreAFailure()
    {
        var half = new AnyTask(Columns, (_, output) => output.Longs(0).Append(1), second: true);
        Assert.Equal("column second has 0 values where column first has 1: every row needs a value in every column", Assert.Single(Wire.Read(half, Wire.Answer(half, Input((1, 4)))).Outcome.Failures).Message);
        var empty = new AnyTask(Columns, (_, output) => output[0].AppendNull());
        Assert.Equal("column first holds a NULL but is declared without NULLs", Assert.Single(Wire.Read(empty, Wire.Answer(empty, Input((1, 4)))).Outcome.Failures).Message);
    }

    [Fact]
    public void MoreThanMemoryIsKeptInAFileUntilTheKeyIsDone()
    {
        var folder = Directory.CreateTempSubdirectory("wire-").FullName;
        try
        {
            var columns = new Column[] { new("k", ColumnType.Int32), new("t", ColumnType.Text) };
            var batch = new ColumnBatch(columns);
            var text = new string('x', 1000);
            foreach (var (key, rows) in ((int, int)[])[(1, 3), (2, 30_000), (3, 2), (4, 9_000), (5, 1)])
                for (var row = 0; row < rows; row++)
                {
                    batch.Ints(0).Append(key);
                    batch.Texts(1).Append(text + row.ToString(CultureInfo.InvariantCulture));
                }
            var task = new EchoTask(columns, 1, rows =>
            {
                if (rows.Ints(0)[0] == 4 && rows.Count < ColumnBatch.UsualRows) throw new InvalidOperationException("late");
            }) { InPieces = true };
            using var output = new MemoryStream();
            WorkerHost.Run(task, new MemoryStream(Wire.Lines(columns, batch)), output, folder);
            var (outcome, back) = Wire.Read(task, output.ToArray());
            Assert.Equal(["4"], outcome.Failures.Select(failure => failure.Key[0]));
            Assert.Equal(30_006, back.Count);
            for (var row = 0; row < 30_000; row++) Assert.Equal(batch.Texts(1).GetString(row), back.Texts(1).GetString(row));
            Assert.Equal([3, 3, 5], back.Ints(0).Values[^3..].ToArray());
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Theory]
    [InlineData("1\t0\t5\n1\t1\n", "line 2 of the input has 2 fields; task echo expects 3: k, d, v")]
    [InlineData("1\t0\t5\t6\n", "line 1 of the input has 4 fields; task echo expects 3: k, d, v")]
    [InlineData("\n", "line 1 of the input, column k: '' is no INTEGER as the wire writes it")]
    [InlineData("1\t0\t\\N\n", "line 1 of the input, column v holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable")]
    [InlineData("1\t0\t5\n2\t0\t7", "the input ends in the middle of line 2, after '2\t0\t7': the writer was cut off")]
    public void ABrokenInputEndsTheWorkAfterItWasReadToItsEnd(string input, string message)
    {
        var stream = new ChunkedStream(Wire.Bytes(input + (input.EndsWith('\n') ? "9\t9\t9\n" : "")), 3);
        var wrong = Assert.Throws<WireFormatException>(() => WorkerHost.Run(new EchoTask(Columns, 1), stream, Stream.Null, Path.GetTempPath()));
        Assert.Equal(message.Replace("'2\t0\t7'", "'2\uFFFD0\uFFFD7'", StringComparison.Ordinal), wrong.Message);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void ATaskCannotSwallowABrokenInput()
    {
        var deaf = new AnyTask(Columns, (rows, output) =>
        {
            try
            {
                output.Longs(0).Append(rows.Count());
            }
            catch (WireFormatException)
            {
                output.Longs(0).Append(1);
            }
        });
        Assert.Throws<WireFormatException>(() => Wire.Answer(deaf, Wire.Bytes("1\t0\tx\n")));
    }

    [Fact]
    public void AnOutputThatBreaksEndsTheWork()
    {
        var task = new EchoTask(Columns, 1) { InPieces = true };
        Assert.Throws<IOException>(() => WorkerHost.Run(task, new MemoryStream(Input((1, 100_000))), new BrokenStream(1000), Path.GetTempPath()));
    }

    [Fact]
    public void ACancelledWorkEnds()
    {
        using var cancel = new CancellationTokenSource();
        var task = new EchoTask(Columns, 1, _ => cancel.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => WorkerHost.Run(task, new MemoryStream(Input((1, 10), (2, 10))), Stream.Null, Path.GetTempPath(), cancel.Token));
    }

    private static (long, long, long) Counts(GroupedOutcome outcome) => (outcome.Groups, outcome.RowsIn, outcome.RowsOut);

    private sealed class AnyTask(IReadOnlyList<Column> columns, Action<IEnumerable<ColumnBatch>, ColumnBatch> run, bool second = false) : GroupedTask
    {
        public override string Name => "any";
        public override IReadOnlyList<Column> Input => columns;
        public override int KeyColumns => 1;
        public override IReadOnlyList<string> OrderBy => [];
        public override IReadOnlyList<Column> Output { get; } = second ? [new("first", ColumnType.Int64), new("second", ColumnType.Text)] : [new("first", ColumnType.Int64)];

        public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) => run(rows, output);
    }

    private sealed class BrokenStream(int limit) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > limit) throw new IOException("Broken pipe");
            base.Write(buffer);
        }
    }
}
