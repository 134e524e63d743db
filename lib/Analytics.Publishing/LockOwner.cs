namespace Analytics.Publishing;

/// <summary>Who holds a lock.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Machine">The machine's boot and process namespace, in which a process id means something; empty where unknown.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="ProcessStart">When the process began, in the system's own count; tells a process from a later one with its id.</param>
/// <param name="Purpose">What it does, such as <c>publish 2011-12-09</c>.</param>
/// <param name="AcquiredAt">Since when it holds the lock.</param>
/// <param name="Heartbeat">When it last said that it lives.</param>
/// <param name="Lease">The lease under which it works; null for none.</param>
public sealed record LockOwner(
    string Host, string Machine, int ProcessId, string ProcessStart, string Purpose, DateTimeOffset AcquiredAt, DateTimeOffset Heartbeat,
    LeaseRef? Lease = null);

/// <summary>A lease, as claims name it.</summary>
/// <param name="Date">The business date.</param>
/// <param name="Token">The fencing token: each lease of a date has a greater one than those before.</param>
public sealed record LeaseRef(DateOnly Date, long Token);
