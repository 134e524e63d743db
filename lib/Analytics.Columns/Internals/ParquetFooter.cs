using System.Text;

namespace Analytics.Columns.Internals;

/// <summary>What the footer says of one row group.</summary>
internal sealed record ParquetRowGroup(int Rows, ParquetChunk[] Chunks);

/// <summary>What the footer says of one column chunk.</summary>
internal sealed class ParquetChunk
{
    public long Start;
    public long DataStart;
    public long Entries;
    public long Nulls;
    public long PlainBytes;
    public long CompressedBytes;
    public bool UsesDictionary;
    public byte[]? Minimum;
    public byte[]? Maximum;
    public bool MinimumIsExact;
    public bool MaximumIsExact;
}

/// <summary>FileMetaData and PageHeader of parquet.thrift. The numbers are its field ids.</summary>
internal static class ParquetFooter
{
    private static readonly byte[] List = "list"u8.ToArray(), Element = "element"u8.ToArray();

    public static void Write(ThriftCompactWriter thrift, IReadOnlyList<Column> columns, List<ParquetRowGroup> groups, long rows)
    {
        thrift.BeginStruct();
        thrift.Int32(1, 1);
        var lists = columns.Count(c => c.Type.Kind == ColumnKind.TextList);
        thrift.BeginStructList(2, 1 + columns.Count + 2 * lists);
        thrift.BeginStruct();
        thrift.Text(4, "schema");
        thrift.Int32(5, columns.Count);
        thrift.EndStruct();
        foreach (var column in columns)
        {
            if (column.Type.Kind == ColumnKind.TextList) WriteListElements(thrift, column);
            else WriteElement(thrift, column.Name, column.Type, column.Nullable ? ParquetFormat.Optional : ParquetFormat.Required);
        }
        thrift.Int64(3, rows);
        thrift.BeginStructList(4, groups.Count);
        foreach (var group in groups) WriteRowGroup(thrift, columns, group);
        thrift.Text(6, ParquetFormat.CreatedBy);
        // Without the order of each column (TYPE_ORDER), readers must ignore min_value and max_value.
        thrift.BeginStructList(7, columns.Count);
        foreach (var _ in columns)
        {
            thrift.BeginStruct();
            thrift.EmptyStruct(1);
            thrift.EndStruct();
        }
        thrift.EndStruct();
    }

    public static void WritePageHeader(ThriftCompactWriter thrift, int type, int plainBytes, int compressedBytes, int entries, int encoding)
    {
        thrift.BeginStruct();
        thrift.Int32(1, type);
        thrift.Int32(2, plainBytes);
        thrift.Int32(3, compressedBytes);
        if (type == ParquetFormat.DictionaryPage)
        {
            thrift.BeginStruct(7);
            thrift.Int32(1, entries);
            thrift.Int32(2, encoding);
            thrift.EndStruct();
        }
        else
        {
            thrift.BeginStruct(5);
            thrift.Int32(1, entries);
            thrift.Int32(2, encoding);
            thrift.Int32(3, ParquetFormat.Rle);
            thrift.Int32(4, ParquetFormat.Rle);
            thrift.EndStruct();
        }
        thrift.EndStruct();
    }

    private static void WriteListElements(ThriftCompactWriter thrift, Column column)
    {
        thrift.BeginStruct();
        thrift.Int32(3, column.Nullable ? ParquetFormat.Optional : ParquetFormat.Required);
        thrift.Text(4, column.Name);
        thrift.Int32(5, 1);
        thrift.Int32(6, ParquetFormat.ConvertedList);
        thrift.BeginStruct(10);
        thrift.EmptyStruct(3);
        thrift.EndStruct();
        thrift.EndStruct();

        thrift.BeginStruct();
        thrift.Int32(3, ParquetFormat.Repeated);
        thrift.Text(4, "list");
        thrift.Int32(5, 1);
        thrift.EndStruct();

        WriteElement(thrift, "element", ColumnType.Text, ParquetFormat.Required);
    }

