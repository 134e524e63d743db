using System.Text.Json;

namespace Analytics.Publishing;

/// <summary>
/// A run's key: the same key, the same results. SHA-256 of the line <c>analytics run key 1</c>, a line feed and the canonical JSON
/// (<see cref="CanonicalJson"/>) of
/// <c>{"base":KEY or null,"business_date":"YYYY-MM-DD","configuration":SHA-256,"inputs":[["name","sha256"],...],"results_version":"..."}</c>,
/// inputs sorted by the UTF-8 bytes of their names.
/// </summary>
public static class RunKey
{
    /// <summary>The key's parts, in order and with the configuration's hash.</summary>
    /// <param name="businessDate">The business date.</param>
    /// <param name="inputs">All source files that the run rests on; any order, no name twice.</param>
    /// <param name="configuration">The effective results part of the configuration.</param>
    /// <param name="resultsVersion">The pipeline's results version.</param>
    /// <param name="baseKey">The base run's key, or null.</param>
    public static RunKeyParts Parts(
        DateOnly businessDate, IEnumerable<RunInput> inputs, JsonElement configuration, string resultsVersion, string? baseKey) =>
        throw new NotImplementedException();

    /// <summary>The key: 64 lower-case hex digits.</summary>
    public static string Compute(RunKeyParts parts) => throw new NotImplementedException();

    /// <summary>The run id of a key: its first 16 digits, with -2, -3 for its second, third forced repetition.</summary>
    public static string Id(string key, int repetition = 1) => throw new NotImplementedException();
}
