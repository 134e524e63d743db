using Microsoft.Win32.SafeHandles;

namespace Analytics.Records.Curation.Internals;

/// <summary>A file of spilled pieces, gone when it is disposed of or the process ends in order.</summary>
internal sealed class SpillFile : IDisposable
{
    public SpillFile(string folder)
    {
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, $"curation-{System.IO.Path.GetRandomFileName()}.spill");
        Stream = new FileStream(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.DeleteOnClose);
    }

    public string Path { get; }

    public FileStream Stream { get; }

    /// <summary>For reading by several threads at once, after the last write was flushed.</summary>
    public SafeFileHandle Handle => Stream.SafeFileHandle;

    public void Dispose() => Stream.Dispose();
}