    private static void WriteElement(ThriftCompactWriter thrift, string name, ColumnType type, int repetition)
    {
        thrift.BeginStruct();
        var physical = ParquetFormat.PhysicalType(type);
        thrift.Int32(1, physical);
        if (physical == ParquetFormat.FixedLenByteArray) thrift.Int32(2, ParquetFormat.DecimalBytes(type.Precision));
        thrift.Int32(3, repetition);
        thrift.Text(4, name);
        switch (type.Kind)
        {
            case ColumnKind.Text:
                thrift.Int32(6, ParquetFormat.ConvertedUtf8);
                thrift.BeginStruct(10);
                thrift.EmptyStruct(1);
                thrift.EndStruct();
                break;
            case ColumnKind.Decimal:
                thrift.Int32(6, ParquetFormat.ConvertedDecimal);
                thrift.Int32(7, type.Scale);
                thrift.Int32(8, type.Precision);
                thrift.BeginStruct(10);
                thrift.BeginStruct(5);
                thrift.Int32(1, type.Scale);
                thrift.Int32(2, type.Precision);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            case ColumnKind.Date:
                thrift.Int32(6, ParquetFormat.ConvertedDate);
                thrift.BeginStruct(10);
                thrift.EmptyStruct(6);
                thrift.EndStruct();
                break;
            case ColumnKind.Timestamp:
                thrift.Int32(6, ParquetFormat.ConvertedTimestampMicros);
                thrift.BeginStruct(10);
                thrift.BeginStruct(8);
                thrift.Bool(1, true); // isAdjustedToUTC
                thrift.BeginStruct(2);
                thrift.EmptyStruct(2); // MICROS
                thrift.EndStruct();
                thrift.EndStruct();
                thrift.EndStruct();
                break;
        }
        thrift.EndStruct();
    }

    private static void WriteRowGroup(ThriftCompactWriter thrift, IReadOnlyList<Column> columns, ParquetRowGroup group)
    {
        thrift.BeginStruct();
        thrift.BeginStructList(1, columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            thrift.BeginStruct();
            thrift.Int64(2, 0); // deprecated; parquet.thrift asks for 0
            WriteColumnMetaData(thrift, columns[i], group.Chunks[i]);
            thrift.EndStruct();
        }
        thrift.Int64(2, group.Chunks.Sum(c => c.PlainBytes));
        thrift.Int64(3, group.Rows);
        thrift.Int64(5, group.Chunks[0].Start);
        thrift.Int64(6, group.Chunks.Sum(c => c.CompressedBytes));
        thrift.EndStruct();
    }

    private static void WriteColumnMetaData(ThriftCompactWriter thrift, Column column, ParquetChunk chunk)
    {
        thrift.BeginStruct(3);
        thrift.Int32(1, ParquetFormat.PhysicalType(column.Type));
        thrift.Int32List(2, chunk.UsesDictionary
            ? [ParquetFormat.Plain, ParquetFormat.Rle, ParquetFormat.RleDictionary]
            : [ParquetFormat.Plain, ParquetFormat.Rle]);
        var name = Encoding.UTF8.GetBytes(column.Name);
        if (column.Type.Kind == ColumnKind.TextList) thrift.BinaryList(3, name, List, Element);
        else thrift.BinaryList(3, name);
        thrift.Int32(4, ParquetFormat.Zstd);
        thrift.Int64(5, chunk.Entries);
        thrift.Int64(6, chunk.PlainBytes);
        thrift.Int64(7, chunk.CompressedBytes);
        thrift.Int64(9, chunk.DataStart);
        if (chunk.UsesDictionary) thrift.Int64(11, chunk.Start);
        thrift.BeginStruct(12);
        thrift.Int64(3, chunk.Nulls);
        if (chunk.Minimum is not null && chunk.Maximum is not null)
        {
            thrift.Bytes(5, chunk.Maximum);
            thrift.Bytes(6, chunk.Minimum);
            thrift.Bool(7, chunk.MaximumIsExact);
            thrift.Bool(8, chunk.MinimumIsExact);
        }
        thrift.EndStruct();
        thrift.EndStruct();
    }
}
