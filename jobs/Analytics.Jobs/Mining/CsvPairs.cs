using System.Text;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Mining;

/// <summary>
/// Order/item pairs in separated values with a header (RFC 4180: quoted fields may hold separators, newlines and doubled quotes).
/// The separator is the one of comma, semicolon and tab that the header holds most.
/// </summary>
internal static class CsvPairs
{
    public static BasketFile Read(string path, Stream stream, BasketFileOptions options, CancellationToken cancel)
    {
        var reader = Open(path, stream, "order_id,item_id", out var names);
        var (order, item) = (Find(path, names, options.OrderColumn, "order_id", 0, "--order-column"), Find(path, names, options.ItemColumn, "item_id", 1, "--item-column"));

        var part = options.PartColumn is null ? -1 : Find(path, names, options.PartColumn, "", 0, "--contrast-column");

        var (orders, items, parts) = (new ItemCoder(), new ItemCoder(), new ItemCoder());
        var (orderOf, itemOf, partOf) = (new List<int>(), new List<int>(), new List<int>());
        while (reader.NextLine())
        {
            if ((orderOf.Count & 0xFFFF) == 0) cancel.ThrowIfCancellationRequested();
            var line = reader.Line;
            int field = 0, orderCode = -1, itemCode = -1;
            do
            {
                var text = reader.Next();
                if (field == order || field == item || field == part)
                {
                    if (text.IsEmpty && field != part) throw new UserException(ExitCode.Data, $"{path}, line {line}: {names[field]} is empty; expected an id");
                    if (text.Contains((byte)0)) throw new UserException(ExitCode.Data, $"{path}, line {line}: {names[field]} holds a byte 0x00, which is no text");
                    if (field == order) orderCode = orders.Code(text, line);
                    if (field == item) itemCode = items.Code(text, line);
                }
                if (field == part) partOf.Add(parts.Code(text.IsEmpty ? "(unknown)"u8 : text, line));
                field++;
            }
            while (!reader.AtLineEnd);
            if (field != names.Count) throw new UserException(ExitCode.Data, $"{path}, line {line}: {field} fields; expected {names.Count} as in the header");
            orderOf.Add(orderCode);
            itemOf.Add(itemCode);
        }
        return BasketFileReader.FromPairs(path, items, orders.Count, orderOf, itemOf, options, part < 0 ? null : parts, partOf);
    }

    /// <summary>Reads a file into memory and its header.</summary>
    public static FieldReader Open(string path, Stream stream, string example, out List<string> names)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, checked((int)memory.Length));
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var headerLine = bytes.IndexOf((byte)'\n') is var end and >= 0 ? bytes[..end] : bytes;
        if (headerLine.TrimEnd((byte)'\r').IsEmpty) throw new UserException(ExitCode.Data, $"{path}, line 1: the header is missing; expected column names such as {example}");
        var reader = new FieldReader(path, bytes, ",;\t"u8[MostFrequent(headerLine)]);
        names = [];
        do names.Add(Encoding.UTF8.GetString(reader.Next()));
        while (!reader.AtLineEnd);
        return reader;
    }

    /// <summary>The position of a column by its name, or by custom where none is given.</summary>
    public static int Find(string path, IReadOnlyList<string> names, string? wanted, string custom, int position, string option)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == (wanted ?? custom)) return i;
        if (wanted is null && position < names.Count) return position;
        throw new UserException(ExitCode.Usage, $"{path}: there is no column '{wanted ?? custom}', only {string.Join(", ", names)}; name it with {option}");
    }

    private static int MostFrequent(ReadOnlySpan<byte> header)
    {
        var best = 0;
        for (var i = 1; i < 3; i++)
            if (header.Count(",;\t"u8[i]) > header.Count(",;\t"u8[best])) best = i;
        return best;
    }

    /// <summary>Walks over the fields.</summary>
    internal ref struct FieldReader(string path, ReadOnlySpan<byte> bytes, byte separator)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private byte[] _unquoted = [];
        private int _at;

        /// <summary>The physical line on which the current record began, from 1.</summary>
        public long Line { get; private set; } = 1;

        private long _newlines;

        public bool AtLineEnd { get; private set; }

        /// <summary>Goes to the next line that is not blank; false at the end.</summary>
        public bool NextLine()
        {
            while (_at < _bytes.Length && _bytes[_at] is (byte)'\n' or (byte)'\r')
                if (_bytes[_at++] == '\n') _newlines++;
            Line = _newlines + 1;
            AtLineEnd = false;
            return _at < _bytes.Length;
        }

        public ReadOnlySpan<byte> Next()
        {
            ReadOnlySpan<byte> field;
            if (_at < _bytes.Length && _bytes[_at] == '"') field = Quoted();
            else
            {
                var rest = _bytes[_at..];
                var length = rest.IndexOfAny(separator, (byte)'\n');
                if (length < 0) length = rest.Length;
                field = rest[..length];
                _at += length;
                if (_at == _bytes.Length || _bytes[_at] == '\n') field = field.TrimEnd((byte)'\r');
            }
            AtLineEnd = _at == _bytes.Length || _bytes[_at] == '\n';
            if (AtLineEnd && _at < _bytes.Length) _newlines++;
            if (_at < _bytes.Length) _at++;
            return field;
        }

        private ReadOnlySpan<byte> Quoted()
        {
            var (start, line) = (++_at, _newlines + 1);
            var doubled = false;
            while (true)
            {
                var quote = _bytes[_at..].IndexOf((byte)'"');
                if (quote < 0) throw new UserException(ExitCode.Data, $"{path}, line {line}: a quote is never closed; double the quotes inside a quoted field");
                _newlines += _bytes.Slice(_at, quote).Count((byte)'\n');
                _at += quote + 1;
                if (_at == _bytes.Length || _bytes[_at] != '"') break;
                doubled = true;
                _at++;
            }
            var field = _bytes[start..(_at - 1)];
            if (_at < _bytes.Length && _bytes[_at] == '\r') _at++;
            if (_at < _bytes.Length && _bytes[_at] != separator && _bytes[_at] != '\n')
                throw new UserException(ExitCode.Data, $"{path}, line {line}: text behind a closing quote; expected a separator or the end of the line");
            if (!doubled) return field;
            if (_unquoted.Length < field.Length) _unquoted = new byte[2 * field.Length];
            var length = 0;
            for (var i = 0; i < field.Length; i++)
            {
                _unquoted[length++] = field[i];
                if (field[i] == '"') i++;
            }
            return _unquoted.AsSpan(0, length);
        }
    }
}
