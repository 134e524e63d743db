namespace Analytics.Tests;

/// <summary>The development chain is a program from npm: tests that need it are skipped where there is no npm, and fail on CI where there is.</summary>
internal static class LocalChain
{
    /// <summary>Skips or fails the calling test unless the program is there.</summary>
    public static string Require(string? program)
    {
        if (program is not null) return program;
        const string missing = "the development chain is not installed (scripts/contracts.sh chain installs it with npm)";
        var hasNpm = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "npm")));
        if (hasNpm && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Skip(missing);
        return "";
    }
}
