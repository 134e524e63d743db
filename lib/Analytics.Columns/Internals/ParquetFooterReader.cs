namespace Analytics.Columns.Internals;

/// <summary>A column chunk as a reader needs it.</summary>
internal readonly record struct ParquetChunkPlace(long Start, long Bytes, long Entries);

/// <summary>Columns, rows and chunks of one of our own files; what <see cref="ParquetFooter"/> wrote.</summary>
internal sealed class ParquetFooterReader
{
    public List<Column> Columns { get; } = [];

    public List<(int Rows, ParquetChunkPlace[] Chunks)> Groups { get; } = [];

    public long Rows { get; private set; }

    public static ParquetFooterReader Read(ReadOnlySpan<byte> footer)
    {
        var read = new ParquetFooterReader();
        string? createdBy = null;
        var thrift = new ThriftCompactReader(footer);
        while (thrift.NextField(out var field, out var type))
        {
            switch (field)
            {
                case 2: read.ReadSchema(ref thrift); break;
                case 3: read.Rows = thrift.Int64(); break;
                case 4: read.ReadGroups(ref thrift); break;
                case 6: createdBy = thrift.Text(); break;
                default: thrift.Skip(type); break;
            }
        }
        if (createdBy is null || !createdBy.StartsWith("analytics-columns ", StringComparison.Ordinal))
            throw new InvalidDataException($"it was written by '{createdBy}', not by this program");
        return read;
    }

    private void ReadSchema(ref ThriftCompactReader thrift)
    {
        var count = thrift.ListCount(out _);
        var elements = new List<(string Name, int Physical, int Repetition, int Converted, int Scale, int Precision)>(count);
        for (var i = 0; i < count; i++)
        {
            var (name, physical, repetition, converted, scale, precision) = ("", -1, 0, -1, 0, 0);
            var outer = thrift.BeginStruct();
            while (thrift.NextField(out var field, out var type))
            {
                switch (field)
                {
                    case 1: physical = thrift.Int32(); break;
                    case 3: repetition = thrift.Int32(); break;
                    case 4: name = thrift.Text(); break;
                    case 6: converted = thrift.Int32(); break;
                    case 7: scale = thrift.Int32(); break;
                    case 8: precision = thrift.Int32(); break;
                    default: thrift.Skip(type); break;
                }
            }
            thrift.EndStruct(outer);
            elements.Add((name, physical, repetition, converted, scale, precision));
        }
        for (var i = 1; i < elements.Count; i++)
        {
            var (name, physical, repetition, converted, scale, precision) = elements[i];
            var type = (physical, converted) switch
            {
                (_, ParquetFormat.ConvertedList) => ColumnType.TextList,
                (_, ParquetFormat.ConvertedDecimal) => new ColumnType(ColumnKind.Decimal, precision, scale),
                (_, ParquetFormat.ConvertedDate) => ColumnType.Date,
                (_, ParquetFormat.ConvertedTimestampMicros) => ColumnType.Timestamp,
                (_, ParquetFormat.ConvertedUtf8) => ColumnType.Text,
                (ParquetFormat.Boolean, -1) => ColumnType.Boolean,
                (ParquetFormat.Int32, -1) => ColumnType.Int32,
                (ParquetFormat.Int64, -1) => ColumnType.Int64,
                (ParquetFormat.Double, -1) => ColumnType.Double,
                _ => throw new InvalidDataException($"column {name} has the physical type {physical} and the converted type {converted}"),
            };
            Columns.Add(new Column(name, type, repetition == ParquetFormat.Optional));
            if (type.Kind == ColumnKind.TextList) i += 2; // its repeated group and its element
        }
    }

    private void ReadGroups(ref ThriftCompactReader thrift)
    {
        for (var groups = thrift.ListCount(out _); groups > 0; groups--)
        {
            var rows = 0;
            ParquetChunkPlace[] chunks = [];
            var outer = thrift.BeginStruct();
            while (thrift.NextField(out var field, out var type))
            {
                switch (field)
                {
                    case 1:
                        chunks = new ParquetChunkPlace[thrift.ListCount(out _)];
                        for (var i = 0; i < chunks.Length; i++) chunks[i] = ReadChunk(ref thrift);
                        break;
                    case 3: rows = checked((int)thrift.Int64()); break;
                    default: thrift.Skip(type); break;
                }
            }
            thrift.EndStruct(outer);
            if (chunks.Length != Columns.Count) throw new InvalidDataException($"a row group has {chunks.Length} of {Columns.Count} columns");
            Groups.Add((rows, chunks));
        }
    }

    private static ParquetChunkPlace ReadChunk(ref ThriftCompactReader thrift)
    {
        var (entries, bytes, data, dictionary) = (0L, 0L, 0L, -1L);
        var outer = thrift.BeginStruct();
        while (thrift.NextField(out var field, out var type))
        {
            if (field != 3)
            {
                thrift.Skip(type);
                continue;
            }
            var chunk = thrift.BeginStruct();
            while (thrift.NextField(out var metaField, out var metaType))
            {
                switch (metaField)
                {
                    case 5: entries = thrift.Int64(); break;
                    case 7: bytes = thrift.Int64(); break;
                    case 9: data = thrift.Int64(); break;
                    case 11: dictionary = thrift.Int64(); break;
                    default: thrift.Skip(metaType); break;
                }
            }
            thrift.EndStruct(chunk);
        }
        thrift.EndStruct(outer);
        return new ParquetChunkPlace(dictionary >= 0 ? dictionary : data, bytes, entries);
    }
}
