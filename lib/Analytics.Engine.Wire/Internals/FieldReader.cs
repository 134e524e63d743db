using System.Buffers.Text;
using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Internals;

/// <summary>Reads fields into vectors. One a thread.</summary>
internal sealed class FieldReader
{
    private const NumberStyles DoubleStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private byte[] _scratch = [];

    /// <summary>Appends a field's value, or says what is wrong with it.</summary>
    public string? Append(ReadOnlySpan<byte> field, ColumnVector vector, Column column)
    {
        if (field.SequenceEqual(Escapes.Null))
        {
            if (!column.Nullable) return $"column {column.Name} holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable";
            vector.AppendNull();
            return null;
        }
        return TryAppend(field, vector, column.Type) ? null : $"column {column.Name}: '{Escapes.Show(field)}' is no {column.Type} as the wire writes it";
    }

    private bool TryAppend(ReadOnlySpan<byte> field, ColumnVector vector, ColumnType type)
    {
        int used;
        switch (type.Kind)
        {
            case ColumnKind.Boolean:
                if (!field.SequenceEqual("true"u8) && !field.SequenceEqual("false"u8)) return false;
                ((ValueVector<bool>)vector).Append(field.Length == 4);
                return true;
            case ColumnKind.Int32 or ColumnKind.Date:
                if (!Utf8Parser.TryParse(field, out int small, out used) || used != field.Length) return false;
                ((ValueVector<int>)vector).Append(small);
                return true;
            case ColumnKind.Int64 or ColumnKind.Timestamp:
                if (!Utf8Parser.TryParse(field, out long large, out used) || used != field.Length) return false;
                ((ValueVector<long>)vector).Append(large);
                return true;
            case ColumnKind.Double:
                if (!double.TryParse(field, DoubleStyle, CultureInfo.InvariantCulture, out var number)) return false;
                ((ValueVector<double>)vector).Append(number);
                return true;
            case ColumnKind.Decimal:
                if (!DecimalField.TryRead(field, type.Precision, type.Scale, out var unscaled)) return false;
                if (vector is ValueVector<long> longs) longs.Append((long)unscaled);
                else ((ValueVector<Int128>)vector).Append(unscaled);
                return true;
            case ColumnKind.Text:
                if (!Escapes.TryRead(field, ref _scratch, out var text)) return false;
                ((TextVector)vector).Append(text);
                return true;
            case ColumnKind.TextList:
                return TryAppendList(field, (TextListVector)vector);
            default:
                throw new InvalidOperationException($"no reader for {type}");
        }
    }

    private bool TryAppendList(ReadOnlySpan<byte> field, TextListVector lists)
    {
        if (!field.StartsWith(Escapes.ListStart)) return false;
        field = field[Escapes.ListStart.Length..];
        while (!field.IsEmpty)
        {
            var end = field.IndexOf(Escapes.ItemEnd);
            if (end < 0 || !Escapes.TryReadItem(field[..end], ref _scratch, out var item)) return false;
            lists.Items.Append(item);
            field = field[(end + Escapes.ItemEnd.Length)..];
        }
        lists.EndList();
        return true;
    }
}
