using System.Text.Json.Serialization;

namespace Analytics.Anchoring;

/// <summary>How far an intended transaction is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnchorState>))]
public enum AnchorState
{
    /// <summary>Not signed yet, or to be signed anew.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,
    /// <summary>Signed and written down; given to the node, or about to be.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,
    /// <summary>In a block that may still be reorganised away.</summary>
    [JsonStringEnumMemberName("mined")]
    Mined,
    /// <summary>In a finalised block, or under as many as the configuration asks for.</summary>
    [JsonStringEnumMemberName("final")]
    Final,
    /// <summary>Its block is no longer in the chain; it is sent again.</summary>
    [JsonStringEnumMemberName("reorged")]
    Reorged,
    /// <summary>Refused by the contract; somebody must look.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>What a transaction is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnchorKind>))]
public enum AnchorKind
{
    /// <summary>A run's root.</summary>
    [JsonStringEnumMemberName("anchor")]
    Anchor,
    /// <summary>The contract itself.</summary>
    [JsonStringEnumMemberName("deploy")]
    Deploy,
}

/// <summary>A run as the contract names it.</summary>
/// <param name="Date">The business date.</param>
/// <param name="Run">The run id: 16 hex digits, with -2, -3 for forced repetitions.</param>
/// <param name="Root">The Merkle root, 64 lower-case hex digits.</param>
public sealed record AnchoredRun(DateOnly Date, string Run, string Root);

/// <summary>A signed transaction, written down before it is sent; sending the same bytes again can never do anything twice.</summary>
/// <param name="Transaction">Its hash.</param>
/// <param name="Raw">The signed bytes, 0x and hex digits.</param>
/// <param name="Nonce">The account's nonce.</param>
/// <param name="MaxFee">Most that is paid a unit of gas, wei in decimal digits.</param>
/// <param name="MaxPriorityFee">Most that the block's maker gets of it, wei in decimal digits; the same on a chain without a fee market.</param>
/// <param name="GasLimit">Most gas.</param>
/// <param name="WrittenAt">When it was written down.</param>
public sealed record AnchorAttempt(string Transaction, string Raw, ulong Nonce, string MaxFee, string MaxPriorityFee, ulong GasLimit, DateTimeOffset WrittenAt);

/// <summary>Where a transaction stands in the chain.</summary>
/// <param name="Transaction">Its hash.</param>
/// <param name="Block">The block's number.</param>
/// <param name="BlockHash">The block's hash.</param>
/// <param name="BlockTime">The block's time, UTC.</param>
/// <param name="Fee">Wei paid, in decimal digits; null where another transaction than ours is it.</param>
/// <param name="GasUsed">Gas used; null as above.</param>
/// <param name="Confirmations">Blocks from it to the newest one, both included, when last looked at.</param>
public sealed record AnchorReceipt(string Transaction, ulong Block, string BlockHash, DateTimeOffset BlockTime, string? Fee, ulong? GasUsed, ulong Confirmations);

/// <summary>A block that held the transaction and was reorganised away.</summary>
/// <param name="Block">Its number.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="NoticedAt">When it was noticed.</param>
public sealed record Reorganisation(ulong Block, string BlockHash, DateTimeOffset NoticedAt);

/// <summary>An entry of the journal: one intended transaction and all that is known of it.</summary>
public sealed record AnchorEntry
{
    /// <summary>The version of the format that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;
    /// <summary>What it is for.</summary>
    public required AnchorKind Kind { get; init; }
    /// <summary>The run; null for a contract.</summary>
    public AnchoredRun? Run { get; init; }
    /// <summary>How far it is.</summary>
    public required AnchorState State { get; init; }
    /// <summary>Why it waits or failed, for people.</summary>
    public string? Note { get; init; }
    /// <summary>When it was queued.</summary>
    public required DateTimeOffset QueuedAt { get; init; }
    /// <summary>The chain that it was sent to; null before.</summary>
    public ulong? ChainId { get; init; }
    /// <summary>The contract that it was sent to, or that it created.</summary>
    public string? Contract { get; init; }
    /// <summary>The account that sent it.</summary>
    public string? Account { get; init; }
    /// <summary>The signed transactions, oldest first; those with the nonce of the last one replace each other.</summary>
    public IReadOnlyList<AnchorAttempt> Attempts { get; init; } = [];
    /// <summary>Where it stands in the chain; null while it does not.</summary>
    public AnchorReceipt? Receipt { get; init; }
    /// <summary>Blocks that it stood in and that are no longer in the chain.</summary>
    public IReadOnlyList<Reorganisation> Reorganised { get; init; } = [];

    /// <summary>The entry's file name without its ending.</summary>
    [JsonIgnore]
    public string Name => Kind == AnchorKind.Deploy ? $"deploy-{ChainId}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"anchor-{Run!.Date:yyyy-MM-dd}-{Run.Run}");

    /// <summary>Whether a transaction of it is on its way.</summary>
    [JsonIgnore]
    public bool IsInFlight => State is AnchorState.Sent or AnchorState.Reorged;

    /// <summary>What it is, in a few words.</summary>
    public override string ToString() => Kind == AnchorKind.Deploy ? "the contract" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Run!.Date:yyyy-MM-dd}/{Run.Run}");
}
