using System.Globalization;
using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>
/// Files of runs where queries can read them. Those of a lake on this machine are read where they lie; those of a lake elsewhere are fetched
/// into a folder of this machine, under their hashes, so that nights that share a file fetch it once. A table of many files is put together
/// in one there, since opening a file costs a query more than its rows. What was used longest ago gives way.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="localPath">Where this machine reads a path of the lake; null where it must be fetched.</param>
/// <param name="folder">Where fetched files lie.</param>
/// <param name="maxBytes">The most bytes there.</param>
/// <param name="execute">Runs a query that writes a file there.</param>
internal sealed class RunFiles(Lake lake, Func<string, string?> localPath, string folder, long maxBytes, Func<string, CancellationToken, Task> execute)
{
    private const int AtOnce = 4;
    // 725 files of a sample's days: a sorted page takes 0.3 s of processor time over the files, and 0.02 s over one, which takes 1.2 s to make.
    private const int ManyFiles = 16;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _fetching = new(1);
    private readonly Dictionary<string, Task> _merging = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _bytes;
    private readonly CancellationTokenSource _stop = new();
    private long _uses;

    private sealed class Entry(long bytes)
    {
        public long Bytes => bytes;

        public int Users { get; set; }

        public long UsedAt { get; set; }
    }

    /// <summary>Whether files must be fetched.</summary>
    public bool IsRemote { get; } = localPath(lake.Root) is null;

    /// <summary>The lake's folder.</summary>
    public string Root => lake.Root;

    /// <summary>Where fetched files lie.</summary>
    public string Folder => folder;

    /// <summary>The bytes there, and the most that there may be.</summary>
    public (long Bytes, long Most) Kept
    {
        get
        {
            lock (_lock) return (_bytes, maxBytes);
        }
    }

    /// <summary>The name that a fetched file has in <see cref="Folder"/>.</summary>
    public static string NameOf(TableFile file) => file.Sha256 + ".parquet";

