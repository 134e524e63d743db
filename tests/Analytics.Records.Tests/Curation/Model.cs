using System.Security.Cryptography;
using System.Text;
using Analytics.Columns;
using CsCheck;

namespace Analytics.Records.Tests.Curation;

/// <summary>A record of a source: everything in it follows from <paramref name="Key"/>, as it would from equal raw text.</summary>
internal readonly record struct ModelRecord(int Key, long Line)
{
    public const int Dates = 4;

    public int Date => 15_000 + Key % Dates;

    public RecordKind Kind => (RecordKind)(Key % 3);

    public long FingerprintHigh => Key * 0x1234_5678_9ABC_DEF1L;

    public long FingerprintLow => Key % 2 == 0 ? 7 : -7; // several keys share one half

    /// <summary>The values of <see cref="RecordColumns.All"/> up to currency.</summary>
    public object?[] Shared =>
    [
        $"order {Key}", $"item {Key % 5}", Key % 4 == 0 ? null : $"näme {Key}", (long)Key * 1_000, Key * 25_000L, (Int128)Key * Key * 25_000_000,
        Date * 86_400_000_000L + Key, Date, Key % 3 == 0 ? null : $"{Key % 7}", Key % 5 == 0 ? null : "", null, null,
        Key % 6 == 0 ? null : Key * 3L, null, Key % 2 == 0 ? null : (Int128)(-Key), null, "GBP",
    ];
}

/// <summary>A content: its records in line order.</summary>
internal sealed class ModelSource
{
    public ModelSource(IEnumerable<ModelRecord> records)
    {
        Records = [.. records];
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Records))));
    }

    public IReadOnlyList<ModelRecord> Records { get; }

    public string Sha256 { get; }

    public override string ToString() => string.Join(' ', Records.Select(r => $"{r.Line}:{r.Key}"));

    /// <summary>Up to 30 records with few keys, so that sources overlap and repeat themselves.</summary>
    public static Gen<ModelSource> Any { get; } = Gen.Select(Gen.Int[0, 25], Gen.Int[1, 3]).Array[0, 30].Select(steps =>
    {
        var line = 1L;
        return new ModelSource(steps.Select(s => new ModelRecord(s.Item1, line += s.Item2)));
    });

    public ColumnBatch Batch(int start, int count)
    {
        var batch = new ColumnBatch(RecordColumns.All);
        foreach (var record in Records.Skip(start).Take(count))
        {
            var shared = record.Shared;
            for (var i = 0; i < shared.Length; i++) Append(batch, i, shared[i]);
            batch.Ints(RecordColumns.Kind).Append((int)record.Kind);
            batch.Longs(RecordColumns.SourceLine).Append(record.Line);
            batch.Longs(RecordColumns.FingerprintHigh).Append(record.FingerprintHigh);
            batch.Longs(RecordColumns.FingerprintLow).Append(record.FingerprintLow);
        }
        return batch;
    }

    private static void Append(ColumnBatch batch, int column, object? value)
    {
        switch (value)
        {
            case null: batch[column].AppendNull(); break;
            case string text: batch.Texts(column).Append(text); break;
            case int number: batch.Ints(column).Append(number); break;
            case long number: batch.Longs(column).Append(number); break;
            case Int128 number: batch.Int128s(column).Append(number); break;
            default: throw new ArgumentException($"no column of {value.GetType()}");
        }
    }
}
