using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Analytics.Records.Internals;

/// <summary>One column of one row group, read value by value as text.</summary>
internal abstract class ParquetColumn
{
    /// <summary>Whether its texts are valid by their making.</summary>
    public abstract bool IsText { get; }

    /// <summary>The time of the value that <see cref="Next"/> gave last, for a column of times.</summary>
    public TypedTime Time { get; protected set; }

    protected string Name { get; private init; } = "";

    /// <summary>The text of the next row, in the builder's scratch.</summary>
    public abstract Field Next(RowBuilder builder);

    /// <summary>Whether a column of times holds UTC. INT96, which says nothing, is UTC by the custom of those who write it.</summary>
    public static bool IsUtc(DataField field) => field is DateTimeDataField { DateTimeFormat: not DateTimeFormat.Date } time
        && (time.IsAdjustedToUTC || time.DateTimeFormat == DateTimeFormat.Impala);

    /// <summary>Reads a column; null where its type has no text.</summary>
    public static ParquetColumn? Read(ParquetRowGroupReader reader, DataField field, int rows)
    {
        var isDate = field is DateTimeDataField { DateTimeFormat: DateTimeFormat.Date };
        var isUtc = IsUtc(field);
        if (field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string))
            return Load<ReadOnlyMemory<byte>>(reader, Utf8Field(field), rows, static (value, target) => Copy(value, target));
        if (field.ClrType == typeof(ReadOnlyMemory<byte>)) return Load<ReadOnlyMemory<byte>>(reader, field, rows, static (value, target) => Copy(value, target));
        if (field.ClrType == typeof(byte[])) return Load<ReadOnlyMemory<byte>>(reader, field, rows, static (value, target) => Copy(value, target));
        if (field.ClrType == typeof(bool)) return Load<bool>(reader, field, rows, static (value, target) => Copy(value ? "true"u8 : "false"u8, target));
        if (field.ClrType == typeof(sbyte)) return Load<sbyte>(reader, field, rows, Number);
        if (field.ClrType == typeof(byte)) return Load<byte>(reader, field, rows, Number);
        if (field.ClrType == typeof(short)) return Load<short>(reader, field, rows, Number);
        if (field.ClrType == typeof(ushort)) return Load<ushort>(reader, field, rows, Number);
        if (field.ClrType == typeof(int)) return Load<int>(reader, field, rows, Number);
        if (field.ClrType == typeof(uint)) return Load<uint>(reader, field, rows, Number);
        if (field.ClrType == typeof(long)) return Load<long>(reader, field, rows, Number);
        if (field.ClrType == typeof(ulong)) return Load<ulong>(reader, field, rows, Number);
        if (field.ClrType == typeof(float)) return Load<float>(reader, field, rows, static (value, target) => ParquetText.Floating(float.IsNaN(value) ? null : value.ToString("R", null), target));
        if (field.ClrType == typeof(double)) return Load<double>(reader, field, rows, static (value, target) => ParquetText.Floating(double.IsNaN(value) ? null : value.ToString("R", null), target));
        if (field.ClrType == typeof(decimal)) return Load<decimal>(reader, field, rows, ParquetText.Decimal);
        if (field.ClrType == typeof(Guid)) return Load<Guid>(reader, field, rows, static (value, target) => value.TryFormat(target, out var written) ? written : -1);
        if (field.ClrType != typeof(DateTime)) return null;
        return Load<DateTime>(reader, field, rows, (value, target) => ParquetText.Time(value, isDate, isUtc, target),
            value => new TypedTime(true, isUtc, (value.Ticks - DateTime.UnixEpoch.Ticks) / 10, isDate, value.Ticks % 10 != 0));
    }

    /// <summary>A row as a JSON object, for its reject.</summary>
    public static byte[] RawText(ParquetColumn[] columns, RowBuilder builder, Field[] fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                if (fields[i].IsNull) writer.WriteNull(columns[i].Name);
                else writer.WriteString(columns[i].Name, Utf8Text.Printable(builder.Text(default, fields[i]), RowBuilder.MostRawBytes));
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    // The library turns strings into UTF-16 and damaged ones into other characters; asked for bytes, it leaves them as they are.
    private static DataField Utf8Field(DataField field) => new ParquetSchema(new DataField(field.Name, typeof(byte[]), field.MaxDefinitionLevel > 0)).DataFields[0];

    private static Values<T> Load<T>(ParquetRowGroupReader reader, DataField field, int rows, ParquetText.Writer<T> write, Func<T, TypedTime>? time = null) where T : struct
    {
        var values = new T[rows];
        var levels = field.MaxDefinitionLevel > 0 ? new int[rows] : null;
        reader.ReadRawAsync<T>(field, values, levels is null ? (Memory<int>?)null : levels.AsMemory(), null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return new Values<T>(values, levels, write, time) { Name = field.Name };
    }

    private static int Copy(ReadOnlyMemory<byte> value, Span<byte> target) => Copy(value.Span, target);

    private static int Copy(ReadOnlySpan<byte> value, Span<byte> target) => value.TryCopyTo(target) ? value.Length : -value.Length;

    private static int Number<T>(T value, Span<byte> target) where T : IUtf8SpanFormattable
        => value.TryFormat(target, out var written, default, null) ? written : -1;

    private sealed class Values<T>(T[] values, int[]? levels, ParquetText.Writer<T> write, Func<T, TypedTime>? time) : ParquetColumn where T : struct
    {
        private readonly byte[] _small = new byte[512];
        private int _row;
        private int _value;

        public override bool IsText => typeof(T) != typeof(ReadOnlyMemory<byte>);

        public override Field Next(RowBuilder builder)
        {
            Time = default;
            if (levels is not null && levels[_row++] == 0) return Field.Null;
            var value = values[_value++];
            if (value is ReadOnlyMemory<byte> bytes)
            {
                bytes.Span.CopyTo(builder.Scratch(bytes.Length, out var at));
                return Field.InScratch(at, bytes.Length);
            }
            if (time is not null) Time = time(value);
            var length = write(value, _small);
            if (length < 0) return Field.Null;
            _small.AsSpan(0, length).CopyTo(builder.Scratch(length, out var start));
            return Field.InScratch(start, length);
        }
    }
}
