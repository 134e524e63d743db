using System.Globalization;
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
    private const int Attempts = 8;

    // Others may be making claims right now: only what is older than this was left by a killed process.
    private static readonly TimeSpan OldestClaimInTheMaking = TimeSpan.FromHours(1);

    private readonly IFileStore _files;
    private readonly string _folder;
    private readonly string _claim;
    private readonly string _id;
    private readonly LakeOptions _options;
    private readonly Heartbeat _beat;

    private LakeLock(IFileStore files, string folder, string id, LockOwner owner, LockOwner? takenOverFrom, LakeOptions options)
    {
        _files = files;
        _folder = folder;
        _id = id;
        _claim = StorePath.Combine(folder, id + Claims.Suffix);
        _options = options;
        Owner = owner;
        TakenOverFrom = takenOverFrom;
        _beat = new Heartbeat(files, folder, id, options);
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
                var owner = Claims.Own(purpose, options) with { Lease = options.OwnLease() };
                var id = Guid.NewGuid().ToString("N");
                var claim = StorePath.Combine(folder, id + Claims.Suffix);
                Claims.Hold(id);
                try
                {
                    if (!Claims.TryMake(files, claim, LakeJson.Write(owner)))
                        throw new InvalidOperationException($"{claim} exists, though its name was drawn at random");
                    holder = FindLive(files, folder, except: id, options, ref dead);
                }
                catch
                {
                    Claims.LetGo(id);
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
            if (Claims.Read(files, item) is { } owner && IsLive(item, owner, options)) return owner;
        return null;
    }

    /// <summary>Fails when the lock was lost, as after this machine slept and another took over.</summary>
    /// <exception cref="LakeLockedException">It was.</exception>
    public void EnsureHeld()
    {
        if (Claims.IsHeld(_id) && _files.FileExists(_claim)) return;
        var thief = Peek(_files, _folder, _options) ?? Owner;
        throw new LakeLockedException(_folder, thief, "the lock was taken by another process while this one did not run", "Run the command again.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _beat.Dispose();
        try
        {
            Release(_files, _folder, _id);
        }
        catch (FileStoreException)
        {
            // Whoever comes next sees a claim whose owner is gone, or in this process one that is not held, and deletes it.
            Claims.LetGo(_id);
        }
    }

    private static void Release(IFileStore files, string folder, string id)
    {
        files.DeleteFile(StorePath.Combine(folder, id + Claims.Suffix));
        files.DeleteFile(StorePath.Combine(folder, id + Heartbeat.Suffix));
        Claims.LetGo(id);
    }

    // Who works under a lease that was given to another is out, however alive the process is: it may hang.
    private static bool IsLive(FileItem item, LockOwner owner, LakeOptions options) =>
        Claims.IsAlive(Claims.IdOf(item)!, owner, options) && !(owner.Lease is { } lease && options.IsFenced(lease));

    private static LockOwner? FindLive(IFileStore files, string folder, string? except, LakeOptions options, ref LockOwner? dead)
    {
        foreach (var item in files.List(folder))
        {
            if (item.Name.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal))
            {
                if (options.Time.GetUtcNow() - item.ModifiedAt > OldestClaimInTheMaking) files.DeleteFile(item.Path);
                continue;
            }
            if (Claims.IdOf(item) is not { } id || id == except || Claims.Read(files, item) is not { } owner) continue;
            if (IsLive(item, owner, options)) return owner;
            files.DeleteFile(item.Path);
            files.DeleteFile(StorePath.Combine(folder, id + Heartbeat.Suffix));
            dead = owner;
        }
        return null;
    }
}
