using System.Globalization;
using System.Text;
using Analytics.Columns;

namespace Analytics.Records.Internals;

/// <summary>
/// Turns the fields of records into rows and rejects, one chunk at a time, for every format. One a thread.
/// </summary>
internal sealed partial class RowBuilder
{
    /// <summary>What a reject keeps of a record.</summary>
    public const int MostRawBytes = 64 << 10;

    private static readonly Int128 AmountLimit = Int128.Parse("10000000000000000000000000000", CultureInfo.InvariantCulture);
    private static readonly byte[][] TargetNames = [.. TargetColumns.All.Select(target => Encoding.UTF8.GetBytes(target.Name))];

    private readonly CompiledMapping _mapping;
    private readonly BytePattern? _cancellation;
    private readonly BytePattern? _product;
    private readonly Field[] _texts = new Field[TargetColumns.Count];
    private readonly TextVector[] _textVectors = new TextVector[RecordColumns.All.Count];
    private readonly double[] _bytesARow = new double[RecordColumns.All.Count];
    private readonly bool[] _isFilled = [.. RecordColumns.All.Select(column => !column.Nullable)];
    private byte[] _scratch = new byte[1024];
    private int _scratchUsed;
    private byte[] _hashed = new byte[1024];
    private readonly byte[] _timeText = new byte[64];
    private int _timeLength;
    private string? _timeRule = RejectRules.Missing;
    private long _timeUtc;
    private int _timeDay;
    private readonly byte[] _lastOrder = new byte[64];
    private int _lastOrderLength;
    private bool _hasOrder;
    private bool _lastCancelled;
    private RowShape? _shape;
    private ColumnBatch _rows = null!;
    private ValueVector<long> _quantity = null!;
    private ValueVector<long> _price = null!;
    private ValueVector<Int128> _amount = null!;
    private ValueVector<long> _time = null!;
    private ValueVector<int> _date = null!;
    private ValueVector<int> _kind = null!;
    private ValueVector<long> _line = null!;
    private ValueVector<long> _high = null!;
    private ValueVector<long> _low = null!;
    private ColumnBatch _rejects = null!;

    public RowBuilder(CompiledMapping mapping)
    {
        _mapping = mapping;
        if (mapping.Source.CancellationPattern is { } cancellation) _cancellation = new BytePattern(cancellation);
        if (mapping.Source.ProductPattern is { } product) _product = new BytePattern(product);
    }

    public Tally Tally { get; } = new();

    /// <summary>Starts a chunk.</summary>
    /// <param name="rows">About how many rows it will have.</param>
    public void Begin(int rows)
    {
        _rows = new ColumnBatch(RecordColumns.All);
        if (rows > 16)
            for (var i = 0; i < RecordColumns.All.Count; i++)
                if (_isFilled[i]) Reserve(_rows[i], i, rows);
        _rejects = new ColumnBatch(RejectColumns.All);
        _quantity = _rows.Longs(RecordColumns.Quantity);
        _price = _rows.Longs(RecordColumns.UnitPrice);
        _amount = _rows.Int128s(RecordColumns.Amount);
        _time = _rows.Longs(RecordColumns.OrderedAt);
        _date = _rows.Ints(RecordColumns.OrderDate);
        _kind = _rows.Ints(RecordColumns.Kind);
        _line = _rows.Longs(RecordColumns.SourceLine);
        _high = _rows.Longs(RecordColumns.FingerprintHigh);
        _low = _rows.Longs(RecordColumns.FingerprintLow);
        for (var i = 0; i < _textVectors.Length; i++)
            if (RecordColumns.All[i].Type.Kind == ColumnKind.Text) _textVectors[i] = _rows.Texts(i);
    }

    /// <summary>Ends the chunk and gives away its batches.</summary>
    public (ColumnBatch Rows, ColumnBatch Rejects) End()
    {
        var rows = _low.Count;
        for (var i = 0; i < RecordColumns.All.Count; i++)
        {
            _rows[i].AppendNulls(rows - _rows[i].Count);
            _isFilled[i] |= !_rows[i].IsAllNull;
        }
        if (rows > 0)
            for (var i = 0; i < _bytesARow.Length; i++)
                if (RecordColumns.All[i].Type.Kind == ColumnKind.Text) _bytesARow[i] = (double)_textVectors[i].ByteCount / rows;
        return (_rows, _rejects);
    }

