namespace Analytics.Tests;

/// <summary>Finds the real data sets: the folder named by ANALYTICS_SHARED, else <c>../shared</c> beside the project.</summary>
internal static class SharedData
{
    public static string ProjectRoot { get; } = FindProjectRoot();

    public static string? Root { get; } = FindShared();

    /// <summary>
    /// The path of one shared file. Skips the calling test where the whole folder is absent;
    /// with CI=true and the folder there, a missing file fails it.
    /// </summary>
    public static string Path(string relative)
    {
        Assert.SkipWhen(Root is null, "the shared data folder is absent (set ANALYTICS_SHARED)");
        // Data sets stand under data/; peers/ and spark/ beside it.
        var path = System.IO.Path.Combine(Root!, "data", relative);
        if (!File.Exists(path) && !Directory.Exists(path)) path = System.IO.Path.Combine(Root!, relative);
        if (File.Exists(path) || Directory.Exists(path)) return path;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"shared data set {path} is missing");
        Assert.Skip($"shared data set {path} is missing");
        return path;
    }

    private static string FindProjectRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Directory.Packages.props"))) return folder.FullName;
        throw new InvalidOperationException($"no project folder above {AppContext.BaseDirectory}");
    }

    private static string? FindShared()
    {
        var named = Environment.GetEnvironmentVariable("ANALYTICS_SHARED");
        var path = string.IsNullOrEmpty(named) ? System.IO.Path.Combine(ProjectRoot, "..", "shared") : named;
        return Directory.Exists(path) ? System.IO.Path.GetFullPath(path) : null;
    }
}
