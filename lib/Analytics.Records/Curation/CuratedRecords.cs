using Analytics.Columns;
using Analytics.Records.Curation.Internals;

namespace Analytics.Records.Curation;

/// <summary>Reads records back out of curated files.</summary>
public static class CuratedRecords
{
    /// <summary>The records of one source in a date's files, dropped duplicates included, in line order, as the parser gave them.</summary>
    /// <param name="date">The date's two files.</param>
    /// <param name="label">The source's label in them.</param>
    /// <returns>A batch of <see cref="RecordColumns.All"/>; empty where the source has no record of the date.</returns>
    /// <exception cref="InvalidDataException">A file was altered, or the two do not belong together.</exception>
    public static ColumnBatch Read(BaseDate date, string label)
    {
        using var reader = new ParquetFileReader();
        var rows = new BaseRows();
        rows.Read(reader, date);
        var records = new ColumnBatch(RecordColumns.All);
        foreach (var source in rows.Sources)
            if (source.Label == label) rows.AppendTo(records, source);
        return records;
    }
}
