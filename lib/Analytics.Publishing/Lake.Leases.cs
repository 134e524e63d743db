using System.Text;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

public sealed partial class Lake
{
    private DateLease? _lease;

    /// <summary>Takes the right to publish a date; every claim of this process names it until it is given back.</summary>
    /// <param name="date">The business date.</param>
    /// <param name="purpose">What for, such as <c>run nightly</c>; others read it.</param>
    /// <param name="expires">When it ends whatever this process does, so that one that hangs is taken over; null for never.</param>
    /// <exception cref="LakeLockedException">Another process has it and lives.</exception>
    public DateLease AcquireLease(DateOnly date, string purpose, DateTimeOffset? expires = null) =>
        _lease = DateLeases.Acquire(this, date, purpose, expires);

    /// <summary>Who has, or last had, the lease of a date; null where none was ever given.</summary>
    public LeaseStatus? FindLease(DateOnly date) => DateLeases.Find(this, date);

    /// <summary>Takes a date's lease away from whoever has it, by an operator's decision; its owner will be refused at the switch.</summary>
    /// <param name="date">The business date.</param>
    /// <param name="purpose">Who does it and why; others read it.</param>
    public void BreakLease(DateOnly date, string purpose) => DateLeases.Break(this, date, purpose);

    /// <summary>The greatest business date of which a run was pruned; null for none. What is missing up to it is not missing but gone by decision.</summary>
    public DateOnly? PrunedThrough() =>
        Files.FileExists(Full(LakeLayout.Pruned)) && TryDate(Encoding.UTF8.GetString(Files.ReadAllBytes(Full(LakeLayout.Pruned))).Trim(), out var date) ? date : null;

    internal void NotePruned(DateOnly date)
    {
        if (PrunedThrough() >= date) return;
        Files.WriteDurably(Full(LakeLayout.Pruned), Encoding.UTF8.GetBytes(LakeLayout.Date(date) + "\n"));
    }

    internal void ForgetLease(DateLease lease)
    {
        if (_lease == lease) _lease = null;
    }

    /// <summary>Fails when another process has the right to publish this date.</summary>
    internal void EnsureMayPublish(DateOnly date)
    {
        if (_lease is { } own && own.Reference.Date == date)
        {
            own.EnsureCurrent();
            return;
        }
        if (FindLease(date) is { State: LeaseState.Held } other)
            throw new LakeLockedException(DateLeases.Folder(this, date), other.Owner, $"another process has the lease {other.Token} of {LakeLayout.Date(date)}", "Wait until it is done and run the command again.");
    }
}
