using Analytics.Jobs.Configuration;
using Parquet;
using Parquet.Schema;

namespace Analytics.Jobs.Mining;

/// <summary>Order/item pairs in Parquet: columns of text or whole numbers.</summary>
internal static class ParquetPairs
{
    public static BasketFile Read(string path, Stream stream, BasketFileOptions options, CancellationToken cancel)
    {
        try
        {
            return ReadPairs(path, stream, options, cancel);
        }
        catch (Exception damaged) when (damaged is not (UserException or OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException))
        {
            // The reader has no exceptions of its own for what is wrong with a file.
            throw new UserException(ExitCode.Data, $"{path}: it is no Parquet file that can be read, or it is damaged or cut off: {damaged.Message}", damaged);
        }
    }

    private static BasketFile ReadPairs(string path, Stream stream, BasketFileOptions options, CancellationToken cancel)
    {
        var reader = ParquetReader.CreateAsync(stream, null, leaveStreamOpen: true, cancellationToken: cancel).GetAwaiter().GetResult();
        try
        {
            var fields = reader.Schema.DataFields;
            var names = fields.Select(field => field.Name).ToList();
            var order = fields[CsvPairs.Find(path, names, options.OrderColumn, "order_id", 0, "--order-column")];
            var item = fields[CsvPairs.Find(path, names, options.ItemColumn, "item_id", 1, "--item-column")];
            var part = options.PartColumn is null ? null : fields[CsvPairs.Find(path, names, options.PartColumn, "", 0, "--contrast-column")];
            var (orders, items, parts) = (new ItemCoder(), new ItemCoder(), new ItemCoder());
            var (orderOf, itemOf, partOf) = (new List<int>(), new List<int>(), new List<int>());
            var row = 1L;
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                cancel.ThrowIfCancellationRequested();
                using var rows = reader.OpenRowGroupReader(group);
                var count = checked((int)rows.RowCount);
                Column(path, rows, order, count, row, orders, orderOf);
                Column(path, rows, item, count, row, items, itemOf);
                if (part is not null) Column(path, rows, part, count, row, parts, partOf);
                row += count;
            }
            return BasketFileReader.FromPairs(path, items, orders.Count, orderOf, itemOf, options, part is null ? null : parts, partOf);
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static void Column(string path, ParquetRowGroupReader group, DataField field, int rows, long row, ItemCoder coder, List<int> codes)
    {
        if (field.MaxRepetitionLevel > 0) throw new UserException(ExitCode.Data, $"{path}: column {field.Name} is a list; expected one id a row");
        var type = field.ClrType;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>) || type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>))
        {
            // Asked for bytes, the library leaves texts as they are.
            var raw = new ParquetSchema(new DataField(field.Name, typeof(byte[]), field.MaxDefinitionLevel > 0)).DataFields[0];
            Values<ReadOnlyMemory<byte>>(path, group, raw, rows, row, codes, (value, line) =>
            {
                if (value.IsEmpty || value.Span.Contains((byte)0))
                    throw new UserException(ExitCode.Data, $"{path}, row {line}: {field.Name} is empty or holds a byte 0x00; expected an id");
                return coder.Code(value.Span, line);
            });
        }
        else if (type == typeof(int)) Values<int>(path, group, field, rows, row, codes, (value, line) => Number(coder, value, line));
        else if (type == typeof(long)) Values<long>(path, group, field, rows, row, codes, (value, line) => Number(coder, value, line));
        else throw new UserException(ExitCode.Data, $"{path}: column {field.Name} is of type {type.Name}; expected text or whole numbers of 32 or 64 bits");
    }

    private static int Number(ItemCoder coder, long value, long line)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out var length, default, null);
        return coder.Code(text[..length], line);
    }

    private static void Values<T>(string path, ParquetRowGroupReader group, DataField field, int rows, long row, List<int> codes, Func<T, long, int> code) where T : struct
    {
        var values = new T[rows];
        var levels = field.MaxDefinitionLevel > 0 ? new int[rows] : null;
        group.ReadRawAsync<T>(field, values, levels is null ? (Memory<int>?)null : levels.AsMemory(), null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        for (var i = 0; i < rows; i++)
        {
            if (levels is not null && levels[i] == 0) throw new UserException(ExitCode.Data, $"{path}, row {row + i}: {field.Name} is NULL; expected an id");
            codes.Add(code(values[i], row + i));
        }
    }
}
