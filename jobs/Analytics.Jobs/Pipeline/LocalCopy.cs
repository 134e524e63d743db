using Analytics.Files;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Pipeline;

/// <summary>Files of this machine for what reads nothing else (Parquet's reader, the base's curated files): local ones as they are, others copied for the while.</summary>
internal sealed class LocalCopy(Func<string, IFileStore> open) : IDisposable
{
    private string? _folder;

    /// <summary>A local path with the file's bytes, under its own last name. Two files of one name are one after the other.</summary>
    /// <exception cref="FileStoreException">It cannot be read, or there is no room for it.</exception>
    public string Of(string path)
    {
        if (!FileSystems.IsUri(path)) return path;
        _folder ??= Directory.CreateTempSubdirectory("analytics-copy-").FullName;
        var copy = Path.Combine(_folder, StorePath.Name(path));
        var local = new LocalFileStore();
        local.DeleteFile(copy);
        using var from = open(path).OpenRead(path);
        using var to = local.CreateFile(copy);
        from.CopyTo(to, 1 << 20);
        return copy;
    }

    /// <summary>A base's two files of a date.</summary>
    public BaseDate Of(BaseDate date) => date with { TransactionsPath = Of(date.TransactionsPath), EvidencePath = Of(date.EvidencePath) };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}
