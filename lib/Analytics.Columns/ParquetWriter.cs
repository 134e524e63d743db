using System.Security.Cryptography;
using Analytics.Columns.Internals;
using ZstdSharp;

namespace Analytics.Columns;

/// <summary>A finished Parquet file.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hex digits.</param>
public readonly record struct ParquetFile(long Rows, long Bytes, string Sha256);

/// <summary>
/// Writes Parquet files whose bytes are a function of columns and rows alone: not of how the rows came in batches, nor of
/// threads, clock or machine. Reads back in DuckDB, Parquet.Net and Spark; ADR 0003 says why none of their writers is used.
/// </summary>
/// <remarks>
/// Format: zstd at a fixed level; data pages of version 1; a dictionary (RLE_DICTIONARY) where at most half of a chunk's values
/// are distinct, the dictionary has at most 1 MiB and the estimate comes out smaller, else PLAIN; row groups of
/// <see cref="RowGroupRows"/> rows, ended early by <see cref="RowGroupTextBytes"/> bytes of text. TIMESTAMP is adjusted to UTC in
/// microseconds; DECIMAL up to 18 digits is INT64, above FIXED_LEN_BYTE_ARRAY; lists have three levels.
/// A writer serves one thread and any number of files, one after the other (<see cref="Begin"/>, <see cref="Append(ColumnBatch)"/>,
/// <see cref="End"/>), and keeps its buffers: no allocation a row.
/// </remarks>
public sealed class ParquetWriter : IDisposable
{
    /// <summary>Rows of a row group.</summary>
    public const int RowGroupRows = 131_072;

    /// <summary>A row group ends early with the row that brings its texts to so many bytes: rejected lines may have 64 KiB each.</summary>
    public const long RowGroupTextBytes = 64 << 20;

    /// <summary>
    /// Level 1: on 541,909 order lines in the files of 305 dates, level 3 took 1.2 times as long for files 3 % smaller,
    /// as the dictionaries have already done most of the work.
    /// </summary>
    private const int ZstdLevel = 1;

    private readonly ChunkEncoder[] _encoders;
    private readonly Compressor _compressor = new(ZstdLevel);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ByteBuffer _output = new();
    private readonly ByteBuffer _page = new();
    private readonly ByteBuffer _header = new();
    private readonly ThriftCompactWriter _thrift;
    private readonly List<ParquetRowGroup> _groups = [];
    private readonly int _rowGroupRows;
    private readonly long _rowGroupTextBytes;
    private Stream? _stream;
    private long _written;
    private long _rows;
    private long _groupTextBytes;

    /// <summary>A writer of files with these columns.</summary>
    public ParquetWriter(IReadOnlyList<Column> columns) : this(columns, RowGroupRows, RowGroupTextBytes)
    {
    }

    internal ParquetWriter(IReadOnlyList<Column> columns, int rowGroupRows, long rowGroupTextBytes)
    {
        if (columns.Count == 0) throw new ArgumentException("a Parquet file needs at least one column", nameof(columns));
        Columns = columns;
        _encoders = [.. columns.Select(ChunkEncoder.Create)];
        _thrift = new ThriftCompactWriter(_header);
        _rowGroupRows = rowGroupRows;
        _rowGroupTextBytes = rowGroupTextBytes;
    }

    /// <summary>The columns of the files.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Starts a file; what an unfinished one held is forgotten. The stream is written from its position on and stays open.</summary>
    public void Begin(Stream output)
    {
        foreach (var encoder in _encoders) encoder.Clear();
        _groups.Clear();
        _output.Clear();
        _ = _hash.GetHashAndReset();
        _stream = output;
        _written = _rows = _groupTextBytes = 0;
        _output.Append(ParquetFormat.Magic);
    }

    /// <summary>Appends all rows of a batch.</summary>
    public void Append(ColumnBatch batch) => Append(batch, 0, batch.Count);

