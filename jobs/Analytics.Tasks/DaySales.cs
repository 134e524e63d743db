using System.Runtime.InteropServices;
using System.Text;
using Analytics.Columns;

namespace Analytics.Tasks;

/// <summary>
/// Sums the lines of one date to the rows of daily_sales. A column is read at a time and its texts become numbers, so that of a large date only
/// numbers are held; orders and customers of a key are counted by sorting pairs of numbers. Serves one thread and keeps its memory.
/// </summary>
internal sealed class DaySales : IDisposable
{
    /// <summary>What DECIMAL(18,3) and DECIMAL(28,7) stay below, in their smallest units.</summary>
    private static readonly Int128 UnitsLimit = 1_000_000_000_000_000_000, AmountLimit = (Int128)1_000_000_000_000_000_000 * 10_000_000_000;

    /// <summary>The key of lines that name none.</summary>
    private static readonly byte[] Unknown = "(unknown)"u8.ToArray();

    // Columns of DailySalesTask.RowColumns.
    private const int Level = 0, Key = 1, Date = 2, Orders = 3, Lines = 4, Units = 5, Gross = 6, Customers = 7, Returned = 8, Net = 9;

    private readonly ParquetFileReader _reader = new();
    private readonly TextVector _texts = new();
    private readonly ValueVector<long> _quantities = new();
    private readonly ValueVector<Int128> _amounts = new();
    private readonly TextCodes _names = new();
    private Kind[] _kinds = [];
    private int[] _orders = [], _customers = [], _keys = [];
    private long[] _pairs = [];
    private Sums[] _sums = [];
    private int _day, _count;

    private delegate void SetCount(ref Sums sums, long count);

    private enum Kind : byte
    {
        Other,
        Sale,
        Return,
    }

    private record struct Sums
    {
        public long Rows, Orders, Lines, Customers;
        public Int128 Units, Gross, Returned;
    }

    /// <summary>Appends the date's rows: level by level, keys in the order of their first line.</summary>
    /// <param name="file">A curated file of transactions.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="day">The date, in days of Unix.</param>
    /// <param name="countries">Whether there is a level of countries.</param>
    /// <param name="categories">Whether there is a level of categories.</param>
    /// <param name="output">Columns of <see cref="DailySalesTask.RowColumns"/>.</param>
    /// <exception cref="InvalidDataException">A damaged file, or one of other columns.</exception>
    /// <exception cref="OverflowException">A sum does not fit its column.</exception>
    public void Sum(ReadOnlySpan<byte> file, string name, int day, bool countries, bool categories, ColumnBatch output)
    {
        _reader.Open(file, name);
        (_day, _count) = (day, checked((int)_reader.Rows));
        ReadKinds();
        ReadOrders();
        ReadCodes("customer_id", ref _customers, null);
        Read("quantity", _quantities);
        Read("amount", _amounts);
        Array.Resize(ref _keys, Math.Max(_keys.Length, _count));
        Array.Clear(_keys, 0, _count);
        Append("total", 1, static (_, _) => "*"u8, output);
        if (countries) AppendNamed("country", "country", Unknown, output);
        if (categories) AppendNamed("category", "category", Unknown, output);
        AppendNamed("item", "item_id", null, output);
    }

    public void Dispose() => _reader.Dispose();

    private void ReadKinds()
    {
        ReadTexts("kind");
        Array.Resize(ref _kinds, Math.Max(_kinds.Length, _count));
        for (var row = 0; row < _count; row++)
            _kinds[row] = _texts[row].SequenceEqual("sale"u8) ? Kind.Sale : _texts[row].SequenceEqual("return"u8) ? Kind.Return : Kind.Other;
    }

