using Analytics.Publishing;
using Analytics.Records.Curation;
using BuiltDate = Analytics.Records.Curation.CuratedDate;
using BuiltFile = Analytics.Records.Curation.CuratedFile;

namespace Analytics.Jobs.Stages;

/// <summary>The curated files of a run: its start's, with the rebuilt dates in their place.</summary>
internal static class CuratedLedger
{
    public static IReadOnlyList<Publishing.CuratedDate> Build(Manifest? start, CurationResult curation)
    {
        var dates = new SortedDictionary<DateOnly, Publishing.CuratedDate>();
        foreach (var date in start?.Curated ?? []) dates[date.Date] = date;
        foreach (var date in curation.Dates)
        {
            if (date.Transactions is null) dates.Remove(date.Date);
            else dates[date.Date] = new Publishing.CuratedDate(date.Date, Entry(LakeLayout.Transactions, date, date.Transactions), Entry(LakeLayout.Evidence, date, date.Evidence!));
        }
        return dates.Values.ToArray();
    }

    /// <summary>A curated file's path in the lake, and relative to the open run.</summary>
    public static string PathOf(string kind, DateOnly date, BuiltFile file) => LakeLayout.CuratedFile(kind, date, file.Sha256);

    private static Publishing.CuratedFile Entry(string kind, BuiltDate date, BuiltFile file) => new(
        PathOf(kind, date.Date, file), file.Sha256, file.Bytes, file.Rows, Moment(date.MinimumOrderedAt), Moment(date.MaximumOrderedAt));

    private static DateTimeOffset Moment(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10);
}
