namespace Analytics.Scheduling;

/// <summary>What the input of a night looks like.</summary>
/// <param name="IsReady">Whether the night can start.</param>
/// <param name="Fingerprint">Names, lengths and times of the files in short; equal for equal input.</param>
/// <param name="Waiting">What it waits for; empty where it is ready.</param>
public sealed record InputState(bool IsReady, string Fingerprint, string Waiting)
{
    /// <summary>Input that is there.</summary>
    public static InputState Ready(string fingerprint) => new(true, fingerprint, "");

    /// <summary>Input that is not there, or not whole.</summary>
    public static InputState NotYet(string waiting) => new(false, "", waiting);
}
