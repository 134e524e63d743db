namespace Analytics.Publishing;

/// <summary>What changed from one run to another.</summary>
public sealed record RunDiff
{
    /// <summary>The earlier run.</summary>
    public required RunRef From { get; init; }
    /// <summary>The later run.</summary>
    public required RunRef To { get; init; }
    /// <summary>The parts of the key that differ, a line each with both values; configuration by the path of the setting.</summary>
    public required IReadOnlyList<ValueChange> KeyParts { get; init; }
    /// <summary>Source files that came, went or changed.</summary>
    public required IReadOnlyList<ItemChange> Sources { get; init; }
    /// <summary>Order dates whose lines came, went or changed.</summary>
    public required IReadOnlyList<DateChange> Dates { get; init; }
    /// <summary>Tables that came, went or changed.</summary>
    public required IReadOnlyList<TableChange> Tables { get; init; }

    /// <summary>Compares two runs by their manifests alone.</summary>
    public static RunDiff Compare(Lake lake, RunRef from, RunRef to) => throw new NotImplementedException();
}

/// <summary>What became of a thing.</summary>
public enum ChangeKind
{
    /// <summary>Only the later run has it.</summary>
    Added,
    /// <summary>Only the earlier run has it.</summary>
    Removed,
    /// <summary>Both have it, with other content.</summary>
    Changed,
}

/// <summary>A value that differs; null where one run has none.</summary>
public sealed record ValueChange(string Name, string? From, string? To);

/// <summary>A source file that differs.</summary>
public sealed record ItemChange(ChangeKind Kind, string Name, string? FromSha256, string? ToSha256);

/// <summary>An order date that differs.</summary>
public sealed record DateChange(ChangeKind Kind, DateOnly Date, long FromRows, long ToRows);

/// <summary>A table that differs.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Table">The table.</param>
/// <param name="FromRows">Rows before.</param>
/// <param name="ToRows">Rows now.</param>
/// <param name="SchemaChanged">Whether its columns differ.</param>
public sealed record TableChange(ChangeKind Kind, string Table, long FromRows, long ToRows, bool SchemaChanged);
