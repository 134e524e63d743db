using System.Text;
using Analytics.Columns;
using Analytics.Engine.Wire;
using Analytics.Mining;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>The process: arguments, refusals, ends.</summary>
[Collection(WorkerCollection.Name)]
public sealed class ProcessTests(WorkerProgram worker)
{
    private static readonly ShardedMining Plan = new([3, 2, 2, 1], 3, 2, new MiningOptions { MinimumSupport = 2 });

    private static readonly BasketPartsTask Parts = new(Plan);

    private static byte[] Input(int buckets)
    {
        var batch = new ColumnBatch(Parts.Input);
        for (var bucket = 0; bucket < buckets; bucket++)
            for (var basket = 0; basket < 3; basket++)
            {
                batch.Longs(0).Append(bucket);
                batch.Texts(1).Append(basket == 1 ? "0" : "0 1 2 3");
            }
        return Retail.Lines(Parts.Input, batch);
    }

    [Fact]
    public void ItSaysWhatItIsAndWhatItCan()
    {
        Assert.Equal($"worker 0.1.0, protocol {WireProtocol.Version}\n", Encoding.UTF8.GetString(worker.Start(["--version"], [], "/").Output));
        Assert.Equal(string.Join('\n', TaskCatalog.Names) + "\n", Encoding.UTF8.GetString(worker.Start(["--tasks"], [], "/").Output));
        Assert.Equal(TaskCatalog.Names.Order(StringComparer.Ordinal), TaskCatalog.Names);
    }

    [Fact]
    public void EmptyRepeatedAndLargeInputsAreAnsweredAlike()
    {
        Assert.Equal($"H\t1\tbasket_parts\t{WireProtocol.Contract(Parts)}\nE\t0\t0\t0\t0\n", Encoding.UTF8.GetString(worker.Run(Parts, [])));
        var input = Input(20_000);
        var expected = Retail.InProcess(Parts, input);
        Assert.Equal(expected, worker.Run(Parts, input, seed: 1));
        Assert.Equal(expected, worker.Run(Parts, input, seed: 2));
        Assert.Equal(20_000, Retail.Read(Parts, expected).Outcome.Groups);
    }

    [Fact]
    public void AWrongStartReadsItsInputAndSaysWhatToDo()
    {
        using var side = new WorkerProgram.SideFile(Parts);
        var good = WireProtocol.Arguments(Parts, side.Name).Split(' ');
        var input = Input(30_000);
        string[] With(string option, string value) => [.. good.Select((argument, i) => i > 0 && good[i - 1] == option ? value : argument)];
        foreach (var (arguments, text) in ((string[], string)[])
        [
            (With("--protocol", "2"), "the engine speaks version 2 of the protocol, this worker version 1: send the worker that was built from the engine's sources (scripts/worker.sh)"),
            (With("--contract", new string('0', 64)), "task basket_parts has another contract here ("),
            (With("--task", "no_such"), "there is no task no_such: expected one of basket_parts, curate_date, daily_sales, forecast_series, mine_shard, parse_records"),
            (With("--side", "nowhere"), "nowhere"),
            ([.. good, "--loud", "1"], "unknown option --loud"),
            (good[..^1], "--side has no value"),
            (["run"], "--protocol is missing"),
            (["walk"], "usage: worker run "),
        ])
        {
            var (code, output, error) = worker.Start(arguments, input, side.Folder);
            Assert.Equal(2, code);
            Assert.Empty(output);
            Assert.StartsWith("analytics worker: ", error, StringComparison.Ordinal);
            Assert.Contains(text, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnotherSideInputIsRefused()
    {
        using var side = new WorkerProgram.SideFile(Parts);
        File.WriteAllBytes(Path.Combine(side.Folder, side.Name!), new ShardedMining([3, 2, 2, 2], 3, 2, new MiningOptions { MinimumSupport = 2 }).Bytes.ToArray());
        var (code, _, error) = worker.Start(WireProtocol.Arguments(Parts, side.Name).Split(' '), Input(10), side.Folder);
        Assert.Equal(2, code);
        Assert.Contains("and the side input of this run", error, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(side.Folder, side.Name!), [1, 2, 3]);
        Assert.Contains("the side input of 3 bytes is no plan of sharded mining", worker.Start(WireProtocol.Arguments(Parts, side.Name).Split(' '), Input(10), side.Folder).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputThatIsCutOffOrBrokenFailsTheProcessAndNeverPasses()
    {
        using var side = new WorkerProgram.SideFile(Parts);
        var arguments = WireProtocol.Arguments(Parts, side.Name).Split(' ');
        var input = Input(5_000);
        var (code, output, error) = worker.Start(arguments, input[..(input.Length / 2 - 1)], side.Folder);
        Assert.Equal(4, code);
        Assert.Contains("the input ends in the middle of line ", error, StringComparison.Ordinal);
        Assert.Throws<WireFormatException>(() => Retail.Read(Parts, output));
        (code, output, error) = worker.Start(arguments, [.. input, .. "x\t3\n"u8, .. input], side.Folder);
        Assert.Equal(4, code);
        Assert.Contains(", column bucket: 'x' is no BIGINT", error, StringComparison.Ordinal);
        Assert.Throws<WireFormatException>(() => Retail.Read(Parts, output));
    }

    [Fact]
    public void AKilledProcessLeavesAnAnswerThatIsRefused()
    {
        using var side = new WorkerProgram.SideFile(Parts);
        var (code, output, _) = worker.Start(WireProtocol.Arguments(Parts, side.Name).Split(' '), Input(5_000), side.Folder, killed: true);
        Assert.NotEqual(0, code);
        Assert.Throws<WireFormatException>(() => Retail.Read(Parts, output));
    }

    [Fact]
    public void AKeyThatFailsIsARow()
    {
        var batch = new ColumnBatch(Parts.Input);
        foreach (var (bucket, code) in ((long, int)[])[(1, 0), (2, 77), (3, 1)])
        {
            batch.Longs(0).Append(bucket);
            batch.Texts(1).Append($"{code}");
        }
        var (outcome, rows) = Retail.Read(Parts, worker.Run(Parts, Retail.Lines(Parts.Input, batch)));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(("2", "ArgumentException: a basket holds item 77; expected 0 to 3"), (failure.Key[0], failure.Message));
        Assert.Equal([1L, 3], rows.Longs(0).Values.ToArray());
    }

    [Fact]
    public void TheNativeProgramIsOneSmallFile()
    {
        Assert.SkipUnless(worker.IsNative, "no C compiler: the native worker was not built");
        var path = Path.Combine(Analytics.Tests.SharedData.ProjectRoot, ".build", "worker", "worker");
        Assert.InRange(new FileInfo(path).Length, 1 << 20, 12 << 20);
        Assert.Equal("aot\n", File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "kind")));
    }
}
