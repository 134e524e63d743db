using Analytics.Files;

namespace Analytics.Web.Tests;

/// <summary>A store of another machine: <c>far://shop/lake</c> lies in a folder here, of which only this store knows. Counts what is opened.</summary>
internal sealed class FarStore(string folder) : IFileStore
{
    public const string Scheme = "far://";
    public const string Root = "far://shop/lake";

    private readonly LocalFileStore _inner = new();
    private int _opened;

    /// <summary>Parquet files that were opened so far.</summary>
    public int Opened => _opened;

    public bool HasRename => true;

    public bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite) => _inner.TryPut(Near(path), content, overwrite);

    public FileItem? Find(string path) => _inner.Find(Near(path)) is { } item ? item with { Path = path } : null;

    public IReadOnlyList<FileItem> List(string path) => [.. _inner.List(Near(path)).Select(item => item with { Path = StorePath.Combine(path, item.Name) })];

    public Stream OpenRead(string path)
    {
        if (path.EndsWith(".parquet", StringComparison.Ordinal)) Interlocked.Increment(ref _opened);
        return _inner.OpenRead(Near(path));
    }

    public Stream CreateFile(string path) => _inner.CreateFile(Near(path));

    public void CreateFolder(string path) => _inner.CreateFolder(Near(path));

    public void FlushFile(string path) => _inner.FlushFile(Near(path));

    public void FlushFolder(string path) => _inner.FlushFolder(Near(path));

    public bool TryMove(string source, string target) => _inner.TryMove(Near(source), Near(target));

    public void Replace(string source, string target) => _inner.Replace(Near(source), Near(target));

    public LinkKind Link(string source, string target) => _inner.Link(Near(source), Near(target));

    public bool TryCreateSymbolicLink(string path, string target) => _inner.TryCreateSymbolicLink(Near(path), target);

    public void DeleteFile(string path) => _inner.DeleteFile(Near(path));

    public void DeleteTree(string path) => _inner.DeleteTree(Near(path));

    public long? FreeBytes(string path) => null;

    private string Near(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? folder + path[Root.Length..] : throw new ArgumentException($"{path} is not below {Root}", nameof(path));
}
