namespace Analytics.Publishing.Tests;

/// <summary>A clock that stands still until it is told to go on; its timers fire when it passes them.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly List<TestTimer> _timers = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan by, bool fireTimers = true)
    {
        Now += by;
        if (!fireTimers) return;
        foreach (var timer in _timers.ToArray()) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    private sealed class TestTimer(TestClock clock, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
