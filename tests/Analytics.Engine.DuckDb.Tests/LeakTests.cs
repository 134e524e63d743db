using System.Diagnostics;
using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;

namespace Analytics.Engine.DuckDb.Tests;

/// <summary>Alone, because other tests hold native results and memory while they run.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(LeakTests))]
public sealed class LeakTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Column[] Number = [new("n", ColumnType.Int64)];

    [Fact]
    public void NativeObjectsAreGivenBack()
    {
        void Round()
        {
            using var test = new TestEngine();
            test.Table("t", "select range as n, 'text that is longer than twelve bytes ' || range as x from range(20000)");
            var batch = new ColumnBatch(Number);
            for (var i = 0; i < 5000; i++) batch.Longs(0).Append(i);
            test.Engine.DefineRows("r", Number, [batch, batch], None);
            test.Texts("select x from t");
            Assert.Throws<EngineException>(() => test.Texts("select missing from t"));
            // A read that is left halfway gives its stream and its connection back.
            foreach (var _ in test.Engine.Read(new SqlText("q", "select n from t"), SqlParameters.None, Number, None)) break;
            Assert.Throws<EngineException>(() => test.Engine.Read(new SqlText("q", "select x from t"), SqlParameters.None, Number, None).Count());
        }
        for (var i = 0; i < 20; i++) Round();
        var before = ResidentBytes();
        for (var i = 0; i < 60; i++) Round();
        Assert.InRange(ResidentBytes() - before, long.MinValue, 40L << 20);
        Assert.Equal(0, NativeResult.Open);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
