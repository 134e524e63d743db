using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>What anchoring is told by the configuration.</summary>
public sealed record AnchorOptions
{
    /// <summary>The chain that the node must be on; checked before anything is signed.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The contract; null while only it is to be created.</summary>
    public Address? Contract { get; init; }

    /// <summary>Most wei a unit of gas.</summary>
    public required BigInteger MostFee { get; init; }

    /// <summary>Blocks, its own included, after which a transaction is final; 0 waits until the chain says that its block is.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Where <see cref="Confirmations"/> is 0 and the node knows no finalised block, so many blocks make one.</summary>
    public ulong FallbackConfirmations { get; init; } = 64;

    /// <summary>How long a transaction may wait before it is replaced with a higher fee.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Replacements of one transaction.</summary>
    public int MostReplacements { get; init; } = 3;

    /// <summary>Pause between two looks at the chain.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);
}
