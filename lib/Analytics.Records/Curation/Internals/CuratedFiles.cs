namespace Analytics.Records.Curation.Internals;

/// <summary>Dates as the files count them: days since 1970.</summary>
internal static class CuratedFiles
{
    public static DateOnly DateOf(int days) => DateOnly.FromDayNumber(days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    public static int DaysOf(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
