using System.Globalization;
using System.Numerics;
using System.Reflection;
using DuckDB.NET.Data;
using Parquet;
using Parquet.Data;

namespace Analytics.Columns.Tests;

/// <summary>Our files as others read them, as rows of <see cref="Rows"/>.</summary>
internal static class Reading
{
    public static async Task<List<object?[]>> WithParquetNet(byte[] file, IReadOnlyList<Column> columns)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), new ParquetOptions { UseBigDecimal = true });
        var fields = reader.Schema.DataFields;
        Assert.Equal(columns.Select(c => c.Name), reader.Schema.Fields.Select(f => f.Name));
        var rows = new List<object?[]>();
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var groupReader = reader.OpenRowGroupReader(group);
            var count = (int)groupReader.RowCount;
            var first = rows.Count;
            for (var row = 0; row < count; row++) rows.Add(new object?[columns.Count]);
            for (var i = 0; i < columns.Count; i++)
            {
                using var data = await groupReader.ReadRawColumnDataBaseAsync(fields[i]);
                var values = ValuesOf(data);
                var isList = columns[i].Type.Kind == ColumnKind.TextList;
                var definitions = isList || columns[i].Nullable ? data.DefinitionLevels.ToArray() : [];
                var repetitions = isList ? data.RepetitionLevels.ToArray() : [];
                if (isList)
                {
                    SetLists(rows, first, i, columns[i].Nullable ? 1 : 0, values, definitions, repetitions);
                    continue;
                }
                var at = 0;
                for (var row = 0; row < count; row++)
                    if (definitions.Length == 0 || definitions[row] == 1) rows[first + row][i] = Plain(values[at++], columns[i].Type);
                // Values has room for all entries; only as many as have a value are filled.
                Assert.InRange(at, 0, values.Length);
            }
        }
        return rows;
    }

    private static object[] ValuesOf(RawColumnData data)
    {
        var method = typeof(Reading).GetMethod(nameof(Boxed), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (object[])method.MakeGenericMethod(data.GetType().GetGenericArguments()[0]).Invoke(null, [data])!;
    }

    private static object[] Boxed<T>(RawColumnData data) where T : struct
    {
        var values = ((RawColumnData<T>)data).Values;
        var boxed = new object[values.Length];
        for (var i = 0; i < boxed.Length; i++) boxed[i] = values[i];
        return boxed;
    }

    private static void SetLists(List<object?[]> rows, int first, int column, int empty, object[] values, int[] definitions, int[] repetitions)
    {
        var (row, at) = (first - 1, 0);
        var list = new List<string>();
        for (var i = 0; i < definitions.Length; i++)
        {
            if (repetitions[i] == 0)
            {
                row++;
                list = [];
            }
            if (definitions[i] == empty + 1) list.Add((string)Plain(values[at++], ColumnType.Text));
            rows[row][column] = definitions[i] < empty ? null : list.ToArray();
        }
        Assert.Equal(rows.Count, row + 1);
    }

    private static object Plain(object value, ColumnType type) => value switch
    {
        DateTime date when type.Kind == ColumnKind.Date => (int)((date.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay),
        DateTime time => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        BigDecimal number when type.Precision <= 18 => (long)Rescaled(number, type),
        BigDecimal number => (Int128)Rescaled(number, type),
        ReadOnlyMemory<char> text => text.ToString(),
        _ => value,
    };

    private static BigInteger Rescaled(BigDecimal number, ColumnType type)
    {
        Assert.Equal(type.Scale, number.Scale);
        return number.UnscaledValue;
    }

    public static List<object?[]> WithDuckDb(byte[] file, IReadOnlyList<Column> columns, string? filter = null)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"select * from read_parquet('{path}')";
            using (var reader = command.ExecuteReader())
            {
                Assert.Equal(columns.Select(c => c.Name), Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
                Assert.Equal(columns.Select(SqlType), Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).Select(n => n));
            }
            // Values as text: a .NET decimal would not hold 38 digits, nor a DateTime year 9999 plus.
            command.CommandText = $"select {string.Join(", ", columns.Select(Selection))} from read_parquet('{path}') {filter}";
            using var values = command.ExecuteReader();
            var rows = new List<object?[]>();
            while (values.Read())
            {
                var row = new object?[columns.Count];
                for (var i = 0; i < row.Length; i++) row[i] = values.IsDBNull(i) ? null : FromDuckDb(values.GetValue(i), columns[i].Type);
                rows.Add(row);
            }
            return rows;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string SqlType(Column column) => column.Type.Kind switch
    {
        ColumnKind.Boolean => "Boolean",
        ColumnKind.Int32 => "Integer",
        ColumnKind.Int64 => "BigInt",
        ColumnKind.Double => "Double",
        ColumnKind.Decimal => "Decimal",
        ColumnKind.Date => "Date",
        ColumnKind.Timestamp => "TimestampTz",
        ColumnKind.Text => "Varchar",
        _ => "List",
    };

    private static string Selection(Column column) => column.Type.Kind switch
    {
        ColumnKind.Decimal => $"\"{column.Name}\"::varchar || case when typeof(\"{column.Name}\") = '{column.Type}' then '' else 'wrong type' end",
        ColumnKind.Date => $"\"{column.Name}\" - date '1970-01-01'",
        ColumnKind.Timestamp => $"epoch_us(\"{column.Name}\")",
        _ => $"\"{column.Name}\"",
    };

    private static object FromDuckDb(object value, ColumnType type) => type.Kind switch
    {
        ColumnKind.Decimal when type.Precision <= 18 => (long)Unscaled((string)value),
        ColumnKind.Decimal => (Int128)Unscaled((string)value),
        ColumnKind.Date => (int)(long)value,
        ColumnKind.TextList => ((List<string>)value).ToArray(),
        _ => value,
    };

    private static BigInteger Unscaled(string text) => BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
