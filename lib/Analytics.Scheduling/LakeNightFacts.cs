using Analytics.Publishing;

namespace Analytics.Scheduling;

/// <summary>What the lake says about nights: the only memory that schedulers share.</summary>
public sealed class LakeNightFacts : INightFacts
{
    private readonly Lake _lake;
    private readonly AttemptBook _attempts;
    private readonly Func<DateOnly, InputState> _input;
    private readonly SortedSet<DateOnly> _published;

    /// <summary>Takes what one look at the lake found; the rest is read when it is asked for.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="published">The dates that have a run.</param>
    /// <param name="prunedThrough">The greatest date whose runs were pruned.</param>
    /// <param name="attempts">The schedule's attempts.</param>
    /// <param name="input">The schedule's input.</param>
    public LakeNightFacts(Lake lake, SortedSet<DateOnly> published, DateOnly? prunedThrough, AttemptBook attempts, Func<DateOnly, InputState> input)
    {
        (_lake, _published, _attempts, _input) = (lake, published, attempts, input);
        PrunedThrough = prunedThrough;
    }

    /// <summary>Looks at the lake once.</summary>
    public LakeNightFacts(Lake lake, AttemptBook attempts, Func<DateOnly, InputState> input)
        : this(lake, new PublishedDates(lake).Look(), lake.PrunedThrough(), attempts, input)
    {
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
