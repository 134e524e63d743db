using Analytics.Columns;

namespace Analytics.Engine.Wire.Tests;

/// <summary>Answers that are cut, of another build, or whose counts do not add up never pass.</summary>
public sealed class AnswerTests
{
    private static readonly Column[] Columns = [new("k", ColumnType.Int32), new("v", ColumnType.Text)];

    private static readonly EchoTask Task = new(Columns, 1, batch =>
    {
        if (batch.Ints(0)[0] == 3) throw new InvalidOperationException("three");
    });

    private static string Good() => Wire.Text(Wire.Answer(Task, Wire.Bytes("1\ta\n1\tb\n2\tc\n3\td\n")));

    private static string Fault(string answer) => Assert.Throws<WireFormatException>(() => Wire.Read(Task, Wire.Bytes(answer))).Message;

    [Fact]
    public void AnAnswerCutAnywhereIsRefused()
    {
        var good = Good();
        Assert.Equal(3, Wire.Read(Task, Wire.Bytes(good)).Outcome.Groups);
        for (var length = 0; length < good.Length; length++) Fault(good[..length]);
    }

    [Fact]
    public void ALineThatIsLostDoubledOrOutOfPlaceIsRefused()
    {
        var lines = Good().Split('\n')[..^1];
        Assert.Equal(8, lines.Length);
        for (var line = 0; line < lines.Length; line++)
        {
            Fault(string.Join('\n', lines.Where((_, i) => i != line)) + "\n");
            Fault(string.Join('\n', lines.SelectMany((text, i) => i == line ? [text, text] : new[] { text })) + "\n");
            if (line + 1 < lines.Length && (line, line + 1) != (1, 2))
                Fault(string.Join('\n', lines.Select((_, i) => lines[i == line ? line + 1 : i == line + 1 ? line : i])) + "\n");
        }
    }

    [Fact]
    public void EveryDigitOfEveryCountCounts()
    {
        var lines = Good().Split('\n')[..^1];
        for (var line = 0; line < lines.Length; line++)
        {
            if (lines[line][0] is not ('K' or 'E')) continue;
            // Rows that a task left unread are its own affair; all other counts must fit.
            var fields = lines[line].Split('\t');
            for (var field = lines[line][0] == 'K' ? 2 : 1; field < fields.Length; field++)
            {
                if (!long.TryParse(fields[field], out var count) || (lines[line][0] == 'K' && field == 3)) continue;
                var changed = fields.ToArray();
                changed[field] = $"{count + 1}";
                Fault(string.Join('\n', lines.Select((text, i) => i == line ? string.Join('\t', changed) : text)) + "\n");
            }
        }
    }

    [Fact]
    public void AnotherVersionOrTaskIsNamed()
    {
        var good = Good();
        Assert.Equal("the worker speaks version 2 of the protocol, this program version 1: build both from the same sources", Fault("H\t2" + good[3..]));
        Assert.StartsWith("the worker ran task echo (contract ", Fault(good.Replace(WireProtocol.Contract(Task), new string('0', 64), StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("the worker gave no answer", Fault(""), StringComparison.Ordinal);
        Assert.StartsWith("line 1 of the worker's answer is no handshake: 'Usage: cat'", Fault("Usage: cat\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheContractIsAllThatAResultDependsOn()
    {
        var contracts = new[]
        {
            new EchoTask(Columns, 1), new EchoTask(Columns, 2), new EchoTask([Columns[0], Columns[1] with { Nullable = true }], 1), new EchoTask([Columns[0], new("v", ColumnType.Int64)], 1),
            new EchoTask([Columns[0], new("w", ColumnType.Text)], 1), new EchoTask(Columns, 1) { Side = [1] }, new EchoTask(Columns, 1) { Side = [2] },
        }.Select(WireProtocol.Contract).ToArray();
        Assert.Equal(contracts.Length, contracts.Distinct().Count());
        Assert.Equal(contracts[0], WireProtocol.Contract(new EchoTask([.. Columns], 1)));
    }

    [Fact]
    public void ArgumentsPassAShellUnchanged()
    {
        var task = new EchoTask(Columns, 1) { Side = [1, 2] };
        var file = WireProtocol.SideInputHash(task) + ".side";
        var arguments = WireProtocol.Arguments(task, file);
        Assert.Equal($"run --protocol 1 --task echo --contract {WireProtocol.Contract(task)} --side {file}", arguments);
        Assert.Throws<ArgumentException>(() => WireProtocol.Arguments(task, null));
        Assert.Throws<ArgumentException>(() => WireProtocol.Arguments(new EchoTask(Columns, 1), file));
        Assert.Throws<ArgumentException>(() => WireProtocol.Arguments(task, "a b"));
    }
}
