namespace Analytics.Records;

/// <summary>What the parser may use of the machine. None of it changes a record's fate but <see cref="MaxRecordBytes"/>.</summary>
public sealed record ParseOptions
{
    /// <summary>How many threads parse, the caller's included; 0, the default, is one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The most bytes of one record, line end aside: 16 MiB by default. A longer line is rejected (rule <c>size</c>), and a quote
    /// that leaves its record open beyond it counts as never closed. Bounds the memory that one broken line can take.
    /// </summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>How many bytes of a text file make one chunk, about; 512 KiB by default: near 6,000 usual order lines, and small beside the second-level cache.</summary>
    public int ChunkBytes { get; init; } = 512 << 10;

    /// <summary>How many rows of a Parquet file make one chunk.</summary>
    public int ChunkRows { get; init; } = 8192;
}
