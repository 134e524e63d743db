using System.Globalization;
using Analytics.Columns;

namespace Analytics.Records.Curation.Internals;

/// <summary>Where the files of a date go.</summary>
internal interface ICuratedTarget
{
    /// <summary>Writes a file; not at all where these are the base's bytes.</summary>
    CuratedFile Write(string table, DateOnly date, ParquetWriter writer, Action<ParquetWriter> writeRows, string? basePath, string baseSha256);
}

/// <summary>Files in a folder: each is written under a name of its own and moved to that of its hash.</summary>
internal sealed class FolderTarget(string folder) : ICuratedTarget
{
    public CuratedFile Write(string table, DateOnly date, ParquetWriter writer, Action<ParquetWriter> writeRows, string? basePath, string baseSha256)
    {
        var day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        var part = Path.Combine(folder, $".{table}-{day}.part");
        try
        {
            ParquetFile file;
            using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                writer.Begin(stream);
                writeRows(writer);
                file = writer.End();
            }
            if (basePath is not null && file.Sha256 == baseSha256)
            {
                File.Delete(part);
                return new CuratedFile(basePath, file.Sha256, file.Bytes, file.Rows, true);
            }
            var dateFolder = Path.Combine(folder, table, $"order_date={day}");
            Directory.CreateDirectory(dateFolder);
            var path = Path.Combine(dateFolder, $"{file.Sha256}.parquet");
            File.Move(part, path, overwrite: true);
            return new CuratedFile(path, file.Sha256, file.Bytes, file.Rows, false);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}

/// <summary>Bytes in memory, for who writes them elsewhere.</summary>
internal sealed class MemoryTarget : ICuratedTarget
{
    private readonly Dictionary<string, MemoryStream> _tables = new(StringComparer.Ordinal);

    /// <summary>The bytes that were written last for a table.</summary>
    public ReadOnlyMemory<byte> this[string table] => _tables[table].GetBuffer().AsMemory(0, (int)_tables[table].Length);

    public CuratedFile Write(string table, DateOnly date, ParquetWriter writer, Action<ParquetWriter> writeRows, string? basePath, string baseSha256)
    {
        if (!_tables.TryGetValue(table, out var bytes)) _tables[table] = bytes = new MemoryStream();
        bytes.SetLength(0);
        writer.Begin(bytes);
        writeRows(writer);
        var file = writer.End();
        return basePath is not null && file.Sha256 == baseSha256
            ? new CuratedFile(basePath, file.Sha256, file.Bytes, file.Rows, true)
            : new CuratedFile("", file.Sha256, file.Bytes, file.Rows, false);
    }
}
