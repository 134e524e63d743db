using System.Globalization;

namespace Analytics.Records.Curation;

/// <summary>A record, by where it stands.</summary>
/// <param name="Label">Its source_file.</param>
/// <param name="Line">Its source_line.</param>
public readonly record struct RecordPlace(string Label, long Line);

/// <summary>Duplicates were found and the policy is to fail. No file of the run may be used.</summary>
public sealed class DuplicateRecordsException : Exception
{
    /// <summary>Tells of duplicates.</summary>
    /// <param name="count">How many.</param>
    /// <param name="date">The first date with one.</param>
    /// <param name="first">The record that is there first.</param>
    /// <param name="duplicate">The first record that equals it.</param>
    public DuplicateRecordsException(long count, DateOnly date, RecordPlace first, RecordPlace duplicate)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"{count} record{(count == 1 ? " equals another one" : "s equal other ones")} of the same date in every source column; the first: {duplicate.Label} line {duplicate.Line} equals {first.Label} line {first.Line} (order date {date:yyyy-MM-dd}). The configuration asks to fail on duplicates: correct the files, or set duplicates to drop or keep"))
    {
        Count = count;
        Date = date;
        First = first;
        Duplicate = duplicate;
    }

    /// <summary>How many would have to be dropped, in the dates that were built.</summary>
    public long Count { get; }

    /// <summary>The first date with one.</summary>
    public DateOnly Date { get; }

    /// <summary>The record that is there first.</summary>
    public RecordPlace First { get; }

    /// <summary>The first record that equals it.</summary>
    public RecordPlace Duplicate { get; }
}
