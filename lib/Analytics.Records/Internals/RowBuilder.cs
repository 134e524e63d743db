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
    private byte[] _scratch = new byte[1024];
    private int _scratchUsed;
    private byte[] _hashed = new byte[1024];
    private readonly byte[] _timeText = new byte[64];
    private int _timeLength;
    private string? _timeRule = RejectRules.Missing;
    private long _timeUtc;
    private int _timeDay;
    private ColumnBatch _rows = null!;
    private ColumnBatch _rejects = null!;

    public RowBuilder(CompiledMapping mapping)
    {
        _mapping = mapping;
        if (mapping.Source.CancellationPattern is { } cancellation) _cancellation = new BytePattern(cancellation);
        if (mapping.Source.ProductPattern is { } product) _product = new BytePattern(product);
    }

    public Tally Tally { get; } = new();

    public void Begin()
    {
        _rows = new ColumnBatch(RecordColumns.All);
        _rejects = new ColumnBatch(RejectColumns.All);
        for (var i = 0; i < _textVectors.Length; i++)
            if (RecordColumns.All[i].Type.Kind == ColumnKind.Text) _textVectors[i] = _rows.Texts(i);
    }

    public (ColumnBatch Rows, ColumnBatch Rejects) End() => (_rows, _rejects);

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
    public void Reject(string rule, long line, ReadOnlySpan<byte> raw, long rawBytes, int? value = null)
    {
        Span<byte> text = stackalloc byte[11];
        var length = 0;
        if (value is { } number) number.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
        Reject(rule, line, -1, value is not null, text[..length], raw, rawBytes);
    }

    /// <summary>Takes one well-formed record of valid UTF-8.</summary>
    /// <param name="shape">What the fields are.</param>
    /// <param name="data">The chunk in which they lie.</param>
    /// <param name="fields">The fields, as many as the shape has.</param>
    /// <param name="line">The record's line.</param>
    /// <param name="raw">Its text for a reject.</param>
    /// <param name="hasRawBytes">Whether the text is in the file as it is, so that its length counts.</param>
    /// <param name="typedTime">Where the source has typed times: this record's, instead of its text.</param>
    public void Add(RowShape shape, ReadOnlySpan<byte> data, ReadOnlySpan<Field> fields, long line, ReadOnlySpan<byte> raw, bool hasRawBytes = true, TypedTime typedTime = default)
    {
        long quantity = 0, price = 0, utc = 0, cost = 0;
        Int128 discount = 0, tax = 0;
        var day = 0;
        string? rule = null;
        var target = 0;
        for (; target < TargetColumns.Count && rule is null; target++)
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
                if (column.Needed) rule = RejectRules.Missing;
                continue;
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
        }
        if (rule is not null)
        {
            var index = shape.FieldOfTarget[--target];
            var field = index < 0 ? Field.Null : fields[index];
            Reject(rule, line, target, !field.IsNull, Text(data, field), raw, hasRawBytes ? SourceEncodings.SourceLength(_mapping.Encoding, raw) : 0);
            return;
        }
        var high = Math.BigMul(quantity, price, out var low);
        var amount = new Int128((ulong)high, (ulong)low);
        if (amount >= AmountLimit || amount <= -AmountLimit)
        {
            Reject(RejectRules.Precision, line, TargetColumns.Count, false, default, raw, hasRawBytes ? SourceEncodings.SourceLength(_mapping.Encoding, raw) : 0);
            return;
        }
        var order = Text(data, _texts[TargetColumns.OrderId]);
        var item = Text(data, _texts[TargetColumns.ItemId]);
        var kind = price == 0 || (_product is not null && !_product.IsMatch(item)) ? RecordKind.Adjustment
            : quantity < 0 || (_cancellation is not null && _cancellation.IsMatch(order)) ? RecordKind.Return
            : RecordKind.Sale;
        var print = Fingerprint(shape, data, fields);
        _textVectors[RecordColumns.OrderId].Append(order);
        _textVectors[RecordColumns.ItemId].Append(item);
        AppendText(RecordColumns.ItemName, TargetColumns.ItemName, data);
        _rows.Longs(RecordColumns.Quantity).Append(quantity);
        _rows.Longs(RecordColumns.UnitPrice).Append(price);
        _rows.Int128s(RecordColumns.Amount).Append(amount);
        _rows.Longs(RecordColumns.OrderedAt).Append(utc);
        _rows.Ints(RecordColumns.OrderDate).Append(day);
        AppendText(RecordColumns.CustomerId, TargetColumns.CustomerId, data);
        AppendText(RecordColumns.Country, TargetColumns.Country, data);
        AppendText(RecordColumns.Category, TargetColumns.Category, data);
        AppendText(RecordColumns.StoreId, TargetColumns.StoreId, data);
        if (_texts[TargetColumns.UnitCost].IsNull) _rows[RecordColumns.UnitCost].AppendNull();
        else _rows.Longs(RecordColumns.UnitCost).Append(cost);
        AppendText(RecordColumns.Promotion, TargetColumns.Promotion, data);
        if (_texts[TargetColumns.DiscountAmount].IsNull) _rows[RecordColumns.DiscountAmount].AppendNull();
        else _rows.Int128s(RecordColumns.DiscountAmount).Append(discount);
        if (_texts[TargetColumns.TaxAmount].IsNull) _rows[RecordColumns.TaxAmount].AppendNull();
        else _rows.Int128s(RecordColumns.TaxAmount).Append(tax);
        AppendText(RecordColumns.Currency, TargetColumns.Currency, data);
        _rows.Ints(RecordColumns.Kind).Append((int)kind);
        _rows.Longs(RecordColumns.SourceLine).Append(line);
        _rows.Longs(RecordColumns.FingerprintHigh).Append(unchecked((long)(ulong)(print >> 64)));
        _rows.Longs(RecordColumns.FingerprintLow).Append(unchecked((long)(ulong)print));
        if (!_texts[TargetColumns.Currency].IsNull) Tally.Currency(Text(data, _texts[TargetColumns.Currency]));
        Tally.Row(day, line);
    }

    private ReadOnlySpan<byte> Text(ReadOnlySpan<byte> data, Field field)
        => field.Length <= 0 ? default : field.Start >= 0 ? data.Slice(field.Start, field.Length) : _scratch.AsSpan(~field.Start, field.Length);

    /// <summary>The field that holds the final text of a target: the source's own bytes where nothing has to change.</summary>
    private Field KeepText(int target, Field field, ReadOnlySpan<byte> text)
    {
        if (!_mapping.Upper[target]) return field;
        var upper = Utf8Text.ToUpper(text);
        upper.CopyTo(Scratch(upper.Length, out var start));
        return Field.InScratch(start, upper.Length);
    }

    private void AppendText(int column, int target, ReadOnlySpan<byte> data)
    {
        var field = _texts[target];
        if (field.IsNull) _textVectors[column].AppendNull();
        else _textVectors[column].Append(Text(data, field));
    }
}
