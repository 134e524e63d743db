namespace Analytics.Publishing;

/// <summary>What a lake needs besides its files.</summary>
public sealed record LakeOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The age from which a silent owner on another machine counts as dead.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many files to hash or flush at once; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Whether a lease was given to another since; set by the lake.</summary>
    internal Func<LeaseRef, bool> IsFenced { get; init; } = static _ => false;

    /// <summary>The lease that this process works under; set by the lake.</summary>
    internal Func<LeaseRef?> OwnLease { get; init; } = static () => null;
}
