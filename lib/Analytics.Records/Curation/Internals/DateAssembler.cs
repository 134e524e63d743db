using Analytics.Columns;

namespace Analytics.Records.Curation.Internals;

/// <summary>A date to build: what the base has of it (with its files' bytes, where they are held), and what is new.</summary>
internal sealed record DateJob(int Date, BaseDate? Base, IReadOnlyList<Piece> Pieces, BaseBytes? Bytes = null);

/// <summary>A built date, and the duplicates found in it.</summary>
internal sealed record DateOutcome(CuratedDate Date, IReadOnlyList<SourceFates> Fates, long Duplicates, RecordPlace First, RecordPlace FirstDuplicate);

/// <summary>A source of the run, as dates see it.</summary>
internal sealed record LabelledSource(string Sha256, string Label, byte[] LabelUtf8);

/// <summary>Builds dates, one after the other: all records in order, duplicates, the two files. One thread, reused buffers.</summary>
internal sealed class DateAssembler(DuplicatePolicy policy, ICuratedTarget target, IReadOnlyDictionary<string, LabelledSource> sources, IReadOnlyDictionary<string, string> baseLabels, IReadOnlyList<string> newSources) : IDisposable
{
    private sealed record Part(LabelledSource Source, BaseSource? Base, List<Piece> Pieces);

    private readonly record struct SourceRange(LabelledSource Source, int Start, int Count);

    private readonly ParquetFileReader _reader = new();
    private readonly ParquetWriter _transactionsWriter = new(CuratedColumns.Transactions);
    private readonly ParquetWriter _evidenceWriter = new(CuratedColumns.Evidence);
    private readonly BaseRows _base = new();
    private readonly FingerprintTable _fingerprints = new();
    private readonly ColumnBatch _transactionRows = new(CuratedColumns.Transactions);
    private readonly ColumnBatch _evidenceRows = new(CuratedColumns.Evidence);
    private readonly List<SourceRange> _ranges = [];
    private ColumnBatch _records = new(RecordColumns.All);
    private ColumnBatch _spare = new(RecordColumns.All);
    private int[] _first = [];

