namespace Analytics.Publishing;

/// <summary>Who holds a lock.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Machine">The machine's boot and process namespace, in which a process id means something; empty where unknown.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="ProcessStart">When the process began, in the system's own count; tells a process from a later one with its id.</param>
/// <param name="Purpose">What it does, such as <c>publish 2011-12-09</c>.</param>
/// <param name="AcquiredAt">Since when it holds the lock.</param>
/// <param name="Heartbeat">When it last said that it lives.</param>
public sealed record LockOwner(
    string Host, string Machine, int ProcessId, string ProcessStart, string Purpose, DateTimeOffset AcquiredAt, DateTimeOffset Heartbeat);
