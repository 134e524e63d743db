using Analytics.Scheduling;

namespace Analytics.Web.Pages;

/// <summary>Nights and attempts in words.</summary>
internal static class NightWords
{
    public static string State(NightState state) => state.Words(start: "starts at the next look");

    public static bool? IsGood(NightState state) => state switch
    {
        NightState.Published => true,
        NightState.Failed or NightState.NoInput or NightState.OverLimit => false,
        _ => null,
    };

    public static string Result(Attempt attempt) => attempt.Result switch
    {
        null => "not ended",
        AttemptResult.Done => "done",
        AttemptResult.Broken => "wrong configuration or a bug",
        AttemptResult.BadData => "broken data",
        AttemptResult.Outside => "failed outside",
        AttemptResult.Held => "held by another",
        AttemptResult.OutOfMemory => "out of memory",
        AttemptResult.Deadline => "took too long",
        AttemptResult.Lost => "interrupted",
        var other => other.ToString()!,
    };
}
