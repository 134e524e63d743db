namespace Analytics.Scheduling;

/// <summary>States of nights in words, the same on the terminal and in the console.</summary>
public static class NightStates
{
    /// <summary>A state in words.</summary>
    /// <param name="state">The state.</param>
    /// <param name="start">The words for a night that is to be started: who acts on it says otherwise than who only looks.</param>
    public static string Words(this NightState state, string start) => state switch
    {
        NightState.Published => "published",
        NightState.Running => "running",
        NightState.Start => start,
        NightState.WaitingForInput => "waits for input",
        NightState.WaitingForRetry => "waits for the next attempt",
        NightState.WaitingForOlder => "waits for an older night",
        NightState.Failed => "failed",
        NightState.NoInput => "no input",
        NightState.OverLimit => "missing, over the limit",
        _ => throw new InvalidOperationException($"no words for {state}"),
    };
}
