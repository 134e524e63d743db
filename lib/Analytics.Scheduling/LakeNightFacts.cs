using Analytics.Publishing;

namespace Analytics.Scheduling;

/// <summary>What the lake says about nights: the only memory that schedulers share.</summary>
public sealed class LakeNightFacts : INightFacts
{
    private readonly Lake _lake;
    private readonly AttemptBook _attempts;
    private readonly Func<DateOnly, InputState> _input;
    private readonly SortedSet<DateOnly> _published;

    /// <summary>Reads the names of the published runs; the rest when it is asked for.</summary>
    public LakeNightFacts(Lake lake, AttemptBook attempts, Func<DateOnly, InputState> input)
    {
        (_lake, _attempts, _input) = (lake, attempts, input);
        _published = [.. lake.ListRuns().Select(static run => run.Date)];
        PrunedThrough = lake.PrunedThrough();
    }

    /// <inheritdoc/>
    public DateOnly? FirstPublished => _published.Count > 0 ? _published.Min : null;

    /// <inheritdoc/>
    public DateOnly? PrunedThrough { get; }

    /// <inheritdoc/>
    public bool IsPublished(DateOnly date) => _published.Contains(date) || PrunedThrough >= date;

    /// <inheritdoc/>
    public LeaseStatus? Lease(DateOnly date) => _lake.FindLease(date);

    /// <inheritdoc/>
    public IReadOnlyList<Attempt> Attempts(DateOnly date) => _attempts.Of(date);

    /// <inheritdoc/>
    public InputState Input(DateOnly date) => _input(date);
}
