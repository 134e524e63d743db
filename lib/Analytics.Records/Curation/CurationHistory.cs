using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Analytics.Columns;

namespace Analytics.Records.Curation;

/// <summary>What curated files say about the sources in them.</summary>
public static class CurationHistory
{
    /// <summary>The dates on which any of the labels has a record, dropped duplicates included: what has to be rebuilt when these sources go or change their label.</summary>
    /// <param name="dates">The base's dates.</param>
    /// <param name="labels">Labels as they stand in the base's files.</param>
    /// <param name="threads">Threads to read with.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidDataException">An evidence file is damaged.</exception>
    public static IReadOnlySet<DateOnly> DatesOf(IReadOnlyList<BaseDate> dates, IReadOnlySet<string> labels, int threads, CancellationToken cancel)
    {
        var found = new ConcurrentBag<DateOnly>();
        if (labels.Count == 0 || dates.Count == 0) return new HashSet<DateOnly>();
        try
        {
            Parallel.For(0, dates.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel },
                () => (Reader: new ParquetFileReader(), Files: new TextVector()),
                (i, _, state) =>
                {
                    state.Reader.Open(dates[i].EvidencePath);
                    state.Files.Clear();
                    state.Reader.ReadColumn(CuratedColumns.EvidenceSourceFile, state.Files);
                    for (var row = 0; row < state.Files.Count; row++)
                    {
                        if (row > 0 && state.Files[row].SequenceEqual(state.Files[row - 1])) continue;
                        if (!labels.Contains(state.Files.GetString(row)!)) continue;
                        found.Add(dates[i].Date);
                        break;
                    }
                    return state;
                },
                state => state.Reader.Dispose());
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
        return found.ToHashSet();
    }
}
