using Analytics.Columns;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Terminal;
using Analytics.Records;

namespace Analytics.Jobs.Pipeline;

/// <summary>Passes a file's rows on and keeps its rejects, in chunk order.</summary>
internal sealed class RejectCollector(IRecordSink rows, string name, RejectBudget budget) : IRecordSink
{
    private readonly SortedDictionary<int, ColumnBatch> _rejects = [];

    /// <summary>The rejects in line order.</summary>
    public IEnumerable<ColumnBatch> Rejects => _rejects.Values;

    public void Accept(int sequence, ColumnBatch accepted, ColumnBatch rejects)
    {
        if (rejects.Count > 0)
        {
            budget.Take(rejects, name);
            lock (_rejects) _rejects.Add(sequence, rejects);
        }
        rows.Accept(sequence, accepted, rejects);
    }
}

/// <summary>How much of rejected lines a run keeps. A file that is broken as a whole ends the run rather than the machine.</summary>
internal sealed class RejectBudget(long bytes)
{
    private long _taken;

    public void Take(ColumnBatch rejects, string name)
    {
        long size = 0;
        for (var column = 0; column < rejects.Columns.Count; column++)
            if (rejects[column] is TextVector texts) size += texts.ByteCount;
        if (Interlocked.Add(ref _taken, size) <= bytes) return;
        var first = rejects.Longs(RejectColumns.SourceLine)[0];
        throw new UserException(ExitCode.Data,
            $"{name}, near line {first}: more than {Logs.Bytes(bytes)} of rejected lines; the file does not fit the mapping. First rule there: "
            + $"{rejects.Texts(RejectColumns.Rule).GetString(0)} on {rejects.Texts(RejectColumns.Column).GetString(0) ?? "the record"}. Correct the file or results.input");
    }
}
