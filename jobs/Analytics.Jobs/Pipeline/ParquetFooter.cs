using Analytics.Columns;
using Analytics.Files;
using Analytics.Publishing;
using Parquet;
using Parquet.Schema;

namespace Analytics.Jobs.Pipeline;

/// <summary>Reads rows and columns from a Parquet file's footer with a reader that is not the writer's own.</summary>
internal static class ParquetFooter
{
    /// <summary>The facts of a local file.</summary>
    /// <exception cref="InvalidDataException">As below.</exception>
    public static ParquetFacts Inspect(string path) => Inspect(new LocalFileStore(), path);

    /// <summary>The facts of a file.</summary>
    /// <exception cref="InvalidDataException">It is no whole Parquet file, or holds a type that no table has.</exception>
    public static ParquetFacts Inspect(IFileStore files, string path)
    {
        try
        {
            return InspectAsync(files, path).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ParquetException or ArgumentException or OverflowException or NullReferenceException)
        {
            throw new InvalidDataException($"it is no whole Parquet file: {e.Message}", e);
        }
    }

    /// <summary>The facts of a file that this program has just written, by its own reader: a run has a file a date, and their footers are read on every night.</summary>
    public static ParquetFacts InspectOwn(IFileStore files, string path)
    {
        using var reader = new ParquetFileReader();
        reader.Open(files, path);
        return new ParquetFacts(reader.Rows, reader.Columns);
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(ReadOnlyMemory<char>);

    private static async Task<ParquetFacts> InspectAsync(IFileStore files, string path)
    {
        await using var stream = FileSystems.IsUri(path) ? files.OpenRead(path) : File.OpenRead(path);
        await using var reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        return new ParquetFacts(reader.Metadata!.NumRows, reader.Schema.Fields.Select(field => new Column(field.Name, TypeOf(field), field.IsNullable)).ToArray());
    }

    private static ColumnType TypeOf(Field field) => field switch
    {
        ListField { Item: DataField { ClrType: var item } } when IsText(item) => ColumnType.TextList,
        DecimalDataField number => new ColumnType(ColumnKind.Decimal, number.Precision, number.Scale),
        DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => ColumnType.Date,
        DateTimeDataField { IsAdjustedToUTC: true } => ColumnType.Timestamp,
        DataField data when data.ClrType == typeof(bool) => ColumnType.Boolean,
        DataField data when data.ClrType == typeof(int) => ColumnType.Int32,
        DataField data when data.ClrType == typeof(long) => ColumnType.Int64,
        DataField data when data.ClrType == typeof(double) => ColumnType.Double,
        DataField data when IsText(data.ClrType) => ColumnType.Text,
        DataField data when data.ClrType == typeof(DateOnly) => ColumnType.Date,
        _ => throw new InvalidDataException($"column {field.Name} is a {field.GetType().Name}, a type that no table has"),
    };
}
