using System.Collections.Concurrent;
using System.Text.Json;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>Claims on a place, one JSON file each, as locks and leases use them: whose they are, and whether the owner still lives.</summary>
internal static class Claims
{
    public const string Suffix = ".json";

    // A claim of this very process that is not among these was left by a failed release: it is as dead as one of a dead process.
    private static readonly ConcurrentDictionary<string, bool> Held = new(StringComparer.Ordinal);

    public static void Hold(string id) => Held[id] = true;

    public static void LetGo(string id) => Held.TryRemove(id, out _);

    public static bool IsHeld(string id) => Held.ContainsKey(id);

    /// <summary>This process as the owner of a claim made now.</summary>
    public static LockOwner Own(string purpose, LakeOptions options)
    {
        var now = options.Time.GetUtcNow();
        return new LockOwner(Environment.MachineName, ProcessProbe.Machine, Environment.ProcessId, ProcessProbe.OwnStart, purpose, now, now);
    }

    /// <summary>
    /// Makes a claim, unless its name is taken. It need not outlive a power failure, since its owner does not: forcing five of them to the
    /// disk took a tenth of a small night's time.
    /// </summary>
    public static bool TryMake(IFileStore files, string path, ReadOnlySpan<byte> content) => files.TryCreateExclusive(path, content, durable: false);

    /// <summary>
    /// Whether a power failure took a claim's content. Claims get their names after their content, so whoever made it cannot have lived
    /// to see it empty.
    /// </summary>
    public static bool IsBlank(ReadOnlySpan<byte> content) => content.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The owner of a claim whose content is none of ours: it counts by the claim's age alone, and as dead where a power failure took it.</summary>
    public static LockOwner Unknown(FileItem item, ReadOnlySpan<byte> content)
    {
        var beat = IsBlank(content) ? DateTimeOffset.MinValue : item.ModifiedAt;
        return new LockOwner("an unknown machine", "", 0, "", $"unreadable claim {item.Path}", item.ModifiedAt, beat);
    }

    public static string? IdOf(FileItem item) =>
        item.Kind == FileKind.File && item.Name.EndsWith(Suffix, StringComparison.Ordinal) ? item.Name[..^Suffix.Length] : null;

    /// <summary>A claim's owner with the time of its last heartbeat; null where the claim went meanwhile.</summary>
    public static LockOwner? Read(IFileStore files, FileItem item)
    {
        if (IdOf(item) is not { } id) return null;
        byte[] content = [];
        try
        {
            content = files.ReadAllBytes(item.Path);
            var owner = LakeJson.Read<LockOwner>(content);
            return Heartbeat.Latest(files, StorePath.Combine(StorePath.Parent(item.Path), id + Heartbeat.Suffix), owner);
        }
        catch (JsonException)
        {
            return Unknown(item, content);
        }
        catch (FileStoreException) when (files.Find(item.Path) is null)
        {
            return null;
        }
    }

    /// <summary>Whether the owner of a claim lives: on this machine its process is asked for, elsewhere the heartbeat counts.</summary>
    public static bool IsAlive(string id, LockOwner owner, LakeOptions options)
    {
        if (owner.Machine.Length > 0 && owner.Machine == ProcessProbe.Machine && owner.Host == Environment.MachineName)
        {
            if (owner.ProcessId == Environment.ProcessId && owner.ProcessStart == ProcessProbe.OwnStart) return IsHeld(id);
            switch (ProcessProbe.StartOf(owner.ProcessId))
            {
                case null:
                    return false;
                case { Length: > 0 } start when owner.ProcessStart.Length > 0:
                    return start == owner.ProcessStart;
            }
        }
        return options.Time.GetUtcNow() - owner.Heartbeat < options.HeartbeatTimeout;
    }
}
