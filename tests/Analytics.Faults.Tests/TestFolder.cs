using System.Diagnostics;

namespace Analytics.Faults.Tests;

/// <summary>A folder of one test, in memory where the system has such a place, deleted at its end.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>Where lakes of tests lie: processes that force hundreds of files to the disk are quick there.</summary>
    public static string Memory { get; } = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    public TestFolder(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? Memory, $"analytics-faults-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string this[string name] => $"{Path}/{name}";

    /// <summary>Copies a tree with its links, hard ones too.</summary>
    public static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
