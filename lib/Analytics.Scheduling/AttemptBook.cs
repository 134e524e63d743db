using System.Globalization;
using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Scheduling.Internals;

namespace Analytics.Scheduling;

/// <summary>
/// The attempts at each night, in the lake's <c>state/schedule/NAME/DATE/</c>: a file when one begins, another when it ends. Losing them
/// loses no more than the memory of failures: what is published the lake itself says.
/// </summary>
public sealed class AttemptBook(Lake lake, string schedule)
{
    private const string Prefix = "attempt-";
    private const string BeginSuffix = ".json";
    private const string EndSuffix = ".end.json";

    /// <summary>The attempts at a date, oldest first.</summary>
    public IReadOnlyList<Attempt> Of(DateOnly date)
    {
        var attempts = new List<Attempt>();
        foreach (var item in lake.Files.List(Folder(date)))
        {
            if (!item.Name.StartsWith(Prefix, StringComparison.Ordinal) || item.Name.EndsWith(EndSuffix, StringComparison.Ordinal) || !item.Name.EndsWith(BeginSuffix, StringComparison.Ordinal)) continue;
            var end = item.Path[..^BeginSuffix.Length] + EndSuffix;
            if (((lake.Files.FileExists(end) ? Read(end) : null) ?? Read(item.Path)) is { } attempt) attempts.Add(attempt);
        }
        attempts.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return attempts;
    }

    /// <summary>Announces an attempt. Of several schedulers that want the same one, one gets it.</summary>
    /// <returns>False where another was quicker.</returns>
    public bool TryBegin(DateOnly date, Attempt attempt)
    {
        lake.Files.CreateFolder(Folder(date));
        return lake.Files.TryCreateExclusive(Begin(date, attempt.Number), SchedulingJson.Write(attempt));
    }

    /// <summary>Notes how an attempt ended.</summary>
    public void End(DateOnly date, Attempt attempt) =>
        lake.Files.WriteDurably(StorePath.Combine(Folder(date), Name(attempt.Number) + EndSuffix), SchedulingJson.Write(attempt));

    /// <summary>Forgets the failures of a date, so that it is tried anew: an operator's order.</summary>
    public void Forget(DateOnly date)
    {
        if (lake.Files.FolderExists(Folder(date))) lake.Files.DeleteTree(Folder(date));
    }

    /// <summary>The dates that have attempts, in order.</summary>
    public IReadOnlyList<DateOnly> Dates()
    {
        var dates = new List<DateOnly>();
        foreach (var item in lake.Files.List(Root))
            if (item.Kind == FileKind.Folder && DateOnly.TryParseExact(item.Name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) dates.Add(date);
        return dates;
    }

    private string Root => lake.Full($"{LakeLayout.State}/schedule/{schedule}");

    private string Folder(DateOnly date) => StorePath.Combine(Root, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private string Begin(DateOnly date, int number) => StorePath.Combine(Folder(date), Name(number) + BeginSuffix);

    private static string Name(int number) => Prefix + number.ToString("D4", CultureInfo.InvariantCulture);

    private Attempt? Read(string path)
    {
        try
        {
            return SchedulingJson.Read<Attempt>(lake.Files.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            // Written by another version, or by hand: an attempt of which nothing is known is one that is lost, and its number is taken.
            var digits = StorePath.Name(path)[Prefix.Length..].Split('.')[0];
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new Attempt(number, DateTimeOffset.UnixEpoch, "unknown", "", false, "unknown") { EndedAt = DateTimeOffset.UnixEpoch, Result = AttemptResult.Lost, Message = $"{path} cannot be read" }
                : null;
        }
        catch (FileStoreException) when (!lake.Files.FileExists(path))
        {
            return null;
        }
    }
}