    public DateOutcome Build(DateJob job)
    {
        var fates = new SortedDictionary<string, (FateCounts Before, FateCounts After)>(StringComparer.Ordinal);
        _records.Clear();
        _ranges.Clear();
        _base.Clear();
        if (job.Base is not null) _base.Read(_reader, job.Base, job.Bytes);
        try
        {
            foreach (var part in Parts(job, fates)) Append(part);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"the records of {CuratedFiles.DateOf(job.Date):yyyy-MM-dd} have more than 2 GB of text in one column. Dates are built whole: check the time zone and the format of ordered_at, or split the shop", e);
        }
        SortLines();
        var (duplicates, first, duplicate) = FindDuplicates();
        CountAfter(fates);
        var date = CuratedFiles.DateOf(job.Date);
        var sourceFates = fates.Select(f => new SourceFates(f.Key, date, f.Value.Before, f.Value.After)).ToList();
        var failed = policy == DuplicatePolicy.Fail && duplicates > 0;
        var curated = _records.Count == 0 || failed ? new CuratedDate(date, null, null, 0, 0) : Write(job, date);
        return new DateOutcome(curated, sourceFates, duplicates, first, duplicate);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _transactionsWriter.Dispose();
        _evidenceWriter.Dispose();
    }

    /// <summary>What the date's sources still have in it, by label; the base's counts go into <paramref name="fates"/>.</summary>
    private List<Part> Parts(DateJob job, SortedDictionary<string, (FateCounts Before, FateCounts After)> fates)
    {
        var parts = new List<Part>();
        foreach (var source in _base.Sources)
        {
            if (!baseLabels.TryGetValue(source.Label, out var sha256))
                throw new InvalidDataException($"{job.Base!.EvidencePath} has records of the source {source.Label}, which the base run does not name among its sources");
            fates[sha256] = (_base.Count(source), default);
            if (sources.TryGetValue(sha256, out var labelled)) parts.Add(new Part(labelled, source, []));
        }
        foreach (var pieces in job.Pieces.GroupBy(p => p.Source))
            parts.Add(new Part(sources[newSources[pieces.Key]], null, [.. pieces.OrderBy(p => p.FirstLine)]));
        parts.Sort((a, b) => a.Source.LabelUtf8.AsSpan().SequenceCompareTo(b.Source.LabelUtf8));
        return parts;
    }

    private void Append(Part part)
    {
        var start = _records.Count;
        if (part.Base is { } source) _base.AppendTo(_records, source);
        foreach (var piece in part.Pieces)
        {
            switch (piece)
            {
                case MemoryPiece memory:
                    _records.AppendRows(memory.Rows, memory.Start, memory.Count);
                    break;
                case SpilledPiece spilled:
                    _reader.Open(spilled.File.Handle, spilled.Offset, spilled.Length, spilled.File.Path);
                    _reader.ReadAll(_records);
                    break;
            }
        }
        _ranges.Add(new SourceRange(part.Source, start, _records.Count - start));
    }

    /// <summary>Pieces that were spilled at different times may overlap in lines: then brings the rows of each source in order.</summary>
    private void SortLines()
    {
        var lines = _records.Longs(RecordColumns.SourceLine).Values;
        var sorted = true;
        foreach (var range in _ranges)
            for (var i = range.Start + 1; i < range.Start + range.Count; i++) sorted &= lines[i - 1] < lines[i];
        if (sorted) return;
        var order = new int[_records.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        foreach (var range in _ranges)
        {
            var keys = lines.Slice(range.Start, range.Count).ToArray();
            keys.AsSpan().Sort(order.AsSpan(range.Start, range.Count));
            for (var i = 1; i < keys.Length; i++)
                if (keys[i - 1] == keys[i]) throw new ArgumentException($"two records of {range.Source.Label} begin on line {keys[i]}");
        }
        _spare.Clear();
        foreach (var row in order) _spare.AppendRow(_records, row);
        (_records, _spare) = (_spare, _records);
    }

    private (long Count, RecordPlace First, RecordPlace Duplicate) FindDuplicates()
    {
        if (_first.Length < _records.Count) _first = new int[Math.Max(_records.Count, 2 * _first.Length)];
        var first = _first.AsSpan(0, _records.Count);
        if (policy == DuplicatePolicy.Keep)
        {
            for (var row = 0; row < first.Length; row++) first[row] = row;
            return default;
        }
        _fingerprints.FindFirst(_records.Longs(RecordColumns.FingerprintHigh).Values, _records.Longs(RecordColumns.FingerprintLow).Values, first);
        var count = 0L;
        var leading = -1;
        for (var row = 0; row < first.Length; row++)
        {
            if (first[row] == row) continue;
            if (count++ == 0) leading = row;
        }
        return count == 0 ? default : (count, PlaceOf(first[leading]), PlaceOf(leading));
    }

    private bool IsDropped(int row) => _first[row] != row;

    private RecordPlace PlaceOf(int row)
    {
        var range = _ranges.First(r => row >= r.Start && row < r.Start + r.Count);
        return new RecordPlace(range.Source.Label, _records.Longs(RecordColumns.SourceLine)[row]);
    }

    private void CountAfter(SortedDictionary<string, (FateCounts Before, FateCounts After)> fates)
    {
        var kinds = _records.Ints(RecordColumns.Kind);
        foreach (var range in _ranges)
        {
            var after = default(FateCounts);
            for (var row = range.Start; row < range.Start + range.Count; row++) after = after.With((RecordKind)kinds[row], IsDropped(row));
            fates[range.Source.Sha256] = (fates.GetValueOrDefault(range.Source.Sha256).Before, after);
        }
    }

    private CuratedDate Write(DateJob job, DateOnly date)
    {
        var (minimum, maximum) = (long.MaxValue, long.MinValue);
        var orderedAt = _records.Longs(RecordColumns.OrderedAt).Values;
        for (var row = 0; row < orderedAt.Length; row++)
        {
            if (IsDropped(row)) continue;
            minimum = Math.Min(minimum, orderedAt[row]);
            maximum = Math.Max(maximum, orderedAt[row]);
        }
        var transactions = target.Write("transactions", date, _transactionsWriter, WriteTransactions, job.Base?.TransactionsPath, _base.TransactionsSha256);
        var evidence = target.Write("evidence", date, _evidenceWriter, WriteEvidence, job.Base?.EvidencePath, _base.EvidenceSha256);
        return new CuratedDate(date, transactions, evidence, minimum, maximum);
    }

    private void WriteTransactions(ParquetWriter writer)
    {
        ForEachRun((range, start, count, dropped) =>
        {
            if (dropped) return;
            for (var i = 0; i < CuratedColumns.Shared; i++) _transactionRows[i].AppendRange(_records[i], start, count);
            AppendKinds(_transactionRows.Texts(CuratedColumns.TransactionKind), start, count);
            AppendLabel(_transactionRows.Texts(CuratedColumns.TransactionSourceFile), range.Source, count);
            _transactionRows[CuratedColumns.TransactionSourceLine].AppendRange(_records[RecordColumns.SourceLine], start, count);
            Flush(writer, _transactionRows, ColumnBatch.UsualRows);
        });
        Flush(writer, _transactionRows, 1);
    }

    private void WriteEvidence(ParquetWriter writer)
    {
        ForEachRun((range, start, count, dropped) =>
        {
            AppendLabel(_evidenceRows.Texts(CuratedColumns.EvidenceSourceFile), range.Source, count);
            _evidenceRows[CuratedColumns.EvidenceSourceLine].AppendRange(_records[RecordColumns.SourceLine], start, count);
            _evidenceRows[CuratedColumns.EvidenceFingerprintHigh].AppendRange(_records[RecordColumns.FingerprintHigh], start, count);
            _evidenceRows[CuratedColumns.EvidenceFingerprintLow].AppendRange(_records[RecordColumns.FingerprintLow], start, count);
            for (var i = 0; i < count; i++) _evidenceRows.Booleans(CuratedColumns.EvidenceDropped).Append(dropped);
            for (var i = 0; i < CuratedColumns.Shared; i++)
            {
                if (dropped) _evidenceRows[CuratedColumns.EvidenceShared + i].AppendRange(_records[i], start, count);
                else _evidenceRows[CuratedColumns.EvidenceShared + i].AppendNulls(count);
            }
            if (dropped) AppendKinds(_evidenceRows.Texts(CuratedColumns.EvidenceKind), start, count);
            else _evidenceRows[CuratedColumns.EvidenceKind].AppendNulls(count);
            Flush(writer, _evidenceRows, ColumnBatch.UsualRows);
        });
        Flush(writer, _evidenceRows, 1);
    }

    private static void Flush(ParquetWriter writer, ColumnBatch rows, int atLeast)
    {
        if (rows.Count < atLeast) return;
        writer.Append(rows);
        rows.Clear();
    }

    /// <summary>Runs of rows of one source that are all kept or all dropped, in order, of a batch's usual size at most.</summary>
    private void ForEachRun(Action<SourceRange, int, int, bool> take)
    {
        _transactionRows.Clear();
        _evidenceRows.Clear();
        foreach (var range in _ranges)
        {
            var end = range.Start + range.Count;
            for (var start = range.Start; start < end;)
            {
                var dropped = IsDropped(start);
                var stop = start + 1;
                while (stop < end && stop - start < ColumnBatch.UsualRows && IsDropped(stop) == dropped) stop++;
                take(range, start, stop - start, dropped);
                start = stop;
            }
        }
    }

    private void AppendKinds(TextVector into, int start, int count)
    {
        var kinds = _records.Ints(RecordColumns.Kind);
        for (var row = start; row < start + count; row++) into.Append(CuratedColumns.NameOf((RecordKind)kinds[row]));
    }

    private static void AppendLabel(TextVector into, LabelledSource source, int count)
    {
        for (var i = 0; i < count; i++) into.Append(source.LabelUtf8);
    }
}
