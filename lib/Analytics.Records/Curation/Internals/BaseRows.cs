using Analytics.Columns;

namespace Analytics.Records.Curation.Internals;

/// <summary>The records of one source in a date's base files: rows of evidence, and the kept ones as consecutive rows of transactions.</summary>
internal readonly record struct BaseSource(string Label, int Evidence, int Count, int Transaction);

/// <summary>A date's two base files, read back. Reused from date to date by one thread.</summary>
internal sealed class BaseRows
{
    private readonly ColumnBatch _transactions = new(CuratedColumns.Transactions);
    private readonly ColumnBatch _evidence = new(CuratedColumns.Evidence);

    /// <summary>The sources in file order.</summary>
    public List<BaseSource> Sources { get; } = [];

    public string TransactionsSha256 { get; private set; } = "";

    public string EvidenceSha256 { get; private set; } = "";

    /// <summary>Reads both files and checks them against their names and each other.</summary>
    /// <exception cref="InvalidDataException">A file was altered, or they do not belong together.</exception>
    public void Read(ParquetFileReader reader, BaseDate date, BaseBytes? bytes = null)
    {
        Clear();
        TransactionsSha256 = Read(reader, date.TransactionsPath, bytes?.Transactions, _transactions);
        EvidenceSha256 = Read(reader, date.EvidencePath, bytes?.Evidence, _evidence);
        var files = _evidence.Texts(CuratedColumns.EvidenceSourceFile);
        var lines = _evidence.Longs(CuratedColumns.EvidenceSourceLine);
        var dropped = _evidence.Booleans(CuratedColumns.EvidenceDropped);
        var transactionLines = _transactions.Longs(CuratedColumns.TransactionSourceLine);
        var transaction = 0;
        for (var start = 0; start < _evidence.Count;)
        {
            var firstTransaction = transaction;
            var end = start;
            for (; end < _evidence.Count && files[end].SequenceEqual(files[start]); end++)
            {
                if (dropped[end]) continue;
                if (transaction == _transactions.Count || transactionLines[transaction] != lines[end])
                    throw Mismatch(date, $"line {lines[end]} of {files.GetString(end)} is kept in the one and absent in the other");
                transaction++;
            }
            Sources.Add(new BaseSource(files.GetString(start)!, start, end - start, firstTransaction));
            start = end;
        }
        if (transaction != _transactions.Count)
            throw Mismatch(date, $"transactions has {_transactions.Count} rows, and evidence says that {transaction} were kept");
    }

    public void Clear()
    {
        _transactions.Clear();
        _evidence.Clear();
        Sources.Clear();
        TransactionsSha256 = EvidenceSha256 = "";
    }

    public FateCounts Count(BaseSource source)
    {
        var counts = default(FateCounts);
        var transaction = source.Transaction;
        for (var row = source.Evidence; row < source.Evidence + source.Count; row++)
        {
            var dropped = _evidence.Booleans(CuratedColumns.EvidenceDropped)[row];
            counts = counts.With(dropped ? RecordKind.Sale : TransactionKind(transaction++), dropped);
        }
        return counts;
    }

    /// <summary>Appends a source's records, dropped duplicates included, in line order.</summary>
    public void AppendTo(ColumnBatch records, BaseSource source)
    {
        var dropped = _evidence.Booleans(CuratedColumns.EvidenceDropped);
        var kinds = records.Ints(RecordColumns.Kind);
        var transaction = source.Transaction;
        for (var row = source.Evidence; row < source.Evidence + source.Count;)
        {
            var run = 1;
            while (row + run < source.Evidence + source.Count && dropped[row + run] == dropped[row]) run++;
            if (dropped[row])
            {
                for (var i = 0; i < CuratedColumns.Shared; i++) records[i].AppendRange(_evidence[CuratedColumns.EvidenceShared + i], row, run);
                for (var i = row; i < row + run; i++) kinds.Append((int)CuratedColumns.KindOf(_evidence.Texts(CuratedColumns.EvidenceKind)[i]));
            }
            else
            {
                for (var i = 0; i < CuratedColumns.Shared; i++) records[i].AppendRange(_transactions[i], transaction, run);
                for (var i = transaction; i < transaction + run; i++) kinds.Append((int)TransactionKind(i));
                transaction += run;
            }
            records[RecordColumns.SourceLine].AppendRange(_evidence[CuratedColumns.EvidenceSourceLine], row, run);
            records[RecordColumns.FingerprintHigh].AppendRange(_evidence[CuratedColumns.EvidenceFingerprintHigh], row, run);
            records[RecordColumns.FingerprintLow].AppendRange(_evidence[CuratedColumns.EvidenceFingerprintLow], row, run);
            row += run;
        }
    }

    private RecordKind TransactionKind(int row) => CuratedColumns.KindOf(_transactions.Texts(CuratedColumns.TransactionKind)[row]);

    private static string Read(ParquetFileReader reader, string path, ReadOnlyMemory<byte>? bytes, ColumnBatch into)
    {
        if (bytes is { } held) reader.Open(held.Span, path);
        else reader.Open(path);
        var sha256 = reader.ComputeSha256();
        if (Path.GetFileNameWithoutExtension(path) != sha256)
            throw new InvalidDataException($"{path} was altered since it was published: its SHA-256 is {sha256}, not its name. Restore it, or load its sources again into a new lake");
        reader.ReadAll(into);
        return sha256;
    }

    private static InvalidDataException Mismatch(BaseDate date, string what) =>
        new($"{date.TransactionsPath} and {date.EvidencePath} do not belong together: {what}");
}
