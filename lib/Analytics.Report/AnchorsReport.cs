namespace Analytics.Report;

/// <summary>What is known of roots on a chain when the page is written; the page's own run is anchored after it is published.</summary>
public sealed record AnchorsReport
{
    /// <summary>The runs whose roots are on a chain or on their way, newest last.</summary>
    public IReadOnlyList<AnchoredRoot> Roots { get; init; } = [];

    /// <summary>Runs whose roots are queued.</summary>
    public int Queued { get; init; }

    /// <summary>Whether a chain is configured for this run's root.</summary>
    public bool HasChain { get; init; }
}

/// <summary>A run's root on a chain.</summary>
/// <param name="BusinessDate">The run's date.</param>
/// <param name="RunId">Its id.</param>
/// <param name="State">sent, mined, final, reorged or failed.</param>
/// <param name="ChainId">The chain.</param>
/// <param name="Contract">The contract; null before it is known.</param>
/// <param name="Block">The block; null while in none.</param>
/// <param name="BlockTime">The block's time, UTC.</param>
/// <param name="Transaction">The transaction; null where another one is it.</param>
/// <param name="IsDevelopment">Whether it is a chain on one machine, which proves nothing to others.</param>
public sealed record AnchoredRoot(
    DateOnly BusinessDate, string RunId, string State, ulong ChainId, string? Contract, ulong? Block, DateTimeOffset? BlockTime, string? Transaction, bool IsDevelopment);
