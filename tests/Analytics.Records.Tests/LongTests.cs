namespace Analytics.Records.Tests;

/// <summary>ANALYTICS_LONG_TESTS=1 makes random tests ten times as long.</summary>
internal static class LongTests
{
    public static bool Wanted => Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1";

    public static int Times(int quick) => Wanted ? quick * 10 : quick;
}
