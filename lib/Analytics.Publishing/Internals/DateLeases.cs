using System.Globalization;
using System.Text.Json;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>The files of the leases: <c>state/leases/DATE/TOKEN.json</c>, <c>.beat</c> and, when it was given back, <c>.end</c>.</summary>
internal static class DateLeases
{
    private const string EndSuffix = ".end";
    private const int Attempts = 20;

    public static string Folder(Lake lake, DateOnly date) => lake.Full($"{LakeLayout.Leases}/{LakeLayout.Date(date)}");

    public static string Id(long token) => token.ToString("D8", CultureInfo.InvariantCulture);

    public static DateLease Acquire(Lake lake, DateOnly date, string purpose, DateTimeOffset? expires)
    {
        var folder = Folder(lake, date);
        lake.Files.CreateFolder(folder);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var last = Find(lake, date);
            if (last is { State: LeaseState.Held })
            {
                throw new LakeLockedException(folder, last.Owner,
                    string.Create(CultureInfo.InvariantCulture,
                        $"the date {LakeLayout.Date(date)} is being run by process {last.Owner.ProcessId} on {last.Owner.Host} since {last.Owner.AcquiredAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({last.Owner.Purpose}, lease {last.Token})"),
                    "Wait until it is done and run the command again; a lease whose owner is dead or late is taken over by itself.");
            }
            var reference = new LeaseRef(date, (last?.Token ?? 0) + 1);
            var id = Id(reference.Token);
            var owner = Claims.Own(purpose, lake.Options) with { Lease = reference };
            // The name that this process holds it by is its own: another thread may be after the same token.
            var held = Guid.NewGuid().ToString("N");
            Claims.Hold(held);
            if (!Claims.TryMake(lake.Files, StorePath.Combine(folder, id + Claims.Suffix), LakeJson.Write(new LeaseFile(held, owner, expires))))
            {
                Claims.LetGo(held);
                continue;
            }
            // Who looked long ago finds the name free again, because later leases delete those before them; then a greater one stands there.
            if (Highest(lake, date)?.Token != reference.Token)
            {
                lake.Files.DeleteFile(StorePath.Combine(folder, id + Claims.Suffix));
                Claims.LetGo(held);
                continue;
            }
            DeleteBefore(lake, reference);
            return new DateLease(lake, reference, held, owner, last is { State: LeaseState.Abandoned or LeaseState.Expired } ? last.Owner : null);
        }
        throw new InvalidOperationException($"{folder}: {Attempts} processes took a lease one after the other and ended at once");
    }

    /// <summary>The greatest token of a date; null where no lease was ever given.</summary>
    public static LeaseRef? Highest(Lake lake, DateOnly date)
    {
        LeaseRef? highest = null;
        foreach (var item in lake.Files.List(Folder(lake, date)))
            if (Token(item) is { } token && token > (highest?.Token ?? 0)) highest = new LeaseRef(date, token);
        return highest;
    }

    public static LeaseStatus? Find(Lake lake, DateOnly date)
    {
        // What is read may be replaced by the next lease meanwhile: then that one is read.
        while (Highest(lake, date) is { } reference)
        {
            var folder = Folder(lake, date);
            var path = StorePath.Combine(folder, Id(reference.Token) + Claims.Suffix);
            if (lake.Files.Find(path) is not { } item) continue;
            if (Read(lake, item) is not { } lease) continue;
            var (owner, expires) = (lease.Owner, lease.Expires);
            var state = lake.Files.FileExists(StorePath.Combine(folder, Id(reference.Token) + EndSuffix)) ? LeaseState.Ended
                : !Claims.IsAlive(lease.Held, owner, lake.Options) ? LeaseState.Abandoned
                : expires <= lake.Options.Time.GetUtcNow() ? LeaseState.Expired
                : LeaseState.Held;
            return new LeaseStatus(date, reference.Token, owner, expires, state);
        }
        return null;
    }

    public static void End(Lake lake, LeaseRef reference, string held)
    {
        Claims.LetGo(held);
        var folder = Folder(lake, reference.Date);
        try
        {
            if (lake.Files.FileExists(StorePath.Combine(folder, Id(reference.Token) + Claims.Suffix)))
                Claims.TryMake(lake.Files, StorePath.Combine(folder, Id(reference.Token) + EndSuffix), []);
            lake.Files.DeleteFile(StorePath.Combine(folder, Id(reference.Token) + Heartbeat.Suffix));
        }
        catch (FileStoreException)
        {
            // Not given back: whoever comes next sees an owner that is gone, or in this process one that does not hold it.
        }
    }

    /// <summary>Gives a lease back in the name of an owner that hangs, by an operator's hand: the next token is taken and ended at once.</summary>
    public static void Break(Lake lake, DateOnly date, string purpose)
    {
        if (Find(lake, date) is not { } last) return;
        var reference = new LeaseRef(date, last.Token + 1);
        var path = StorePath.Combine(Folder(lake, date), Id(reference.Token) + Claims.Suffix);
        var owner = Claims.Own(purpose, lake.Options) with { Lease = reference };
        if (Claims.TryMake(lake.Files, path, LakeJson.Write(new LeaseFile("", owner, lake.Options.Time.GetUtcNow())))) End(lake, reference, "");
    }

    private static LeaseFile? Read(Lake lake, FileItem item)
    {
        byte[] content = [];
        try
        {
            content = lake.Files.ReadAllBytes(item.Path);
            var file = LakeJson.Read<LeaseFile>(content);
            var beat = StorePath.Combine(StorePath.Parent(item.Path), Claims.IdOf(item) + Heartbeat.Suffix);
            return file with { Owner = Heartbeat.Latest(lake.Files, beat, file.Owner) };
        }
        catch (JsonException)
        {
            return new LeaseFile("", Claims.Unknown(item, content), null);
        }
        catch (FileStoreException) when (lake.Files.Find(item.Path) is null)
        {
            return null;
        }
    }

    private static void DeleteBefore(Lake lake, LeaseRef reference)
    {
        foreach (var item in lake.Files.List(Folder(lake, reference.Date)))
        {
            // Another process may be writing one just now; what a killed one left goes after a day.
            if (item.Name.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal) && lake.Options.Time.GetUtcNow() - item.ModifiedAt < TimeSpan.FromDays(1)) continue;
            var dot = item.Name.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && long.TryParse(item.Name.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var token) && token < reference.Token)
                lake.Files.DeleteFile(item.Path);
        }
    }

    private static long? Token(FileItem item) =>
        Claims.IdOf(item) is { } id && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : null;
}

/// <summary>A lease's file; <c>Held</c> is the random name by which its owner's process knows it.</summary>
internal sealed record LeaseFile(string Held, LockOwner Owner, DateTimeOffset? Expires);
