using Analytics.Files;

namespace Analytics.Jobs.Pipeline;

/// <summary>Lets a test kill the process, or fill its disk, at a chosen step on the lake's files: ANALYTICS_FAULT=kill:N or full:N (docs/lake.md).</summary>
internal static class FaultHook
{
    public static IFileStore Wrap(IFileStore store) => FaultyFileStore.Wrap(store, Environment.GetEnvironmentVariable("ANALYTICS_FAULT"));
}
