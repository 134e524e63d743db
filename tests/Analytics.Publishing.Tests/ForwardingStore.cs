using Analytics.Files;

namespace Analytics.Publishing.Tests;

/// <summary>A store that does what another does, but for what a test changes.</summary>
internal class ForwardingStore(IFileStore inner) : IFileStore
{
    public virtual bool HasRename => inner.HasRename;

    public virtual bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite) => inner.TryPut(path, content, overwrite);

    public FileItem? Find(string path) => inner.Find(path);

    public IReadOnlyList<FileItem> List(string folder) => inner.List(folder);

    public virtual Stream OpenRead(string path) => inner.OpenRead(path);

    public Stream CreateFile(string path) => inner.CreateFile(path);

    public void CreateFolder(string path) => inner.CreateFolder(path);

    public void FlushFile(string path) => inner.FlushFile(path);

    public void FlushFolder(string path) => inner.FlushFolder(path);

    public virtual bool TryMove(string source, string target) => inner.TryMove(source, target);

    public virtual void Replace(string source, string target) => inner.Replace(source, target);

    public LinkKind Link(string source, string target) => inner.Link(source, target);

    public virtual bool TryCreateSymbolicLink(string path, string target) => inner.TryCreateSymbolicLink(path, target);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteTree(string path) => inner.DeleteTree(path);

    public long? FreeBytes(string path) => inner.FreeBytes(path);
}

/// <summary>Counts the files that are opened for reading.</summary>
internal sealed class CountingStore(IFileStore inner) : ForwardingStore(inner)
{
    public int Opened { get; private set; }

    public override Stream OpenRead(string path)
    {
        Opened++;
        return base.OpenRead(path);
    }
}
