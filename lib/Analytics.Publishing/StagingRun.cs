using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>
/// An open run: the folder <c>staging/[key]</c> that stages work in, with a mark for each stage that is done. Not visible to readers.
/// Stages write tables as <c>tables/[table]/part-*.parquet</c> and new curated files under <c>curated/</c> at the path that they will
/// have in the lake. One process at a time has it open.
/// </summary>
public sealed class StagingRun : IDisposable
{
    internal const string IntentFile = "publishing.json";
    private const string RunFile = "run.json";
    private const string Stages = "stages";
    private const string Tables = "tables";
    internal const string LockFolder = "lock";
    private const string MarkSuffix = ".json";

    private readonly Lake _lake;
    private readonly LakeLock _lock;
    private bool _isOpen = true;

    private StagingRun(Lake lake, string folder, LakeLock held, OpenRunFile run, bool isResumed)
    {
        _lake = lake;
        _lock = held;
        Folder = folder;
        Key = run.Key;
        Plan = run.Plan;
        StartedAt = run.StartedAt;
        IsResumed = isResumed;
    }

    /// <summary>The run's key.</summary>
    public string Key { get; }

    /// <summary>What the run will be.</summary>
    public RunPlan Plan { get; }

    /// <summary>When it was opened first.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The full path of its folder.</summary>
    public string Folder { get; }

    /// <summary>Whether a process worked on it before.</summary>
    public bool IsResumed { get; }

    /// <summary>Where publishing assembles the run's folder.</summary>
    internal string AssemblyFolder => StorePath.Combine(Folder, "publish");

    internal string IntentPath => StorePath.Combine(Folder, IntentFile);