    /// <summary>Room for texts that do not lie in the chunk as they are; forgotten with the record.</summary>
    public Span<byte> Scratch(int length, out int start)
    {
        if (_scratch.Length - _scratchUsed < length) Array.Resize(ref _scratch, checked((int)Math.Max((long)_scratchUsed + length, Math.Min(Array.MaxLength, 2L * _scratch.Length))));
        start = _scratchUsed;
        _scratchUsed += length;
        return _scratch.AsSpan(start, length);
    }

    /// <summary>Forgets the scratch; before the fields of a record are put together.</summary>
    public void NewRecord() => _scratchUsed = 0;

    /// <summary>Rejects a record as a whole.</summary>
    public void Reject(string rule, long line, ReadOnlySpan<byte> raw, long rawBytes) => Reject(rule, line, -1, false, default, raw, rawBytes);

    /// <summary>Takes one well-formed record of valid UTF-8.</summary>
    /// <param name="shape">What the fields are.</param>
    /// <param name="data">The chunk in which they lie.</param>
    /// <param name="fields">The fields, as many as the shape has.</param>
    /// <param name="line">The record's line.</param>
    /// <param name="raw">Its text for a reject.</param>
    /// <param name="writeRaw">Where the file has no such text: writes one.</param>
    /// <param name="typedTime">Where the source has typed times: this record's, instead of its text.</param>
    public void Add(RowShape shape, ReadOnlySpan<byte> data, ReadOnlySpan<Field> fields, long line, ReadOnlySpan<byte> raw, Func<byte[]>? writeRaw = null, TypedTime typedTime = default)
    {
        long quantity = 0, price = 0, utc = 0, cost = 0;
        Int128 discount = 0, tax = 0;
        var day = 0;
        string? rule = null;
        if (shape != _shape)
        {
            _shape = shape;
            Array.Fill(_texts, Field.Null);
        }
        var failed = -1;
        foreach (var target in shape.Targets)
        {
            var index = shape.FieldOfTarget[target];
            var field = index < 0 ? Field.Null : fields[index];
            var column = TargetColumns.All[target];
            var text = Text(data, field);
            if (_mapping.Trim[target])
            {
                text = Utf8Text.Trim(text, out var skipped);
                field = field with { Start = field.Start >= 0 ? field.Start + skipped : field.Start - skipped, Length = field.IsNull ? -1 : text.Length };
            }
            if (Utf8Text.IsBlank(text) && !(target == TargetColumns.OrderedAt && typedTime.IsSet))
            {
                _texts[target] = Field.Null;
                if (!column.Needed) continue;
                rule = RejectRules.Missing;
                failed = target;
                break;
            }
            switch (target)
            {
                case TargetColumns.Quantity:
                    rule = Rule(NumberText.TryParse(text, column.Scale, out quantity));
                    break;
                case TargetColumns.UnitPrice:
                    rule = Rule(NumberText.TryParse(text, column.Scale, out price)) ?? (price < 0 ? RejectRules.Negative : null);
                    break;
                case TargetColumns.UnitCost:
                    rule = Rule(NumberText.TryParse(text, column.Scale, out cost));
                    _texts[target] = field;
                    break;
                case TargetColumns.DiscountAmount:
                    rule = Rule(NumberText.TryParse(text, column.Digits, column.Scale, out discount));
                    _texts[target] = field;
                    break;
                case TargetColumns.TaxAmount:
                    rule = Rule(NumberText.TryParse(text, column.Digits, column.Scale, out tax));
                    _texts[target] = field;
                    break;
                case TargetColumns.OrderedAt:
                    rule = typedTime.IsSet ? Time(typedTime, out utc, out day) : Time(text, out utc, out day);
                    break;
                default:
                    _texts[target] = KeepText(target, field, text);
                    if (target == TargetColumns.Currency && _mapping.Currency is { } only && !Text(data, _texts[target]).SequenceEqual(only)) rule = RejectRules.Currency;
                    break;
            }
            if (rule is null) continue;
            failed = target;
            break;
        }
        if (rule is not null)
        {
            var index = shape.FieldOfTarget[failed];
            var field = index < 0 ? Field.Null : fields[index];
            Reject(rule, line, failed, field.Length > 0, Text(data, field), writeRaw is null ? raw : writeRaw(), writeRaw is null ? SourceEncodings.SourceLength(_mapping.Encoding, raw) : 0);
            return;
        }
        var high = Math.BigMul(quantity, price, out var low);
        var amount = new Int128((ulong)high, (ulong)low);
        if (amount >= AmountLimit || amount <= -AmountLimit)
        {
            Reject(RejectRules.Precision, line, TargetColumns.Count, false, default, writeRaw is null ? raw : writeRaw(), writeRaw is null ? SourceEncodings.SourceLength(_mapping.Encoding, raw) : 0);
            return;
        }
        var order = Text(data, _texts[TargetColumns.OrderId]);
        var item = Text(data, _texts[TargetColumns.ItemId]);
        var kind = price == 0 || (_product is not null && !_product.IsMatch(item)) ? RecordKind.Adjustment
            : quantity < 0 || IsCancelled(order) ? RecordKind.Return
            : RecordKind.Sale;
        var print = Fingerprint(shape, data, fields);
        _textVectors[RecordColumns.OrderId].Append(order);
        _textVectors[RecordColumns.ItemId].Append(item);
        AppendText(RecordColumns.ItemName, TargetColumns.ItemName, data);
        _quantity.Append(quantity);
        _price.Append(price);
        _amount.Append(amount);
        _time.Append(utc);
        _date.Append(day);
        AppendText(RecordColumns.CustomerId, TargetColumns.CustomerId, data);
        AppendText(RecordColumns.Country, TargetColumns.Country, data);
        AppendText(RecordColumns.Category, TargetColumns.Category, data);
        AppendText(RecordColumns.StoreId, TargetColumns.StoreId, data);
        if (!_texts[TargetColumns.UnitCost].IsNull) UpToRow(_rows.Longs(RecordColumns.UnitCost)).Append(cost);
        AppendText(RecordColumns.Promotion, TargetColumns.Promotion, data);
        if (!_texts[TargetColumns.DiscountAmount].IsNull) UpToRow(_rows.Int128s(RecordColumns.DiscountAmount)).Append(discount);
        if (!_texts[TargetColumns.TaxAmount].IsNull) UpToRow(_rows.Int128s(RecordColumns.TaxAmount)).Append(tax);
        AppendText(RecordColumns.Currency, TargetColumns.Currency, data);
        _kind.Append((int)kind);
        _line.Append(line);
        _high.Append(unchecked((long)(ulong)(print >> 64)));
        _low.Append(unchecked((long)(ulong)print));
        if (!_texts[TargetColumns.Currency].IsNull) Tally.Currency(Text(data, _texts[TargetColumns.Currency]));
        Tally.Row(day, line);
    }