    /// <summary>Appends consecutive rows of a batch whose columns have this writer's types in this order.</summary>
    /// <exception cref="ArgumentException">Another type, a NULL where none is allowed, or a decimal with more digits than its type.</exception>
    public void Append(ColumnBatch batch, int start, int count)
    {
        if (_stream is null) throw new InvalidOperationException("no file was begun");
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, batch.Count - start);
        CheckTypes(batch);
        while (count > 0)
        {
            var (fit, textBytes) = Fit(batch, start, Math.Min(count, _rowGroupRows - _encoders[0].Rows));
            for (var i = 0; i < _encoders.Length; i++) _encoders[i].Append(batch[i], start, fit);
            _groupTextBytes += textBytes;
            _rows += fit;
            start += fit;
            count -= fit;
            if (_encoders[0].Rows == _rowGroupRows || _groupTextBytes >= _rowGroupTextBytes) EndRowGroup();
        }
    }

    /// <summary>Completes the file.</summary>
    public ParquetFile End()
    {
        if (_stream is null) throw new InvalidOperationException("no file was begun");
        if (_encoders[0].Rows > 0) EndRowGroup();
        _header.Clear();
        ParquetFooter.Write(_thrift, Columns, _groups, _rows);
        _output.Append(_header.Written);
        _output.AppendInt32(_header.Length);
        _output.Append(ParquetFormat.Magic);
        Send();
        _stream = null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        return new ParquetFile(_rows, _written, Convert.ToHexStringLower(digest));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressor.Dispose();
        _hash.Dispose();
    }

    private void CheckTypes(ColumnBatch batch)
    {
        if (ReferenceEquals(batch.Columns, Columns)) return;
        if (batch.Columns.Count != Columns.Count)
            throw new ArgumentException($"a batch of {batch.Columns.Count} columns for a file of {Columns.Count}", nameof(batch));
        for (var i = 0; i < Columns.Count; i++)
            if (batch.Columns[i].Type != Columns[i].Type)
                throw new ArgumentException($"column {Columns[i].Name} is {Columns[i].Type} in the file and {batch.Columns[i].Type} in the batch", nameof(batch));
    }

    /// <summary>How many of the rows still belong to the open row group, and the bytes of their texts.</summary>
    private (int Rows, long TextBytes) Fit(ColumnBatch batch, int start, int count)
    {
        var whole = TextBytes(batch, start, count);
        if (_groupTextBytes + whole < _rowGroupTextBytes) return (count, whole);
        long bytes = 0;
        var rows = 0;
        while (rows < count && _groupTextBytes + bytes < _rowGroupTextBytes) bytes += TextBytes(batch, start + rows++, 1);
        return (rows, bytes);
    }

    private long TextBytes(ColumnBatch batch, int start, int count)
    {
        long bytes = 0;
        for (var i = 0; i < _encoders.Length; i++) bytes += _encoders[i].TextBytes(batch[i], start, count);
        return bytes;
    }

    private void EndRowGroup()
    {
        var group = new ParquetRowGroup(_encoders[0].Rows, new ParquetChunk[_encoders.Length]);
        for (var i = 0; i < _encoders.Length; i++) group.Chunks[i] = WriteChunk(_encoders[i]);
        _groups.Add(group);
        foreach (var encoder in _encoders) encoder.Clear();
        _groupTextBytes = 0;
        Send();
    }

    private ParquetChunk WriteChunk(ChunkEncoder encoder)
    {
        var values = encoder.Values;
        values.Analyse();
        var chunk = new ParquetChunk { Nulls = encoder.NullCount, UsesDictionary = values.UsesDictionary, Start = _written + _output.Length };
        if (values.HasBounds)
        {
            chunk.Minimum = values.Minimum.Written.ToArray();
            chunk.Maximum = values.Maximum.Written.ToArray();
            chunk.MinimumIsExact = values.MinimumIsExact;
            chunk.MaximumIsExact = values.MaximumIsExact;
        }
        if (values.UsesDictionary)
        {
            _page.Clear();
            values.WriteDictionary(_page);
            WritePage(chunk, ParquetFormat.DictionaryPage, values.DictionaryCount, ParquetFormat.Plain);
        }
        chunk.DataStart = _written + _output.Length;
        var firstValue = 0;
        for (var row = 0; row < encoder.Rows;)
        {
            _page.Clear();
            var end = encoder.PageEnd(row, firstValue);
            var entries = encoder.WritePage(_page, row, end, ref firstValue);
            WritePage(chunk, ParquetFormat.DataPage, entries, values.UsesDictionary ? ParquetFormat.RleDictionary : ParquetFormat.Plain);
            chunk.Entries += entries;
            row = end;
        }
        return chunk;
    }

    /// <summary>Compresses the page buffer behind its header. Room for the bytes is taken first, as the header holds their number.</summary>
    private void WritePage(ParquetChunk chunk, int type, int entries, int encoding)
    {
        const int reserved = 64; // no page header of ours is longer
        var room = _output.Room(reserved + Compressor.GetCompressBound(_page.Length));
        var compressed = _compressor.Wrap(_page.Written, room[reserved..]);
        _header.Clear();
        ParquetFooter.WritePageHeader(_thrift, type, _page.Length, compressed, entries, encoding);
        _header.Written.CopyTo(room);
        room.Slice(reserved, compressed).CopyTo(room[_header.Length..]);
        _output.Advance(_header.Length + compressed);
        chunk.CompressedBytes += _header.Length + compressed;
        chunk.PlainBytes += _header.Length + _page.Length;
    }

    private void Send()
    {
        _hash.AppendData(_output.Written);
        _stream!.Write(_output.Written);
        _written += _output.Length;
        _output.Clear();
    }
}
