namespace Analytics.Anchoring.Tests;

/// <summary>A clock whose days are set by the test; pauses and time stamps are the system's, so that waiting for a chain works.</summary>
internal sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
