using System.Buffers.Binary;
using System.Security.Cryptography;
using Analytics.Columns.Internals;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace Analytics.Columns;

/// <summary>
/// Reads the files of <see cref="ParquetWriter"/> and no others, straight into vectors. A reader serves one thread and any
/// number of files, one after the other, and keeps its buffers.
/// </summary>
public sealed class ParquetFileReader : IDisposable
{
    private const string NoEnd = "it does not begin and end with PAR1: it is no Parquet file, or it was cut";

    private readonly Decompressor _decompressor = new();
    private readonly ColumnDecoder _decoder = new();
    private byte[] _file = [];
    private int _length;
    private byte[] _page = [];
    private string _path = "";
    private ParquetFooterReader? _footer;

    /// <summary>The columns of the open file.</summary>
    public IReadOnlyList<Column> Columns => Footer.Columns;

    /// <summary>The rows of the open file.</summary>
    public long Rows => Footer.Rows;

    private ParquetFooterReader Footer => _footer ?? throw new InvalidOperationException("no file is open");

    /// <summary>Reads a file whole and its footer.</summary>
    /// <exception cref="InvalidDataException">Not a file of our writer, damaged, or larger than 2 GB.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Open(string path)
    {
        using var handle = File.OpenHandle(path);
        Open(handle, 0, RandomAccess.GetLength(handle), path);
    }

    /// <summary>Reads a file that is a part of another one.</summary>
    /// <param name="handle">The outer file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">Not a file of our writer, damaged, or larger than 2 GB.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Open(SafeFileHandle handle, long offset, long length, string name)
    {
        _footer = null;
        _path = name;
        if (length > Array.MaxLength) throw Damaged($"it has {length} bytes; files of up to {Array.MaxLength} bytes can be read back");
        _length = (int)length;
        if (_file.Length < _length) _file = GC.AllocateUninitializedArray<byte>(Math.Max(_length, 64 << 10));
        for (var at = 0; at < _length;)
        {
            var read = RandomAccess.Read(handle, _file.AsSpan(at, _length - at), offset + at);
            if (read == 0) throw Damaged($"it ended after {at} of {_length} bytes: it became shorter while it was read");
            at += read;
        }
        ReadFooter();
    }

    /// <summary>Reads a file whose bytes are in memory; they are copied.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">Not a file of our writer, or damaged.</exception>
    public void Open(ReadOnlySpan<byte> bytes, string name)
    {
        _footer = null;
        _path = name;
        _length = bytes.Length;
        if (_file.Length < _length) _file = GC.AllocateUninitializedArray<byte>(Math.Max(_length, 64 << 10));
        bytes.CopyTo(_file);
        ReadFooter();
    }

