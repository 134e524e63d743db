namespace Analytics.Scheduling;

/// <summary>What is to be done with a night now.</summary>
public enum NightState
{
    /// <summary>Its date is published.</summary>
    Published,
    /// <summary>Somebody runs it.</summary>
    Running,
    /// <summary>It is to be started now.</summary>
    Start,
    /// <summary>It waits for its input.</summary>
    WaitingForInput,
    /// <summary>It failed and is tried again later.</summary>
    WaitingForRetry,
    /// <summary>An older night comes first.</summary>
    WaitingForOlder,
    /// <summary>It failed, and trying again does not help: a person has to.</summary>
    Failed,
    /// <summary>Its input did not come in time; it is run when it comes, and holds up nobody.</summary>
    NoInput,
    /// <summary>More nights are missing than are made up for by themselves.</summary>
    OverLimit,
}

/// <summary>A night and what is to be done with it.</summary>
/// <param name="Night">The night.</param>
/// <param name="State">What is to be done.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="NotBefore">When it is looked at again, where that is known.</param>
/// <param name="Attempts">Its attempts so far.</param>
/// <param name="Input">Its input where it was looked at.</param>
/// <param name="IsLean">Whether it is to be run with less memory.</param>
public sealed record NightDecision(
    DueNight Night, NightState State, string Reason, DateTimeOffset? NotBefore, IReadOnlyList<Attempt> Attempts, InputState? Input, bool IsLean);
