using System.Runtime.ExceptionServices;
using Parquet;
using Parquet.Schema;

namespace Analytics.Records.Internals;

/// <summary>
/// Reads Parquet: row groups on all threads, each value as the text that it would be in a CSV file, so that numbers, ids and
/// patterns follow one grammar. Typed times are taken as times.
/// </summary>
internal sealed class ParquetSource
{
    private const int ReaderError = unchecked((int)0x80131620);
    private const int SeekError = 22;

    private readonly string _path;
    private readonly string _name;
    private readonly CompiledMapping _mapping;
    private readonly int _chunkRows;

    public ParquetSource(string path, string name, CompiledMapping mapping, int chunkRows)
    {
        _path = path;
        _name = name;
        _mapping = mapping;
        _chunkRows = chunkRows;
    }

    /// <summary>Parses the whole file.</summary>
    public (Tally Tally, int Chunks) Parse(int threads, IRecordSink sink, CancellationToken cancel)
    {
        var groups = new List<(long FirstRow, int Sequence)>();
        var chunks = 0;
        RowShape shape;
        using (var first = Open())
        {
            shape = Guard(() => Bind(first.Reader.Schema));
            var row = 1L;
            for (var i = 0; i < first.Reader.RowGroupCount; i++)
            {
                groups.Add((row, chunks));
                var rows = Guard(() => first.Reader.OpenRowGroupReader(i).RowCount);
                if (rows is < 0 or > int.MaxValue) throw Damaged($"row group {i + 1} has {rows} rows; expected at most {int.MaxValue}", null);
                row += rows;
                chunks += checked((int)((rows + _chunkRows - 1) / _chunkRows));
            }
        }
        var total = new Tally();
        try
        {
            Parallel.For(0, groups.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, Open, (i, _, open) =>
            {
                ParseGroup(open, shape, i, groups[i].FirstRow, groups[i].Sequence, sink, cancel);
                return open;
            }, open =>
            {
                lock (total) open.Builder.Tally.MergeInto(total);
                open.Dispose();
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        return (total, chunks);
    }

    private OpenFile Open()
    {
        var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // Strings stay bytes here; see Utf8Field.
            var reader = Guard(() => ParquetReader.CreateAsync(stream, null, leaveStreamOpen: true).GetAwaiter().GetResult());
            return new OpenFile(stream, reader, new RowBuilder(_mapping));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private RowShape Bind(ParquetSchema schema)
    {
        foreach (var field in schema.Fields)
            if (field is not DataField { IsArray: false })
                throw new RecordFormatException($"{_name}: the column '{NearestName.Shorten(field.Name)}' is nested; expected flat columns of plain values");
        var names = schema.Fields.Select(field => field.Name).ToList();
        foreach (var name in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            throw new RecordFormatException($"{_name}: the column '{NearestName.Shorten(name.Key)}' is there twice; expected distinct names");
        foreach (var target in TargetColumns.All)
            if (_mapping.Source.Columns.TryGetValue(target.Name, out var column) && !names.Contains(column.Source))
                throw new RecordFormatException($"{_name}: there is no column '{column.Source}', from which {target.Name} comes{NearestName.Hint(column.Source, names)} Correct columns.{target.Name}.source in the mapping, or the file");
        var time = schema.DataFields[names.IndexOf(_mapping.Source.Columns["ordered_at"].Source)];
        if (time.ClrType == typeof(DateTime))
        {
            if (_mapping.Clock is null && !ParquetColumn.IsUtc(time))
                throw new RecordFormatException($"{_name}: the times of '{time.Name}' are local ones; expected time_zone in the mapping");
        }
        else if (_mapping.Formats.Length == 0)
        {
            throw new RecordFormatException($"{_name}: the column '{time.Name}' holds no times but {time.ClrType.Name}; expected columns.ordered_at.formats in the mapping");
        }
        return RowShape.Create(names, _mapping.Source);
    }

    private void ParseGroup(OpenFile open, RowShape shape, int group, long firstRow, int sequence, IRecordSink sink, CancellationToken cancel)
    {
        var reader = Guard(() => open.Reader.OpenRowGroupReader(group));
        var rows = (int)reader.RowCount;
        var columns = Guard(() => open.Reader.Schema.DataFields).Select(field => Guard(() => ParquetColumn.Read(reader, field, rows)
            ?? throw new RecordFormatException($"{_name}: the column '{NearestName.Shorten(field.Name)}' has a type that is not supported ({field.ClrType.Name}); leave it out of the file"))).ToArray();
        var fields = new Field[columns.Length];
        var time = shape.FieldOfTarget[TargetColumns.OrderedAt];
        var builder = open.Builder;
        byte[] Raw() => ParquetColumn.RawText(columns, builder, fields);
        Func<byte[]> raw = Raw;
        for (var start = 0; start < rows; start += _chunkRows)
        {
            cancel.ThrowIfCancellationRequested();
            var end = Math.Min(rows, start + _chunkRows);
            builder.Begin(end - start);
            for (var row = start; row < end; row++)
            {
                builder.NewRecord();
                var isText = true;
                for (var i = 0; i < columns.Length; i++)
                {
                    fields[i] = columns[i].Next(builder);
                    isText &= columns[i].IsText || Utf8Text.IsText(builder.Text(default, fields[i]));
                }
                if (isText) builder.Add(shape, default, fields, firstRow + row, default, raw, columns[time].Time);
                else builder.Reject(RejectRules.Encoding, firstRow + row, Raw(), 0);
            }
            var (accepted, rejected) = builder.End();
            sink.Accept(sequence++, accepted, rejected);
        }
    }

    /// <summary>
    /// What the reader objects to is the file's fault: it has no exceptions of its own for damaged files. Of I/O errors those of the
    /// reader itself, and seeking to where no file has bytes; the rest are the file system's.
    /// </summary>
    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is EndOfStreamException or IOException { HResult: ReaderError or SeekError }
            or not (OperationCanceledException or IOException or UnauthorizedAccessException or RecordFormatException))
        {
            throw Damaged(exception.Message, exception);
        }
    }

    private RecordFormatException Damaged(string what, Exception? exception)
        => new($"{_name}: it is no Parquet file that can be read, or it is damaged or cut off: {what} Fetch or write the file again", exception);

    private sealed record OpenFile(FileStream Stream, ParquetReader Reader, RowBuilder Builder) : IDisposable
    {
        public void Dispose()
        {
            Reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Stream.Dispose();
        }
    }
}