    internal static StagingRun Open(Lake lake, RunPlan plan)
    {
        var key = RunKey.Compute(plan.KeyParts);
        if (plan.KeyParts.BaseKey != plan.Base?.Key) throw new ArgumentException("the base of the plan is not the base of its key", nameof(plan));
        var files = lake.Files;
        var folder = lake.Full($"{LakeLayout.Staging}/{key}");
        var held = Acquire(lake, folder, plan);
        if (held.TakenOverFrom is { Lease: { } lease } && lake.Options.IsFenced(lease))
        {
            // Its process may live and write on once it wakes: it shall write where nobody looks.
            held.Dispose();
            lake.Discard(folder);
            held = Acquire(lake, folder, plan);
        }
        try
        {
            var path = StorePath.Combine(folder, RunFile);
            var run = new OpenRunFile(OpenRunFile.CurrentVersion, key, lake.Options.Time.GetUtcNow(), plan);
            var isResumed = files.FileExists(path);
            if (isResumed)
            {
                try
                {
                    // The key is the same; the rest of the plan (the program's version, the base's id) is what it is now.
                    run = run with { StartedAt = LakeJson.Read<OpenRunFile>(files.ReadAllBytes(path)).StartedAt };
                }
                catch (JsonException)
                {
                    // Written by a newer or an older program: what its stages left cannot be relied on.
                    isResumed = false;
                    foreach (var item in files.List(folder))
                    {
                        if (item.Name == LockFolder) continue;
                        if (item.Kind == FileKind.Folder) files.DeleteTree(item.Path);
                        else files.DeleteFile(item.Path);
                    }
                }
            }
            files.WriteDurably(path, LakeJson.Write(run));
            files.FlushFolder(lake.Full(LakeLayout.Staging));
            return new StagingRun(lake, folder, held, run, isResumed);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static LakeLock Acquire(Lake lake, string folder, RunPlan plan) =>
        LakeLock.Acquire(lake.Files, StorePath.Combine(folder, LockFolder), folder, $"run {LakeLayout.Date(plan.KeyParts.BusinessDate)}", lake.Options);

    /// <summary>An open run as a list shows it; null where it was being made or deleted.</summary>
    internal static OpenRun? Describe(Lake lake, string folder)
    {
        var files = lake.Files;
        var path = StorePath.Combine(folder, RunFile);
        if (files.Find(path) is not { Kind: FileKind.File } file) return null;
        OpenRunFile run;
        try
        {
            run = LakeJson.Read<OpenRunFile>(files.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            return null;
        }
        var touched = file.ModifiedAt;
        var done = new List<(DateTimeOffset At, string Stage)>();
        foreach (var item in files.List(StorePath.Combine(folder, Stages)))
        {
            if (!item.Name.EndsWith(MarkSuffix, StringComparison.Ordinal)) continue;
            done.Add((item.ModifiedAt, item.Name[..^MarkSuffix.Length]));
            if (item.ModifiedAt > touched) touched = item.ModifiedAt;
        }
        done.Sort();
        return new OpenRun(run.Key, run.Plan.KeyParts.BusinessDate, run.StartedAt, touched, done.ConvertAll(static d => d.Stage), Owner(lake, folder), run.Plan);
    }

    internal static LockOwner? Owner(Lake lake, string folder) =>
        LakeLock.Peek(lake.Files, StorePath.Combine(folder, LockFolder), lake.Options);

    /// <summary>The full path for a table's part files; the folder is not made (engines want to make it).</summary>
    public string TableFolder(string table)
    {
        CheckName(table);
        return StorePath.Combine(Folder, Tables, table);
    }

    /// <summary>The full path at which a new curated file is written before it is published; its folder is made.</summary>
    /// <param name="curatedPath">The path that it will have, relative to the lake; see <see cref="LakeLayout.CuratedFile"/>.</param>
    public string CuratedFile(string curatedPath)
    {
        var path = CuratedPath(curatedPath);
        _lake.Files.CreateFolder(StorePath.Parent(path));
        return path;
    }

    internal string CuratedPath(string curatedPath)
    {
        if (!StorePath.IsPlainRelative(curatedPath) || !curatedPath.StartsWith(LakeLayout.Curated + "/", StringComparison.Ordinal))
            throw new ArgumentException($"'{curatedPath}' is no path below {LakeLayout.Curated}/", nameof(curatedPath));
        return StorePath.Combine(Folder, curatedPath);
    }

    /// <summary>A stage's mark where it is done on these inputs and its outputs are still there, else null.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="inputsHash">A hash of all that its outputs depend on.</param>
    public StageMark? FindDone(string stage, string inputsHash)
    {
        if (ReadMark(stage) is not { } mark || mark.InputsHash != inputsHash) return null;
        foreach (var output in mark.Outputs)
        {
            if (IsThere(StorePath.Combine(Folder, output.Path), output.Bytes)) continue;
            // Publishing may have been killed when it had moved the curated files already.
            var isCurated = output.Path.StartsWith(LakeLayout.Curated + "/", StringComparison.Ordinal);
            if (!isCurated || !IsThere(_lake.Full(output.Path), output.Bytes)) return null;
        }
        return mark;
    }

    /// <summary>Begins a stage: its mark is deleted first, then the outputs given here and those of an earlier try, so that nothing of it stays.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="outputs">Files or folders relative to <see cref="Folder"/> that the stage is going to write.</param>
    public void Begin(string stage, params IReadOnlyList<string> outputs)
    {
        var earlier = ReadMark(stage);
        _lake.Files.DeleteFile(MarkPath(stage));
        foreach (var output in earlier?.Outputs ?? []) _lake.Files.DeleteFile(StorePath.Combine(Folder, output.Path));
        foreach (var output in outputs)
        {
            var path = OutputPath(output);
            if (_lake.Files.FolderExists(path)) _lake.Files.DeleteTree(path);
            else _lake.Files.DeleteFile(path);
        }
    }

    /// <summary>Ends a stage: its outputs are forced to the disk, then its mark is written, which a later start may rely on.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="inputsHash">A hash of all that its outputs depend on.</param>
    /// <param name="outputs">Files or folders relative to <see cref="Folder"/>.</param>
    /// <param name="facts">What the stage wants to know again when it is skipped: counts, file lists.</param>
    public StageMark Complete(string stage, string inputsHash, IEnumerable<string> outputs, JsonElement? facts = null)
    {
        _lock.EnsureHeld();
        var files = new List<FileItem>();
        foreach (var output in outputs)
        {
            var path = OutputPath(output);
            switch (_lake.Files.Find(path))
            {
                case { Kind: FileKind.Folder }:
                    files.AddRange(_lake.Files.ListTree(path));
                    break;
                case { Kind: FileKind.File } file:
                    files.Add(file);
                    break;
                default:
                    throw new PublishingException(Fault.Bug, $"the stage {stage} did not write its output", path, "a file or a folder", "Report this with the log.");
            }
        }
        files.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path));
        FileFlush.Files(_lake.Files, files.ConvertAll(static f => f.Path), _lake.Options.Threads);
        var mark = new StageMark
        {
            Stage = stage,
            InputsHash = inputsHash,
            FinishedAt = _lake.Options.Time.GetUtcNow(),
            Outputs = files.ConvertAll(f => new StageOutput(StorePath.Relative(Folder, f.Path), f.Length)),
            Facts = facts,
        };
        _lake.Files.CreateFolder(StorePath.Combine(Folder, Stages));
        _lake.Files.WriteDurably(MarkPath(stage), LakeJson.Write(mark));
        return mark;
    }

    /// <summary>Deletes the open run. It is closed afterwards.</summary>
    public void Abandon()
    {
        if (!_isOpen) return;
        // Recovery may have deleted it already, after completing a publishing that had failed at the switch.
        if (_lake.Files.FolderExists(Folder)) _lake.Discard(Folder);
        Dispose();
    }

    /// <summary>Gives the open run back; what is done stays for the next start.</summary>
    public void Dispose()
    {
        if (!_isOpen) return;
        _isOpen = false;
        _lock.Dispose();
    }

    /// <summary>Deletes all marks, so that every stage is done anew.</summary>
    internal void ForgetStages() => _lake.Files.DeleteTree(StorePath.Combine(Folder, Stages));

    internal void EnsureOpen()
    {
        ObjectDisposedException.ThrowIf(!_isOpen, this);
        _lock.EnsureHeld();
    }

    private bool IsThere(string path, long bytes) => _lake.Files.Find(path) is { Kind: FileKind.File } file && file.Length == bytes;

    private StageMark? ReadMark(string stage)
    {
        EnsureOpen();
        var path = MarkPath(stage);
        if (!_lake.Files.FileExists(path)) return null;
        try
        {
            return LakeJson.Read<StageMark>(_lake.Files.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            // Written by another version of the program: the stage is done again.
            return null;
        }
    }

    private string MarkPath(string stage)
    {
        CheckName(stage);
        return StorePath.Combine(Folder, Stages, stage + MarkSuffix);
    }

    private string OutputPath(string output)
    {
        if (!StorePath.IsPlainRelative(output)) throw new ArgumentException($"'{output}' is no path below an open run", nameof(output));
        return StorePath.Combine(Folder, output);
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"))
            throw new ArgumentException($"'{name}' is no name of a stage or table: lower-case letters, digits, _ and -", nameof(name));
    }
}

/// <summary>A stage that is done.</summary>
public sealed record StageMark
{
    /// <summary>The stage.</summary>
    public required string Stage { get; init; }
    /// <summary>The hash of all that its outputs depend on.</summary>
    public required string InputsHash { get; init; }
    /// <summary>When it ended.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
    /// <summary>The files that it wrote.</summary>
    public required IReadOnlyList<StageOutput> Outputs { get; init; }
    /// <summary>What the stage wants to know again.</summary>
    public JsonElement? Facts { get; init; }
}

/// <summary>A file that a stage wrote.</summary>
/// <param name="Path">Relative to the open run's folder.</param>
/// <param name="Bytes">Its length.</param>
public sealed record StageOutput(string Path, long Bytes);
