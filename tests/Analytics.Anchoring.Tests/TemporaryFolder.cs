namespace Analytics.Anchoring.Tests;

/// <summary>A folder that is gone in the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("analytics-anchoring-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A file with these rights.</summary>
    public string Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(At(name), text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(name), mode);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
