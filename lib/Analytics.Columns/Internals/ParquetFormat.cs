namespace Analytics.Columns.Internals;

/// <summary>The numbers of parquet.thrift that we write and read (https://github.com/apache/parquet-format).</summary>
internal static class ParquetFormat
{
    // Type
    public const int Boolean = 0, Int32 = 1, Int64 = 2, Double = 5, ByteArray = 6, FixedLenByteArray = 7;
    // ConvertedType
    public const int ConvertedUtf8 = 0, ConvertedList = 3, ConvertedDecimal = 5, ConvertedDate = 6, ConvertedTimestampMicros = 10;
    // FieldRepetitionType
    public const int Required = 0, Optional = 1, Repeated = 2;
    // Encoding
    public const int Plain = 0, Rle = 3, RleDictionary = 8;
    // CompressionCodec
    public const int Zstd = 6;
    // PageType
    public const int DataPage = 0, DictionaryPage = 2;

    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>
    /// Fixed, so that equal rows give equal bytes in every build. Raised when the writer gives other bytes for the same rows.
    /// The shape "x version y (build z)" is the one that parquet-java can parse; from others it distrusts statistics.
    /// </summary>
    public const string CreatedBy = "analytics-columns version 1.0.0 (build 1)";

    public static int PhysicalType(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => Boolean,
        ColumnKind.Int32 or ColumnKind.Date => Int32,
        ColumnKind.Int64 or ColumnKind.Timestamp => Int64,
        ColumnKind.Double => Double,
        ColumnKind.Decimal => type.Precision <= 18 ? Int64 : FixedLenByteArray,
        ColumnKind.Text or ColumnKind.TextList => ByteArray,
        _ => throw new InvalidOperationException($"no Parquet type for {type}"),
    };

    /// <summary>The fewest bytes of a two's complement number that hold every decimal of a precision: 12 for 28 digits, 16 for 38.</summary>
    public static int DecimalBytes(int precision)
    {
        var limit = PowerOfTen(precision) - 1;
        var bytes = 1;
        while (bytes < 16 && limit > (Int128.One << (8 * bytes - 1)) - 1) bytes++;
        return bytes;
    }

    public static Int128 PowerOfTen(int exponent)
    {
        var power = Int128.One;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}