    /// <summary>An order is one of its store: stores number theirs each by itself.</summary>
    private void ReadOrders()
    {
        ReadCodes("order_id", ref _orders, null);
        ReadTexts("store_id");
        if (_texts.IsAllNull) return;
        Encode(ref _keys, null);
        var pairs = new Dictionary<long, int>();
        for (var row = 0; row < _count; row++)
        {
            ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, Pair(_keys[row] + 1, _orders[row]), out var known);
            if (!known) code = pairs.Count - 1;
            _orders[row] = code;
        }
    }

    private void AppendNamed(string level, string column, byte[]? nullName, ColumnBatch output)
    {
        ReadCodes(column, ref _keys, nullName);
        Append(level, _names.Count, static (names, key) => names[key], output);
    }

    private void Append(string level, int keys, Func<TextCodes, int, ReadOnlySpan<byte>> name, ColumnBatch output)
    {
        Array.Resize(ref _sums, Math.Max(_sums.Length, keys));
        Array.Clear(_sums, 0, keys);
        for (var row = 0; row < _count; row++)
        {
            if (_kinds[row] == Kind.Other) continue;
            ref var sums = ref _sums[_keys[row]];
            sums.Rows++;
            if (_kinds[row] == Kind.Return)
            {
                sums.Returned += _amounts[row];
                continue;
            }
            sums.Lines++;
            sums.Units += _quantities[row];
            sums.Gross += _amounts[row];
        }
        Distinct(_orders, static (ref sums, count) => sums.Orders = count);
        Distinct(_customers, static (ref sums, count) => sums.Customers = count);
        for (var key = 0; key < keys; key++)
        {
            ref var sums = ref _sums[key];
            if (sums.Rows == 0) continue;
            var net = sums.Gross + sums.Returned;
            if (Int128.Abs(sums.Units) >= UnitsLimit || Int128.Abs(sums.Gross) >= AmountLimit || Int128.Abs(sums.Returned) >= AmountLimit || Int128.Abs(net) >= AmountLimit)
                throw new OverflowException($"{level} {Encoding.UTF8.GetString(name(_names, key))}: the sums of its lines do not fit DECIMAL(18,3) units and DECIMAL(28,7) amounts: look for prices or quantities that cannot be");
            output.Texts(Level).Append(level);
            output.Texts(Key).Append(name(_names, key));
            output.Ints(Date).Append(_day);
            output.Longs(Orders).Append(sums.Orders);
            output.Longs(Lines).Append(sums.Lines);
            output.Longs(Units).Append((long)sums.Units);
            output.Int128s(Gross).Append(sums.Gross);
            output.Longs(Customers).Append(sums.Customers);
            output.Int128s(Returned).Append(sums.Returned);
            output.Int128s(Net).Append(net);
        }
    }

    /// <summary>Counts the different codes of each key's sales; -1 is none.</summary>
    private void Distinct(int[] codes, SetCount set)
    {
        Array.Resize(ref _pairs, Math.Max(_pairs.Length, _count));
        var count = 0;
        for (var row = 0; row < _count; row++)
            if (_kinds[row] == Kind.Sale && codes[row] >= 0) _pairs[count++] = Pair(_keys[row], codes[row]);
        var pairs = _pairs.AsSpan(0, count);
        pairs.Sort();
        for (int start = 0, end; start < count; start = end)
        {
            var key = pairs[start] >> 32;
            var different = 1L;
            for (end = start + 1; end < count && pairs[end] >> 32 == key; end++)
                if (pairs[end] != pairs[end - 1]) different++;
            set(ref _sums[key], different);
        }
    }

    private static long Pair(int high, int low) => (long)high << 32 | (uint)low;

    private void ReadCodes(string column, ref int[] codes, byte[]? nullName)
    {
        ReadTexts(column);
        Encode(ref codes, nullName);
    }

    /// <summary>A number for each text that was read, in the order of their first rows.</summary>
    /// <param name="codes">Their numbers; -1 for NULL.</param>
    /// <param name="nullName">The text that NULL stands for; null for none.</param>
    private void Encode(ref int[] codes, byte[]? nullName)
    {
        _names.Clear();
        Array.Resize(ref codes, Math.Max(codes.Length, _count));
        for (var row = 0; row < _count; row++)
            codes[row] = !_texts.IsNull(row) ? _names.Of(_texts[row]) : nullName is null ? -1 : _names.Of(nullName);
    }

    private void ReadTexts(string column) => Read(column, _texts);

    private void Read(string column, ColumnVector into)
    {
        into.Clear();
        for (var i = 0; i < _reader.Columns.Count; i++)
        {
            if (_reader.Columns[i].Name != column) continue;
            _reader.ReadColumn(i, into);
            return;
        }
        throw new InvalidDataException($"the file has no column {column}");
    }
}
