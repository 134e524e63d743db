using System.Globalization;
using Analytics.Jobs.Configuration;
using Parquet;
using Parquet.Schema;

namespace Analytics.Jobs.Forecasting;

/// <summary>Columns of any Parquet writer's file as texts, times and numbers.</summary>
internal static class ParquetColumn
{
    public static async Task<string[]> ReadTexts(ParquetRowGroupReader group, DataField field, int count, string file, CancellationToken cancel)
    {
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[count];
            await group.ReadAsync(field, texts.AsMemory(), null, cancel).ConfigureAwait(false);
            return [.. texts.Select(t => t ?? "")];
        }
        if (field.ClrType == typeof(long)) return [.. (await Values<long>(group, field, count, cancel).ConfigureAwait(false)).Select(v => v?.ToString(CultureInfo.InvariantCulture) ?? "")];
        if (field.ClrType == typeof(int)) return [.. (await Values<int>(group, field, count, cancel).ConfigureAwait(false)).Select(v => v?.ToString(CultureInfo.InvariantCulture) ?? "")];
        throw new UserException(ExitCode.Data, $"{file}, column {field.Name} holds {field.ClrType.Name}; text or whole numbers are expected for ids");
    }

    public static async Task<(long[] Times, bool Dates)> ReadTimes(ParquetRowGroupReader group, DataField field, int count, string file, CancellationToken cancel)
    {
        if (field.ClrType == typeof(DateTime)) return (Known(await Values<DateTime>(group, field, count, cancel).ConfigureAwait(false), v => v.Ticks, file, field), true);
        if (field.ClrType == typeof(DateOnly)) return (Known(await Values<DateOnly>(group, field, count, cancel).ConfigureAwait(false), v => v.DayNumber * TimeSpan.TicksPerDay, file, field), true);
        if (field.ClrType == typeof(long)) return (Known(await Values<long>(group, field, count, cancel).ConfigureAwait(false), v => v, file, field), false);
        if (field.ClrType == typeof(int)) return (Known(await Values<int>(group, field, count, cancel).ConfigureAwait(false), v => v, file, field), false);
        throw new UserException(ExitCode.Data, $"{file}, column {field.Name} holds {field.ClrType.Name}; dates, timestamps or whole numbers are expected for times");
    }

    /// <summary>Whether <see cref="ReadNumbers"/> takes a column.</summary>
    public static bool IsNumber(DataField field) => field.ClrType == typeof(double) || field.ClrType == typeof(float) || field.ClrType == typeof(long)
        || field.ClrType == typeof(int) || field.ClrType == typeof(short) || field.ClrType == typeof(decimal) || field.ClrType == typeof(bool);

    public static async Task<double[]> ReadNumbers(ParquetRowGroupReader group, DataField field, int count, string file, CancellationToken cancel)
    {
        if (field.ClrType == typeof(double)) return Numbers(await Values<double>(group, field, count, cancel).ConfigureAwait(false), v => v);
        if (field.ClrType == typeof(float)) return Numbers(await Values<float>(group, field, count, cancel).ConfigureAwait(false), v => v);
        if (field.ClrType == typeof(long)) return Numbers(await Values<long>(group, field, count, cancel).ConfigureAwait(false), v => v);
        if (field.ClrType == typeof(int)) return Numbers(await Values<int>(group, field, count, cancel).ConfigureAwait(false), v => v);
        if (field.ClrType == typeof(short)) return Numbers(await Values<short>(group, field, count, cancel).ConfigureAwait(false), v => v);
        if (field.ClrType == typeof(bool)) return Numbers(await Values<bool>(group, field, count, cancel).ConfigureAwait(false), v => v ? 1 : 0);
        if (field.ClrType == typeof(decimal)) return Numbers(await Values<decimal>(group, field, count, cancel).ConfigureAwait(false), v => (double)v);
        throw new UserException(ExitCode.Data, $"{file}, column {field.Name} holds {field.ClrType.Name}; numbers are expected for values");
    }

    private static double[] Numbers<T>(T?[] values, Func<T, double> convert) where T : struct => [.. values.Select(v => v is { } known ? convert(known) : double.NaN)];

    private static long[] Known<T>(T?[] values, Func<T, long> convert, string file, DataField field) where T : struct
    {
        var result = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
            result[i] = values[i] is { } v ? convert(v) : throw new UserException(ExitCode.Data, $"{file}, column {field.Name}: a time is NULL; every row needs one");
        return result;
    }

    private static async Task<T?[]> Values<T>(ParquetRowGroupReader group, DataField field, int count, CancellationToken cancel) where T : struct
    {
        var values = new T?[count];
        if (field.IsNullable)
        {
            await group.ReadAsync<T>(field, values.AsMemory(), null, cancel).ConfigureAwait(false);
            return values;
        }
        var plain = new T[count];
        await group.ReadAsync<T>(field, plain.AsMemory(), null, cancel).ConfigureAwait(false);
        for (var i = 0; i < count; i++) values[i] = plain[i];
        return values;
    }
}
