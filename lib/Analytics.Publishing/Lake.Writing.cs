using System.Text;
using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

public sealed partial class Lake
{
    private const string TrashPrefix = ".trash-";

    /// <summary>
    /// The folder for what this process cannot keep in memory. Whoever writes there makes it; who opened the lake deletes it in the end,
    /// and recovery does where the process was killed.
    /// </summary>
    public string SpillFolder => Full($"{LakeLayout.Staging}/{Internals.SpillFolder.OwnName}");

    /// <summary>Takes the one writer's place; publishing and pruning do it themselves.</summary>
    /// <exception cref="LakeLockedException">Another writer holds it and lives.</exception>
    public LakeLock Lock(string purpose) => LakeLock.Acquire(Files, Full(LakeLayout.Lock), Root, purpose, Options);

    /// <summary>Takes the place of the one process that sends to the chain; publishing goes on meanwhile.</summary>
    /// <exception cref="LakeLockedException">Another process holds it and lives.</exception>
    public LakeLock LockChain(string purpose) => LakeLock.Acquire(Files, Full(LakeLayout.ChainLock), Full(LakeLayout.Chain), purpose, Options);

    /// <summary>
    /// Completes or undoes what a killed process left: a switch that was decided and not made, temporary files, folders half deleted.
    /// To be called when a writing command starts.
    /// </summary>
    /// <returns>What was done, a line each; empty when all was in order, or when another writer is at work.</returns>
    public IReadOnlyList<string> Recover(CancellationToken cancel = default)
    {
        using var writer = LakeLock.TryAcquire(Files, Full(LakeLayout.Lock), "recover", Options, out _);
        return writer is null ? [] : RecoverLocked(writer, cancel);
    }

