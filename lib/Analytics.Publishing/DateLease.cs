using System.Globalization;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>
/// The right to publish one business date, given to one process at a time and for a limited time, with a fencing token that only grows.
/// Whoever lost it, by dying, hanging past its end or sleeping while another took over, is refused at the switch.
/// </summary>
/// <remarks>
/// The file <c>state/leases/DATE/TOKEN.json</c> is created exclusively, so of two that want the next token one gets it. Only the
/// greatest token counts. After Martin Kleppmann, How to do distributed locking (2016), and Gray and Cheriton, Leases (1989).
/// </remarks>
public sealed class DateLease : IDisposable
{
    private readonly Lake _lake;
    private readonly string _held;
    private readonly Heartbeat _beat;
    private bool _isDisposed;

    internal DateLease(Lake lake, LeaseRef reference, string held, LockOwner owner, LockOwner? takenOverFrom)
    {
        _lake = lake;
        Reference = reference;
        Owner = owner;
        TakenOverFrom = takenOverFrom;
        _held = held;
        _beat = new Heartbeat(lake.Files, DateLeases.Folder(lake, reference.Date), DateLeases.Id(reference.Token), lake.Options);
    }

    /// <summary>The random name by which this process knows it.</summary>
    internal string HeldAs => _held;

    /// <summary>Date and token.</summary>
    public LeaseRef Reference { get; }

    /// <summary>This process, as others see it.</summary>
    public LockOwner Owner { get; }

    /// <summary>Whose lease ran out or whose process died before; null for none.</summary>
    public LockOwner? TakenOverFrom { get; }

    /// <summary>Fails when the date was given to another meanwhile.</summary>
    /// <exception cref="LakeLockedException">It was.</exception>
    public void EnsureCurrent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (DateLeases.Highest(_lake, Reference.Date) is { } highest && highest.Token == Reference.Token) return;
        var status = DateLeases.Find(_lake, Reference.Date);
        throw new LakeLockedException(DateLeases.Folder(_lake, Reference.Date), status?.Owner ?? Owner,
            string.Create(CultureInfo.InvariantCulture,
                $"the lease {Reference.Token} of {LakeLayout.Date(Reference.Date)} ran out while this process did not go on, and another took the date (lease {status?.Token ?? 0})"),
            "Nothing was published by this process; look at: runs list.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _beat.Dispose();
        _lake.ForgetLease(this);
        DateLeases.End(_lake, Reference, _held);
    }
}

/// <summary>Who has or had a date's lease.</summary>
/// <param name="Date">The business date.</param>
/// <param name="Token">The greatest fencing token.</param>
/// <param name="Owner">To whom it was given.</param>
/// <param name="Expires">When it ends whatever its owner does; null for never.</param>
/// <param name="State">Whether it is held.</param>
public sealed record LeaseStatus(DateOnly Date, long Token, LockOwner Owner, DateTimeOffset? Expires, LeaseState State);

/// <summary>Whether a lease is held.</summary>
public enum LeaseState
{
    /// <summary>Its owner lives and its end has not come.</summary>
    Held,
    /// <summary>It was given back.</summary>
    Ended,
    /// <summary>Its owner is dead or silent.</summary>
    Abandoned,
    /// <summary>Its end came and its owner did not give it back: it hangs.</summary>
    Expired,
}
