namespace Analytics.Faults.Tests;

/// <summary>ANALYTICS_LONG_TESTS=1 asks for the long form; scripts/fault-suite.sh sets it.</summary>
internal static class LongTests
{
    public static bool Wanted => Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1";

    public static int Times(int quick, int whole) => Wanted ? whole : quick;
}