    /// <summary>The text of a field.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> data, Field field)
        => field.Length <= 0 ? default : field.Start >= 0 ? data.Slice(field.Start, field.Length) : _scratch.AsSpan(~field.Start, field.Length);

    /// <summary>The field that holds the final text of a target: the source's own bytes where nothing has to change.</summary>
    private Field KeepText(int target, Field field, ReadOnlySpan<byte> text)
    {
        if (!_mapping.Upper[target]) return field;
        var upper = Utf8Text.ToUpper(text);
        upper.CopyTo(Scratch(upper.Length, out var start));
        return Field.InScratch(start, upper.Length);
    }

    /// <summary>Makes room as the chunk before needed it: growing by doubling costs more than all the parsing of numbers.</summary>
    private void Reserve(ColumnVector vector, int column, int rows)
    {
        vector.EnsureCapacity(rows);
        if (vector is TextVector texts) texts.EnsureByteCapacity((int)Math.Min(_bytesARow[column] * 1.1 * rows, 1 << 24));
    }

    /// <summary>Whether an order is a cancellation; the lines of one order stand together, so that most orders are the one before.</summary>
    private bool IsCancelled(ReadOnlySpan<byte> order)
    {
        if (_cancellation is null) return false;
        if (_hasOrder && order.SequenceEqual(_lastOrder.AsSpan(0, _lastOrderLength))) return _lastCancelled;
        _lastCancelled = _cancellation.IsMatch(order);
        _hasOrder = order.TryCopyTo(_lastOrder);
        _lastOrderLength = order.Length;
        return _lastCancelled;
    }

    /// <summary>A vector up to the row that is being appended: its NULLs since the last value come at once.</summary>
    private T UpToRow<T>(T vector) where T : ColumnVector
    {
        vector.AppendNulls(_low.Count - vector.Count);
        return vector;
    }

    private void AppendText(int column, int target, ReadOnlySpan<byte> data)
    {
        var field = _texts[target];
        if (!field.IsNull) UpToRow(_textVectors[column]).Append(Text(data, field));
    }
}
