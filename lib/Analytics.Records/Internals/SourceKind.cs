namespace Analytics.Records.Internals;

internal enum Packing
{
    None,
    Gzip,
    Zstandard,
}

/// <summary>What a file is by its name, and whether its first bytes agree.</summary>
internal static class SourceKind
{
    public static (SourceFormat Format, Packing Packing) Of(string name, SourceFormat configured)
    {
        var packing = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Packing.Gzip
            : name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? Packing.Zstandard
            : Packing.None;
        var inner = packing == Packing.None ? name : Path.GetFileNameWithoutExtension(name);
        var format = configured != SourceFormat.Auto ? configured : Path.GetExtension(inner).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".txt" => SourceFormat.Csv,
            ".jsonl" or ".ndjson" or ".json" => SourceFormat.JsonLines,
            ".parquet" => SourceFormat.Parquet,
            var other => throw new RecordFormatException(
                $"{name}: its name does not tell its format ('{other}'); expected .csv, .tsv, .txt, .jsonl, .ndjson, .json (each also with .gz or .zst) or .parquet. Rename it, or set format in the mapping"),
        };
        if (format == SourceFormat.Parquet && packing != Packing.None)
            throw new RecordFormatException($"{name}: a Parquet file packs its columns itself and cannot be read from .gz or .zst; unpack it first");
        return (format, packing);
    }

    /// <summary>Refuses text that is something else, told by its first bytes.</summary>
    public static void CheckText(ReadOnlySpan<byte> beginning, string name)
    {
        var what = beginning.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "is packed with gzip; its name should end with .gz"
            : beginning.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "is packed with Zstandard; its name should end with .zst"
            : beginning.StartsWith("PAR1"u8) ? "is Parquet; its name should end with .parquet"
            : beginning.StartsWith("PK\x03\x04"u8) ? "is a ZIP archive (or a spreadsheet); unpack or export it as CSV"
            : beginning.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || beginning.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? "is UTF-16; convert it to UTF-8"
            : null;
        if (what is not null) throw new RecordFormatException($"{name}: it {what}");
    }
}