    /// <summary>The path of a file that is on this machine, or was fetched.</summary>
    /// <exception cref="ConsoleException">The manifest names a file outside of the run.</exception>
    public string PathOf(RunRef run, TableFile file)
    {
        if (!StorePath.IsPlainRelative(file.Path) || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower))
            throw new ConsoleException($"the manifest of {run} names the file '{file.Path}' of hash '{file.Sha256}'; expected one below the run's folder and a SHA-256. The run was altered: verify it");
        return IsRemote ? Path.Combine(folder, NameOf(file)) : localPath(lake.Full($"{run.Path}/{file.Path}"))!;
    }

    /// <summary>Fetches files that are not there yet and keeps all of them there until <see cref="Release"/>. Does nothing for a lake on this machine.</summary>
    /// <returns>What was fetched.</returns>
    /// <exception cref="ConsoleException">They are more than may be fetched, or one has not the hash that the manifest names.</exception>
    /// <exception cref="FileStoreException">One cannot be read, or there is no room on this machine.</exception>
    public async Task<(int Files, long Bytes)> HoldAsync(RunRef run, string what, IReadOnlyCollection<TableFile> files, CancellationToken cancel)
    {
        if (!IsRemote) return (0, 0);
        Directory.CreateDirectory(folder);
        var wanted = files.DistinctBy(static file => file.Sha256).ToList();
        foreach (var file in wanted) PathOf(run, file);
        var all = wanted.Sum(static file => file.Bytes);
        if (all > maxBytes)
            throw new ConsoleException($"{what} of {run} has {Size(all)} in {wanted.Count.ToString(CultureInfo.InvariantCulture)} files on {lake.Root}, and the console fetches {Size(maxBytes)} at most (machine.web.fetch_mib). "
                + "Raise that, ask for pages without sorting and filtering, which need the files of that page alone, or read the table where it lies");
        if (TryHold(wanted)) return (0, 0);
        await _fetching.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var missing = Reserve(run, what, wanted);
            try
            {
                await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (file, stop) =>
                {
                    await FetchAsync(run, file, stop).ConfigureAwait(false);
                    lock (_lock)
                    {
                        _entries[file.Sha256] = new Entry(file.Bytes) { Users = 1, UsedAt = ++_uses };
                        _bytes += file.Bytes;
                    }
                }).ConfigureAwait(false);
            }
            catch
            {
                // What was fetched stays; who asked holds none of it.
                lock (_lock) ReleaseAll(wanted);
                throw;
            }
            return (missing.Count, missing.Sum(static file => file.Bytes));
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Lets files go that were held.</summary>
    public void Release(IEnumerable<TableFile> files)
    {
        if (!IsRemote) return;
        lock (_lock) ReleaseAll(files.DistinctBy(static file => file.Sha256));
    }

    private void ReleaseAll(IEnumerable<TableFile> files)
    {
        foreach (var file in files)
            if (_entries.TryGetValue(file.Sha256, out var entry)) entry.Users--;
    }

    private bool TryHold(List<TableFile> files)
    {
        lock (_lock)
        {
            if (!files.TrueForAll(file => _entries.ContainsKey(file.Sha256))) return false;
            foreach (var file in files) Use(file);
            return true;
        }
    }

    private void Use(TableFile file)
    {
        var entry = _entries[file.Sha256];
        entry.Users++;
        entry.UsedAt = ++_uses;
    }

    /// <summary>Holds what is there and makes room for the rest.</summary>
    private List<TableFile> Reserve(RunRef run, string what, List<TableFile> wanted)
    {
        lock (_lock)
        {
            var missing = wanted.Where(file => !_entries.ContainsKey(file.Sha256)).ToList();
            var there = wanted.Where(file => _entries.ContainsKey(file.Sha256)).ToList();
            foreach (var file in there) Use(file);
            var room = missing.Sum(static file => file.Bytes);
            MakeRoom(room);
            if (_bytes + room <= maxBytes) return missing;
            ReleaseAll(there);
            throw new ConsoleException($"{what} of {run} needs {Size(room)} from {lake.Root}, and other questions that are being answered hold {Size(_bytes)} of the {Size(maxBytes)} that the console fetches at most (machine.web.fetch_mib). Ask again in a minute");
        }
    }

    private void MakeRoom(long room)
    {
        foreach (var (name, entry) in _entries.Where(static pair => pair.Value.Users == 0).OrderBy(static pair => pair.Value.UsedAt).ToList())
        {
            if (_bytes + room <= maxBytes) break;
            File.Delete(Path.Combine(folder, name + ".parquet"));
            _entries.Remove(name);
            _bytes -= entry.Bytes;
        }
    }

    /// <summary>Holds the one file that a table of many was put together in, until <see cref="ReleaseMerged"/>; null while there is none.</summary>
    public string? TryHoldMerged(RunRef run, TableEntry table)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(MergedName(run, table), out var entry)) return null;
            entry.Users++;
            entry.UsedAt = ++_uses;
            return Path.Combine(folder, MergedName(run, table) + ".parquet");
        }
    }

    /// <summary>
    /// Begins to put the files of a table together in one, for those who ask next; does nothing where it has few, is too large to be kept
    /// twice, or could not be put together before.
    /// </summary>
    /// <returns>Ends when that is done.</returns>
    public Task BeginMerging(RunRef run, TableEntry table)
    {
        if (table.Files.Count < ManyFiles || table.Files.Sum(static file => file.Bytes) > maxBytes / 4) return Task.CompletedTask;
        var name = MergedName(run, table);
        lock (_lock)
        {
            if (_entries.ContainsKey(name) || _stop.IsCancellationRequested) return Task.CompletedTask;
            if (!_merging.TryGetValue(name, out var task)) _merging[name] = task = Task.Run(() => MergeAsync(run, table, name));
            return task;
        }
    }

    /// <summary>Lets a file go that was put together.</summary>
    public void ReleaseMerged(RunRef run, TableEntry table)
    {
        lock (_lock) _entries[MergedName(run, table)].Users--;
    }

    /// <summary>Ends what goes on without anybody waiting for it.</summary>
    public async Task StopAsync()
    {
        Task[] tasks;
        lock (_lock)
        {
            _stop.Cancel();
            tasks = [.. _merging.Values];
        }
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private static string MergedName(RunRef run, TableEntry table) => $"{LakeLayout.Date(run.Date)}-{run.Id}-{table.Name}";

    private async Task MergeAsync(RunRef run, TableEntry table, string name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, name + ".parquet");
            await HoldAsync(run, $"the table {table.Name}", table.Files, _stop.Token).ConfigureAwait(false);
            try
            {
                await execute($"copy (select * from {RunTables.From(table, table.Files.Select(file => PathOf(run, file)))}) to {TableQueries.Literal(path)} (format parquet, compression lz4_raw)", _stop.Token).ConfigureAwait(false);
            }
            finally
            {
                Release(table.Files);
            }
            lock (_lock)
            {
                var bytes = new FileInfo(path).Length;
                MakeRoom(bytes);
                // For a moment there may be more than the most: it is the next that makes room.
                _entries[name] = new Entry(bytes) { UsedAt = ++_uses };
                _bytes += bytes;
                _merging.Remove(name);
            }
        }
        catch (Exception e) when (e is ConsoleException or IOException or OperationCanceledException)
        {
            // Nobody waits for it. It stays among those that are being merged, so it is not tried again; questions read the files themselves,
            // and tell what is wrong with one.
        }
    }

    private async Task FetchAsync(RunRef run, TableFile file, CancellationToken cancel)
    {
        var path = lake.Full($"{run.Path}/{file.Path}");
        var target = Path.Combine(folder, NameOf(file));
        var partial = target + ".part";
        try
        {
            string hash;
            await using (var from = lake.Files.OpenRead(path))
            await using (var to = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                await from.CopyToAsync(to, 1 << 20, cancel).ConfigureAwait(false);
                to.Position = 0;
                hash = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(to, cancel).ConfigureAwait(false));
            }
            if (hash != file.Sha256)
                throw new ConsoleException($"{path} has not the hash that the manifest names; expected the file as it was published. It is not shown: verify the run, and restore the file from a copy");
            File.Move(partial, target, overwrite: true);
        }
        catch (IOException e) when (e is not FileStoreException)
        {
            throw new ConsoleException($"{path} cannot be fetched to {folder}: {e.Message}; expected room for the files of a page on this machine. Free some, or set TMPDIR to a folder with more", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static string Size(long bytes) => Pages.ConsolePage.Bytes(bytes);
}

/// <summary>The files that one answer rests on, held until it is given.</summary>
internal sealed class FileScope(RunFiles files) : IDisposable
{
    private readonly List<IReadOnlyCollection<TableFile>> _held = [];
    private readonly List<(RunRef Run, TableEntry Table)> _merged = [];
    private readonly List<(RunRef Run, TableEntry Table)> _whole = [];

    /// <summary>What had to be fetched for it.</summary>
    public (int Files, long Bytes) Fetched { get; private set; }

    /// <summary>Where they are.</summary>
    public RunFiles Source => files;

    /// <summary>What stands behind from: a table's files, or some of them.</summary>
    /// <exception cref="ConsoleException">The manifest names a file outside of the run, or they cannot be fetched.</exception>
    public async Task<string> FromAsync(RunRef run, TableEntry table, CancellationToken cancel, IReadOnlyCollection<TableFile>? some = null)
    {
        if (some is null)
        {
            if (files.TryHoldMerged(run, table) is { } merged)
            {
                _merged.Add((run, table));
                return RunTables.From(table, [merged]);
            }
            _whole.Add((run, table));
        }
        var wanted = some ?? table.Files;
        await HoldAsync(run, $"the table {table.Name}", wanted, cancel).ConfigureAwait(false);
        return RunTables.From(table, wanted.Select(file => files.PathOf(run, file)));
    }

    /// <summary>Keeps files where queries can read them.</summary>
    /// <exception cref="ConsoleException">They cannot be fetched.</exception>
    public async Task HoldAsync(RunRef run, string what, IReadOnlyCollection<TableFile> wanted, CancellationToken cancel)
    {
        var (count, bytes) = await files.HoldAsync(run, what, wanted, cancel).ConfigureAwait(false);
        _held.Add(wanted);
        Fetched = (Fetched.Files + count, Fetched.Bytes + bytes);
    }

    public void Dispose()
    {
        foreach (var held in _held) files.Release(held);
        foreach (var (run, table) in _merged) files.ReleaseMerged(run, table);
        // The answer is given; whoever asks next of the same table need not open all its files.
        foreach (var (run, table) in _whole) _ = files.BeginMerging(run, table);
        _held.Clear();
        _merged.Clear();
        _whole.Clear();
    }
}