    /// <summary>The columns of a file, from its footer alone.</summary>
    /// <exception cref="InvalidDataException">Not a file of our writer, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<Column> ReadColumns(string path)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        Span<byte> end = stackalloc byte[8];
        if (length < 12 || RandomAccess.Read(handle, end, length - end.Length) != end.Length || !end[4..].SequenceEqual(ParquetFormat.Magic)) throw Damaged(path, NoEnd);
        var size = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (size < 0 || size > length - 12) throw Damaged(path, $"its footer cannot have {size} of {length} bytes");
        var footer = new byte[size];
        if (RandomAccess.Read(handle, footer, length - 8 - size) != size) throw Damaged(path, NoEnd);
        try
        {
            return ParquetFooterReader.Read(footer).Columns;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(path, e.Message, e);
        }
    }

    /// <summary>SHA-256 of the open file's bytes, 64 lower-case hex digits.</summary>
    public string ComputeSha256()
    {
        _ = Footer;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_file.AsSpan(0, _length), digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Appends all rows to a batch with the file's columns.</summary>
    /// <exception cref="InvalidDataException">Other columns, or a damaged file.</exception>
    public void ReadAll(ColumnBatch into)
    {
        if (!into.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(Columns.Select(c => (c.Name, c.Type))))
            throw Damaged($"its columns are {string.Join(", ", Columns.Select(c => $"{c.Name} {c.Type}"))}; expected {string.Join(", ", into.Columns.Select(c => $"{c.Name} {c.Type}"))}");
        for (var i = 0; i < Columns.Count; i++) ReadColumn(i, into[i]);
    }

    /// <summary>Appends all values of one column to a vector of its type.</summary>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public void ReadColumn(int column, ColumnVector into)
    {
        Guard(() =>
        {
            foreach (var (rows, chunks) in Footer.Groups)
            {
                var before = into.Count;
                ReadChunk(chunks[column], Footer.Columns[column], into);
                if (into.Count - before != rows) throw new InvalidDataException($"column {Columns[column].Name} has {into.Count - before} of {rows} rows of a row group");
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _decompressor.Dispose();

    private void ReadFooter()
    {
        var bytes = _file.AsSpan(0, _length);
        if (_length < 12 || !bytes[..4].SequenceEqual(ParquetFormat.Magic) || !bytes[^4..].SequenceEqual(ParquetFormat.Magic))
            throw Damaged(NoEnd);
        Guard(() =>
        {
            var file = _file.AsSpan(0, _length);
            var footer = BinaryPrimitives.ReadInt32LittleEndian(file[^8..]);
            _footer = ParquetFooterReader.Read(file.Slice(_length - 8 - footer, footer));
        });
    }

    private void ReadChunk(ParquetChunkPlace place, Column column, ColumnVector into)
    {
        var chunk = _file.AsSpan(0, _length).Slice(checked((int)place.Start), checked((int)place.Bytes));
        for (long entries = 0; entries < place.Entries;)
        {
            var header = PageHeader.Read(chunk, out var headerBytes);
            if (_page.Length < header.PlainBytes) _page = GC.AllocateUninitializedArray<byte>(header.PlainBytes);
            var page = _page.AsSpan(0, header.PlainBytes);
            var plain = _decompressor.Unwrap(chunk.Slice(headerBytes, header.CompressedBytes), page);
            if (plain != page.Length) throw new InvalidDataException($"a page has {plain} of {page.Length} bytes");
            chunk = chunk[(headerBytes + header.CompressedBytes)..];
            if (header.Type == ParquetFormat.DictionaryPage)
            {
                _decoder.SetDictionary(page, header.Entries, column);
                continue;
            }
            _decoder.Decode(page, header.Entries, header.Encoding == ParquetFormat.RleDictionary, column, into);
            entries += header.Entries;
        }
    }

    private void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            _footer = null;
            throw Damaged(e.Message, e);
        }
    }

    private static bool IsDamage(Exception e) => e is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException or ZstdException or InvalidOperationException;

    private InvalidDataException Damaged(string what, Exception? cause = null) => Damaged(_path, what, cause);

    private static InvalidDataException Damaged(string path, string what, Exception? cause = null) => new($"{path} cannot be read: {what}", cause);

    private readonly record struct PageHeader(int Type, int PlainBytes, int CompressedBytes, int Entries, int Encoding)
    {
        /// <summary>Beyond every page that the writer makes; keeps a damaged header from asking for all memory.</summary>
        private const int MaximumPlausible = 1 << 28;

        public static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
        {
            var (kind, plain, compressed, entries, encoding) = (0, 0, 0, 0, 0);
            var thrift = new ThriftCompactReader(bytes);
            while (thrift.NextField(out var field, out var type))
            {
                switch (field)
                {
                    case 1: kind = thrift.Int32(); break;
                    case 2: plain = thrift.Int32(); break;
                    case 3: compressed = thrift.Int32(); break;
                    case 5 or 7:
                        var outer = thrift.BeginStruct();
                        while (thrift.NextField(out var pageField, out var pageType))
                        {
                            if (pageField == 1) entries = thrift.Int32();
                            else if (pageField == 2) encoding = thrift.Int32();
                            else thrift.Skip(pageType);
                        }
                        thrift.EndStruct(outer);
                        break;
                    default: thrift.Skip(type); break;
                }
            }
            length = thrift.Position;
            if (plain is < 0 or > MaximumPlausible || compressed < 0 || entries is <= 0 or > MaximumPlausible) throw new InvalidDataException("a page header with impossible numbers");
            return new PageHeader(kind, plain, compressed, entries, encoding);
        }
    }
}
