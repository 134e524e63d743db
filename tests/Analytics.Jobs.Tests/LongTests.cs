namespace Analytics.Jobs.Tests;

/// <summary>ANALYTICS_LONG_TESTS=1 lengthens the tests that can be long.</summary>
internal static class LongTests
{
    public static bool Enabled { get; } = Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1";
}
