using System.Globalization;
using Analytics.Columns;

namespace Analytics.Records.Curation.Internals;

/// <summary>Names and writes curated files.</summary>
internal static class CuratedFiles
{
    public static DateOnly DateOf(int days) => DateOnly.FromDayNumber(days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    public static int DaysOf(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>Writes a file under a name of its own and moves it to that of its hash; not at all where these are the base's bytes.</summary>
    public static CuratedFile Write(string folder, string table, DateOnly date, ParquetWriter writer, Action<ParquetWriter> writeRows, string? basePath, string baseSha256)
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
