using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>What a lake needs besides its files.</summary>
public sealed record LakeOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The age from which a silent owner on another machine counts as dead.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many files to hash or flush at once; 0 for one a core.</summary>
    public int Threads { get; init; }
}

/// <summary>A lake: curated files, published runs, open runs and the pointer to the latest.</summary>
/// <remarks>Reading needs no lock. See docs/lake.md for the protocol and its reasons.</remarks>
public sealed class Lake
{
    private Lake(string root, IFileStore files, LakeOptions options)
    {
        Root = root;
        Files = files;
        Options = options;
    }

    /// <summary>The lake's folder.</summary>
    public string Root { get; }

    /// <summary>Its file system.</summary>
    public IFileStore Files { get; }

    /// <summary>Clock and limits.</summary>
    public LakeOptions Options { get; }

    /// <summary>Opens a lake that exists.</summary>
    /// <exception cref="PublishingException">No lake is there.</exception>
    public static Lake Open(string root, IFileStore files, LakeOptions? options = null) => throw new NotImplementedException();

    /// <summary>Opens a lake, or makes an empty one where nothing or an empty folder is.</summary>
    /// <exception cref="PublishingException">The folder holds something else.</exception>
    public static Lake OpenOrCreate(string root, IFileStore files, LakeOptions? options = null) => throw new NotImplementedException();

    /// <summary>The full path of something in the lake.</summary>
    public string Full(string relative) => StorePath.Combine(Root, relative);

    /// <summary>All published runs, by date and then revision unless only names were asked for; reads folder names alone.</summary>
    public IReadOnlyList<RunRef> ListRuns() => throw new NotImplementedException();

    /// <summary>All published runs with the heads of their manifests, by date and revision.</summary>
    public IReadOnlyList<RunSummary> Summaries() => throw new NotImplementedException();

    /// <summary>The current run of each date, by date.</summary>
    public IReadOnlyList<RunRef> CurrentRuns() => throw new NotImplementedException();

    /// <summary>The run of a date that later runs build on, or null.</summary>
    public RunRef? Current(DateOnly date) => throw new NotImplementedException();

    /// <summary>The base of a run of a date: the current run of the greatest business date before it, or null.</summary>
    public RunRef? FindBase(DateOnly date) => throw new NotImplementedException();

    /// <summary>The run that <c>latest</c> points to, or null.</summary>
    public RunRef? Latest() => throw new NotImplementedException();

    /// <summary>The published runs with a key, forced repetitions included, by revision.</summary>
    public IReadOnlyList<RunRef> FindKey(DateOnly date, string key) => throw new NotImplementedException();

    /// <summary>Finds the run that a user means: <c>latest</c>, a date (its current run), an id or a prefix of one (4 digits or more), or date/id.</summary>
    /// <exception cref="PublishingException">None, or several; the message lists them.</exception>
    public RunRef Resolve(string name) => throw new NotImplementedException();

    /// <summary>Reads a run's manifest.</summary>
    /// <exception cref="PublishingException">It is not there, not whole, or of a version that this program does not know.</exception>
    public Manifest ReadManifest(RunRef run) => throw new NotImplementedException();

    /// <summary>A run's base entry for the manifest and the key of the next run.</summary>
    public RunBase ReadBase(RunRef run) => throw new NotImplementedException();

    /// <summary>Takes the one writer's place; publishing and pruning do it themselves.</summary>
    /// <exception cref="LakeLockedException">Another writer holds it and lives.</exception>
    public LakeLock Lock(string purpose) => throw new NotImplementedException();

    /// <summary>
    /// Completes or undoes what a killed process left: a switch that was decided and not made, temporary files, folders half deleted.
    /// To be called when a writing command starts.
    /// </summary>
    /// <returns>What was done, a line each; empty when all was in order, or when another writer is at work.</returns>
    public IReadOnlyList<string> Recover(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Opens the run of a key, or goes on with it where a killed process left it.</summary>
    /// <exception cref="LakeLockedException">Another process works on it.</exception>
    public StagingRun OpenStaging(RunPlan plan) => throw new NotImplementedException();

    /// <summary>The open runs, by date and key.</summary>
    public IReadOnlyList<OpenRun> ListStaging() => throw new NotImplementedException();

    /// <summary>Makes a published run the current one of its date; <c>latest</c> follows by the forward rule.</summary>
    public void Reinstate(RunRef run, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Points <c>latest</c> to a published run, backwards too, and makes it the current one of its date.</summary>
    public void Rollback(RunRef run, CancellationToken cancel = default) => throw new NotImplementedException();
}

/// <summary>The one writer's place in a lake, or a process's place at one open run; given back when disposed.</summary>
public sealed class LakeLock : IDisposable
{
    internal LakeLock()
    {
    }

    /// <summary>This process, as others see it.</summary>
    public LockOwner Owner => throw new NotImplementedException();

    /// <summary>Whose lock was taken over because they were dead; null for none.</summary>
    public LockOwner? TakenOverFrom => throw new NotImplementedException();

    /// <summary>Fails when the lock was lost, as after this machine slept and another took over.</summary>
    /// <exception cref="LakeLockedException">It was.</exception>
    public void EnsureHeld() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>What a run will be: known before any stage works.</summary>
public sealed record RunPlan
{
    /// <summary>What the key is computed from.</summary>
    public required RunKeyParts KeyParts { get; init; }
    /// <summary>The base, or null.</summary>
    public RunBase? Base { get; init; }
    /// <summary>What the run takes in or away relative to its base.</summary>
    public required RunChanges Changes { get; init; }
    /// <summary>The program's version.</summary>
    public required string ProgramVersion { get; init; }
}

/// <summary>An open run as a list shows it.</summary>
/// <param name="Key">The key.</param>
/// <param name="BusinessDate">The business date.</param>
/// <param name="StartedAt">When it was opened first.</param>
/// <param name="TouchedAt">When a stage last ended in it.</param>
/// <param name="StagesDone">The stages that are done.</param>
/// <param name="Owner">Who works on it now; null for nobody.</param>
public sealed record OpenRun(
    string Key, DateOnly BusinessDate, DateTimeOffset StartedAt, DateTimeOffset TouchedAt, IReadOnlyList<string> StagesDone, LockOwner? Owner);

/// <summary>What a Parquet file's footer says; asked of the caller, who knows a Parquet reader.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">Names and types in order; whether they are nullable is not compared.</param>
public sealed record ParquetFacts(long Rows, IReadOnlyList<Column> Columns);

/// <summary>Reads a Parquet file's footer by its full path.</summary>
/// <exception cref="InvalidDataException">It is no whole Parquet file.</exception>
public delegate ParquetFacts ParquetInspector(string path);
