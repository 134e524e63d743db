using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>One thing that somebody did.</summary>
public sealed record AuditEntry
{
    /// <summary>From 1, growing.</summary>
    public required long Number { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Who.</summary>
    public required string Who { get; init; }
    /// <summary>From which address.</summary>
    public required string From { get; init; }
    /// <summary>What: run, retry, roll_back, release, silence, and the outcome of one.</summary>
    public required string Action { get; init; }
    /// <summary>To which date, run or alert.</summary>
    public required string Target { get; init; }
    /// <summary>Why, in the words of who did it; of an outcome, what came of it.</summary>
    public required string Why { get; init; }
    /// <summary>Of an outcome, the number of the entry that it is of.</summary>
    public long? Of { get; init; }
    /// <summary>SHA-256 of the entry's file before this one, so that one that was altered or taken out of the middle shows; empty for the first.</summary>
    public required string Before { get; init; }
}

/// <summary>An entry as it was read.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="IsLinked">Whether the entry before it is there and has the hash that this one names.</param>
public sealed record AuditLine(AuditEntry Entry, bool IsLinked);

/// <summary>
/// The log of what was done by hand, in the lake's <c>state/audit/</c>: a file an entry, created exclusively and never written again, so
/// that consoles on several machines add to one log. What cannot be written down is not done.
/// </summary>
public sealed class AuditLog(Lake lake, TimeProvider time)
{
    private const int Attempts = 100;
    private const string Suffix = ".json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        RespectRequiredConstructorParameters = true,
        // Read by people; in pages it is escaped there.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string Folder => lake.Full($"{LakeLayout.State}/audit");

    /// <summary>Adds an entry.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="FileStoreException">It cannot be written.</exception>
    public long Add(string who, string from, string action, string target, string why, long? of = null)
    {
        lake.Files.CreateFolder(Folder);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var last = Numbers().DefaultIfEmpty(0).Max();
            var entry = new AuditEntry
            {
                Number = last + 1,
                At = time.GetUtcNow(),
                Who = who,
                From = from,
                Action = action,
                Target = target,
                Why = why,
                Of = of,
                Before = last == 0 ? "" : FileHash.Compute(lake.Files.ReadAllBytes(PathOf(last))),
            };
            if (lake.Files.TryCreateExclusive(PathOf(entry.Number), [.. JsonSerializer.SerializeToUtf8Bytes(entry, Json), (byte)'\n'])) return entry.Number;
        }
        throw new FileStoreException(Folder, $"{Folder}: {Attempts} others were quicker to write the next entry; expected room for one more. Try again");
    }

    /// <summary>Entries with numbers below one, newest first.</summary>
    /// <param name="below">The number; null for the newest.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<AuditLine> Read(long? below, int count)
    {
        var lines = new List<AuditLine>();
        foreach (var number in Numbers().Where(number => below is null || number < below).OrderDescending().Take(count)) lines.Add(ReadOne(number));
        return lines;
    }

    private AuditLine ReadOne(long number)
    {
        var before = number == 1 ? "" : lake.Files.FileExists(PathOf(number - 1)) ? FileHash.Compute(lake.Files.ReadAllBytes(PathOf(number - 1))) : null;
        try
        {
            var entry = JsonSerializer.Deserialize<AuditEntry>(lake.Files.ReadAllBytes(PathOf(number)), Json) ?? throw new JsonException("the file says null");
            return new AuditLine(entry, entry.Before == before && entry.Number == number);
        }
        catch (JsonException e)
        {
            return new AuditLine(new AuditEntry { Number = number, At = DateTimeOffset.UnixEpoch, Who = "unknown", From = "", Action = "unreadable", Target = PathOf(number), Why = e.Message, Before = "" }, false);
        }
    }

    private IEnumerable<long> Numbers()
    {
        foreach (var item in lake.Files.List(Folder))
            if (item.Name.EndsWith(Suffix, StringComparison.Ordinal) && long.TryParse(item.Name.AsSpan(0, item.Name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) yield return number;
    }

    private string PathOf(long number) => StorePath.Combine(Folder, number.ToString("D8", CultureInfo.InvariantCulture) + Suffix);
}
