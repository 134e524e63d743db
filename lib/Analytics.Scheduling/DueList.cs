namespace Analytics.Scheduling;

/// <summary>The due nights of a schedule, for who asks again and again: each is computed once.</summary>
internal sealed class DueList(ScheduleDefinition schedule)
{
    private readonly List<DueNight> _nights = [];
    private IEnumerator<DueNight>? _more;
    private DateOnly _first;

    /// <summary>As <see cref="DueNights.Until"/>.</summary>
    public List<DueNight> Until(DateOnly first, DateTimeOffset now)
    {
        if (_more is null || first != _first)
        {
            (_first, _more) = (first, DueNights.From(schedule, first).GetEnumerator());
            _nights.Clear();
            Next();
        }
        // The last one is not due yet; an expression that ends has none.
        while (_nights.Count > 0 && _nights[^1].DueAt <= now && Next())
        {
        }
        // A clock that was set back has fewer; times grow with dates, so what is due is a beginning.
        var count = _nights.Count;
        while (count > 0 && _nights[count - 1].DueAt > now) count--;
        return _nights.GetRange(0, count);
    }

    private bool Next()
    {
        if (!_more!.MoveNext()) return false;
        _nights.Add(_more.Current);
        return true;
    }
}
