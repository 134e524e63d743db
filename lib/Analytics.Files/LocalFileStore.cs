namespace Analytics.Files;

/// <summary>The file system of this machine, through .NET and, where .NET has no call, libc.</summary>
public sealed class LocalFileStore : IFileStore
{
    /// <inheritdoc/>
    public FileItem? Find(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public IReadOnlyList<FileItem> List(string folder) => throw new NotImplementedException();
    /// <inheritdoc/>
    public Stream OpenRead(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public Stream CreateFile(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void CreateFolder(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void FlushFile(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void FlushFolder(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool TryMove(string source, string target) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void Replace(string source, string target) => throw new NotImplementedException();
    /// <inheritdoc/>
    public LinkKind Link(string source, string target) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool TryCreateSymbolicLink(string path, string target) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void DeleteFile(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public void DeleteTree(string path) => throw new NotImplementedException();
    /// <inheritdoc/>
    public long? FreeBytes(string path) => throw new NotImplementedException();
}