    /// <summary>Opens the run of a key, or goes on with it where a killed process left it.</summary>
    /// <exception cref="LakeLockedException">Another process works on it.</exception>
    public StagingRun OpenStaging(RunPlan plan)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return StagingRun.Open(this, plan);
            }
            catch (FileStoreException) when (attempt < OpenAttempts && !Files.FolderExists(Full($"{LakeLayout.Staging}/{RunKey.Compute(plan.KeyParts)}/{StagingRun.LockFolder}")))
            {
                // Another process published this very run and deleted its folder between two of our steps.
            }
        }
    }

    private const int OpenAttempts = 5;

    /// <summary>The open runs, by date and key.</summary>
    public IReadOnlyList<OpenRun> ListStaging()
    {
        var open = new List<OpenRun>();
        foreach (var item in StagingFolders())
            if (StagingRun.Describe(this, item.Path) is { } run) open.Add(run);
        open.Sort(static (a, b) => a.BusinessDate.CompareTo(b.BusinessDate) is var order and not 0 ? order : string.CompareOrdinal(a.Key, b.Key));
        return open;
    }

    /// <summary>Makes a published run the current one of its date; <c>latest</c> follows by the forward rule.</summary>
    public void Reinstate(RunRef run, CancellationToken cancel = default)
    {
        using var writer = Lock($"reinstate {run}");
        RecoverLocked(writer, cancel);
        ReadHeader(run);
        MakeCurrent(run);
        MoveLatestForward(run);
    }

    /// <summary>Points <c>latest</c> to a published run, backwards too, and makes it the current one of its date.</summary>
    public void Rollback(RunRef run, CancellationToken cancel = default)
    {
        using var writer = Lock($"rollback to {run}");
        RecoverLocked(writer, cancel);
        ReadHeader(run);
        MakeCurrent(run);
        FilePointer.Switch(Files, Full(LakeLayout.Latest), run.Path);
    }

    internal List<string> RecoverLocked(LakeLock writer, CancellationToken cancel)
    {
        var notes = new List<string>();
        if (writer.TakenOverFrom is { } dead)
            notes.Add($"took over the lock of process {dead.ProcessId} on {dead.Host} ({dead.Purpose}), which is dead");
        foreach (var item in StagingFolders())
        {
            cancel.ThrowIfCancellationRequested();
            FinishPublishing(item.Path, notes);
        }
        if (!Files.HasRename) DeleteUncommitted(notes, cancel);
        foreach (var item in Files.List(Full(LakeLayout.Staging)))
        {
            cancel.ThrowIfCancellationRequested();
            if (!item.Name.StartsWith(TrashPrefix, StringComparison.Ordinal)) continue;
            Files.DeleteTree(item.Path);
            notes.Add($"deleted the rest of {item.Name[TrashPrefix.Length..]}");
        }
        foreach (var item in Files.List(Full(LakeLayout.Staging)))
        {
            cancel.ThrowIfCancellationRequested();
            if (item.Kind != FileKind.Folder || !item.Name.StartsWith(Internals.SpillFolder.Prefix, StringComparison.Ordinal) || !Internals.SpillFolder.IsDead(this, item)) continue;
            Files.DeleteTree(item.Path);
            notes.Add($"deleted {item.Name}, which a dead process had spilled");
        }
        // Only the one writer makes temporary names here, and that is us.
        foreach (var item in Files.List(Root))
        {
            if (item.Kind == FileKind.Folder || !item.Name.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal)) continue;
            Files.DeleteFile(item.Path);
            notes.Add($"deleted the temporary {item.Name}");
        }
        return notes;
    }

    /// <summary>A published run is visible as of its move into runs/; this makes it the one that is found.</summary>
    internal bool FinishSwitch(RunRef run)
    {
        // It has its date's highest revision: whatever was reinstated before gives way.
        var current = CurrentPath(run.Date);
        if (Files.FileExists(current))
        {
            Files.DeleteFile(current);
            Files.FlushFolder(StorePath.Parent(current));
        }
        return MoveLatestForward(run);
    }

    internal bool MoveLatestForward(RunRef run)
    {
        var latest = Latest();
        if (latest == run || latest is { } other && other.Date > run.Date) return false;
        FilePointer.Switch(Files, Full(LakeLayout.Latest), run.Path);
        return true;
    }

    internal void MakeCurrent(RunRef run)
    {
        if (Current(run.Date) == run) return;
        Files.WriteDurably(CurrentPath(run.Date), Encoding.UTF8.GetBytes(run.Id + "\n"));
    }

    /// <summary>Takes a folder out of sight in one step, then deletes it; what a kill leaves of it is deleted at the next start.</summary>
    internal void Discard(string folder)
    {
        if (!Files.HasRename)
        {
            // A run is gone with its root file; what a kill leaves of the rest, recovery deletes.
            Files.DeleteFile(StorePath.Combine(folder, LakeLayout.Root));
            Files.DeleteTree(folder);
            return;
        }
        var trash = Full($"{LakeLayout.Staging}/{TrashPrefix}{StorePath.Name(folder)}-{Guid.NewGuid():N}");
        if (!Files.TryMove(folder, trash)) throw new InvalidOperationException($"{trash} exists, though its name was drawn at random");
        Files.FlushFolder(StorePath.Parent(folder));
        Files.DeleteTree(trash);
    }

    internal List<FileItem> StagingFolders()
    {
        var folders = new List<FileItem>();
        foreach (var item in Files.List(Full(LakeLayout.Staging)))
            if (item.Kind == FileKind.Folder && RunKey.IsSha256(item.Name)) folders.Add(item);
        return folders;
    }

    /// <summary>Run folders without a root file: what is left of runs that were being published or deleted when their process died.</summary>
    private void DeleteUncommitted(List<string> notes, CancellationToken cancel)
    {
        foreach (var date in Dates())
            foreach (var item in Files.List(Full($"{LakeLayout.Runs}/{LakeLayout.Date(date)}")))
            {
                cancel.ThrowIfCancellationRequested();
                if (item.Kind != FileKind.Folder || !RunKey.TryParseId(item.Name, out _) || IsCommitted(new RunRef(date, item.Name))) continue;
                Files.DeleteTree(item.Path);
                notes.Add($"deleted the rest of {LakeLayout.Date(date)}/{item.Name}, which was never whole or is gone");
            }
    }

    private void FinishPublishing(string staging, List<string> notes)
    {
        var path = StorePath.Combine(staging, StagingRun.IntentFile);
        if (!Files.FileExists(path)) return;
        PublishingIntent intent;
        try
        {
            intent = LakeJson.Read<PublishingIntent>(Files.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new PublishingException(Fault.Contract, $"unreadable: {e.Message}", path, "the note of a run that is being published",
                "Delete the folder that it is in, and set latest with: runs rollback RUN.", e);
        }
        var run = new RunRef(intent.BusinessDate, intent.Id);
        if (!IsPublished(run))
        {
            // Killed before the move: nothing is visible, and the open run can be published again.
            if (!Files.HasRename) Files.DeleteTree(Full(run.Path));
            Files.DeleteFile(path);
            return;
        }
        var moved = FinishSwitch(run);
        notes.Add(moved ? $"pointed latest to {run}, which was published when its process died" : $"completed the publishing of {run}");
        Discard(staging);
    }
}
