namespace Analytics.Files.Tests;

/// <summary>A folder of one test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"analytics-{Guid.NewGuid():N}").Replace('\\', '/');

    public string this[string relative] => $"{Path}/{relative}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
