using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>The one writer's place in a lake, or a process's place at one open run; given back when disposed.</summary>
/// <remarks>
/// Whoever wants the place puts a claim of its own into the lock's folder and then looks for others: of two that come together each
/// sees the other, so never both hold it. A claim whose owner is dead is deleted. See docs/lake.md.
/// </remarks>
public sealed class LakeLock : IDisposable
{
    private const string ClaimSuffix = ".json";
    private const string BeatSuffix = ".beat";
    private const int Attempts = 8;

    // A claim of this very process that is not among these was left by a failed release: it is as dead as one of a dead process.
    private static readonly ConcurrentDictionary<string, bool> Held = new(StringComparer.Ordinal);

    private readonly IFileStore _files;
    private readonly string _folder;
    private readonly string _claim;
    private readonly string _id;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    private LakeLock(IFileStore files, string folder, string id, LockOwner owner, LockOwner? takenOverFrom, LakeOptions options)
    {
        _files = files;
        _folder = folder;
        _id = id;
        _claim = StorePath.Combine(folder, id + ClaimSuffix);
        _time = options.Time;
        Owner = owner;
        TakenOverFrom = takenOverFrom;
        var interval = options.HeartbeatTimeout / 4;
        _timer = options.Time.CreateTimer(static state => ((LakeLock)state!).Beat(), this, interval, interval);
    }

    /// <summary>This process, as others see it.</summary>
    public LockOwner Owner { get; }

    /// <summary>Whose lock was taken over because they were dead; null for none.</summary>
    public LockOwner? TakenOverFrom { get; }

    internal static LakeLock Acquire(IFileStore files, string folder, string where, string purpose, LakeOptions options)
    {
        if (TryAcquire(files, folder, purpose, options, out var holder) is { } taken) return taken;
        throw new LakeLockedException(where, holder!,
            string.Create(CultureInfo.InvariantCulture,
                $"held by process {holder!.ProcessId} on {holder.Host} since {holder.AcquiredAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({holder.Purpose})"),
            "Wait until it is done and run the command again; a lock whose owner is dead is taken over by itself.");
    }

    internal static LakeLock? TryAcquire(IFileStore files, string folder, string purpose, LakeOptions options, out LockOwner? holder)
    {
        files.CreateFolder(folder);
        LockOwner? dead = null;
        for (var attempt = 0; ; attempt++)
        {
            holder = FindLive(files, folder, except: null, options, ref dead);
            if (holder is null)
            {
                var now = options.Time.GetUtcNow();
                var owner = new LockOwner(
                    Environment.MachineName, ProcessProbe.Machine, Environment.ProcessId, ProcessProbe.OwnStart, purpose, now, now);
                var id = Guid.NewGuid().ToString("N");
                var claim = StorePath.Combine(folder, id + ClaimSuffix);
                Held[id] = true;
                try
                {
                    if (!files.TryCreateExclusive(claim, LakeJson.Write(owner)))
                        throw new InvalidOperationException($"{claim} exists, though its name was drawn at random");
                    holder = FindLive(files, folder, except: id, options, ref dead);
                }
                catch
                {
                    Held.TryRemove(id, out _);
                    throw;
                }
                if (holder is null) return new LakeLock(files, folder, id, owner, dead, options);
                Release(files, folder, id);
            }
            if (attempt == Attempts) return null;
            // Two that came together both stepped back: they come again after different times.
            Thread.Sleep(5 + Guid.NewGuid().ToByteArray()[0] % 45);
        }
    }

    /// <summary>Who holds a lock now; null for nobody. Changes nothing.</summary>
    internal static LockOwner? Peek(IFileStore files, string folder, LakeOptions options)
    {
        foreach (var item in files.List(folder))
            if (Read(files, item) is { } owner && IsAlive(item, owner, options)) return owner;
        return null;
    }

    /// <summary>Fails when the lock was lost, as after this machine slept and another took over.</summary>
    /// <exception cref="LakeLockedException">It was.</exception>
    public void EnsureHeld()
    {
        if (Held.ContainsKey(_id) && _files.FileExists(_claim)) return;
        var thief = Peek(_files, _folder, new LakeOptions { Time = _time }) ?? Owner;
        throw new LakeLockedException(_folder, thief, "the lock was taken by another process while this one did not run", "Run the command again.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        try
        {
            Release(_files, _folder, _id);
        }
        catch (FileStoreException)
        {
            // Whoever comes next sees a claim whose owner is gone, or in this process one that is not held, and deletes it.
            Held.TryRemove(_id, out _);
        }
    }

    private static void Release(IFileStore files, string folder, string id)
    {
        files.DeleteFile(StorePath.Combine(folder, id + ClaimSuffix));
        files.DeleteFile(StorePath.Combine(folder, id + BeatSuffix));
        Held.TryRemove(id, out _);
    }

    private static LockOwner? FindLive(IFileStore files, string folder, string? except, LakeOptions options, ref LockOwner? dead)
    {
        foreach (var item in files.List(folder))
        {
            if (IdOf(item) is not { } id || id == except || Read(files, item) is not { } owner) continue;
            if (IsAlive(item, owner, options)) return owner;
            files.DeleteFile(item.Path);
            files.DeleteFile(StorePath.Combine(folder, id + BeatSuffix));
            dead = owner;
        }
        return null;
    }

    private static string? IdOf(FileItem item) =>
        item.Kind == FileKind.File && item.Name.EndsWith(ClaimSuffix, StringComparison.Ordinal) ? item.Name[..^ClaimSuffix.Length] : null;

    /// <summary>A claim's owner with the time of its last heartbeat; null where the claim went meanwhile.</summary>
    private static LockOwner? Read(IFileStore files, FileItem item)
    {
        if (IdOf(item) is not { } id) return null;
        try
        {
            var owner = LakeJson.Read<LockOwner>(files.ReadAllBytes(item.Path));
            var beat = StorePath.Combine(StorePath.Parent(item.Path), id + BeatSuffix);
            if (files.FileExists(beat)
                && DateTimeOffset.TryParse(Encoding.UTF8.GetString(files.ReadAllBytes(beat)), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                && at > owner.Heartbeat)
                owner = owner with { Heartbeat = at };
            return owner;
        }
        catch (JsonException)
        {
            // Claims appear whole, so this is none of ours; it counts as one by its age alone.
            return new LockOwner("an unknown machine", "", 0, "", $"unreadable claim {item.Path}", item.ModifiedAt, item.ModifiedAt);
        }
        catch (FileStoreException) when (files.Find(item.Path) is null)
        {
            return null;
        }
    }

    private static bool IsAlive(FileItem item, LockOwner owner, LakeOptions options)
    {
        if (owner.Machine.Length > 0 && owner.Machine == ProcessProbe.Machine && owner.Host == Environment.MachineName)
        {
            if (owner.ProcessId == Environment.ProcessId && owner.ProcessStart == ProcessProbe.OwnStart) return Held.ContainsKey(IdOf(item)!);
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

    private void Beat()
    {
        var beat = StorePath.Combine(_folder, _id + BeatSuffix);
        var temporary = beat + FileStoreExtensions.TemporarySuffix;
        try
        {
            // Apart from the claim: a heartbeat that comes late must never bring back a claim that another has deleted.
            if (!_files.FileExists(_claim)) return;
            _files.DeleteFile(temporary);
            using (var stream = _files.CreateFile(temporary))
                stream.Write(Encoding.UTF8.GetBytes(_time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)));
            _files.Replace(temporary, beat);
        }
        catch (FileStoreException)
        {
            // Others on this machine see the process itself; others elsewhere take over, which EnsureHeld finds before anything is published.
        }
    }
}
