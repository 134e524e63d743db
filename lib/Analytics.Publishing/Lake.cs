using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>A lake: curated files, published runs, open runs and the pointer to the latest.</summary>
/// <remarks>
/// Reading needs no lock. Methods throw <see cref="FileStoreException"/> for what the file system reports. docs/lake.md has the
/// protocol and its reasons.
/// </remarks>
public sealed partial class Lake
{
    private const int LeastPrefix = 4;

    private Lake(string root, IFileStore files, LakeOptions options)
    {
        Root = root.Length > 1 ? root.TrimEnd('/') : root;
        Files = files;
        // A claim made under a lease that was given to another since is dead, whoever looks at it.
        Options = options with
        {
            IsFenced = lease => DateLeases.Highest(this, lease.Date) is { } highest && highest.Token > lease.Token,
            OwnLease = () => _lease?.Reference,
        };
    }

    /// <summary>The lake's folder.</summary>
    public string Root { get; }

    /// <summary>Its file system.</summary>
    public IFileStore Files { get; }

    /// <summary>Clock and limits.</summary>
    public LakeOptions Options { get; }

    /// <summary>Opens a lake that exists.</summary>
    /// <exception cref="PublishingException">No lake is there.</exception>
    public static Lake Open(string root, IFileStore files, LakeOptions? options = null)
    {
        var lake = new Lake(root, files, options ?? new LakeOptions());
        if (!files.FolderExists(lake.Full(LakeLayout.Runs)))
            throw new PublishingException(Fault.Usage, "no lake", root, "a folder with runs/ in it", "Name the lake with --lake, or make one with: run nightly.");
        return lake;
    }

    /// <summary>Opens a lake, or makes an empty one where nothing or an empty folder is.</summary>
    /// <exception cref="PublishingException">The folder holds something else.</exception>
    public static Lake OpenOrCreate(string root, IFileStore files, LakeOptions? options = null)
    {
        var lake = new Lake(root, files, options ?? new LakeOptions());
        if (IsThere(lake.Root, files)) return lake;
        foreach (var name in Folders) files.CreateFolder(lake.Full(name));
        files.CreateFolder(lake.Full(LakeLayout.Runs));
        files.FlushFolder(lake.Root);
        files.FlushFolder(StorePath.Parent(lake.Root) is { Length: > 0 } parent ? parent : ".");
        return lake;
    }

    /// <summary>The full path of something in the lake.</summary>
    public string Full(string relative) => StorePath.Combine(Root, relative);

    /// <summary>All published runs by date and then by the names of their folders, which is all that is read.</summary>
    public IReadOnlyList<RunRef> ListRuns()
    {
        var runs = new List<RunRef>();
        foreach (var date in Dates()) runs.AddRange(RunsOf(date));
        return runs;
    }

    /// <summary>All published runs with the heads of their manifests, by date and revision.</summary>
    public IReadOnlyList<RunSummary> Summaries()
    {
        var latest = Latest();
        var summaries = new List<RunSummary>();
        foreach (var date in Dates())
        {
            var runs = RunsOf(date);
            if (runs.Count == 0) continue;
            var headers = runs.ConvertAll(run => (Run: run, Header: ReadHeader(run)));
            var current = CurrentOf(date, headers);
            foreach (var (run, header) in headers.OrderBy(static h => h.Header.Revision).ThenBy(static h => h.Run.Id, StringComparer.Ordinal))
                summaries.Add(new RunSummary(run, header, run == current, run == latest));
        }
        return summaries;
    }

    /// <summary>The current run of each date, by date.</summary>
    public IReadOnlyList<RunRef> CurrentRuns()
    {
        var runs = new List<RunRef>();
        foreach (var date in Dates())
            if (Current(date) is { } run) runs.Add(run);
        return runs;
    }

    /// <summary>The run of a date that later runs build on, or null.</summary>
    public RunRef? Current(DateOnly date)
    {
        var runs = RunsOf(date);
        if (runs.Count <= 1) return runs.Count == 0 ? null : runs[0];
        return CurrentOf(date, runs.ConvertAll(run => (run, ReadHeader(run))));
    }

    /// <summary>The base of a run of a date: the current run of the greatest business date before it, or null.</summary>
    public RunRef? FindBase(DateOnly date)
    {
        var dates = Dates();
        for (var i = dates.Count - 1; i >= 0; i--)
            if (dates[i] < date && Current(dates[i]) is { } run) return run;
        return null;
    }

    /// <summary>The run that <c>latest</c> points to, or null.</summary>
    /// <exception cref="PublishingException">The pointer holds something that is no run.</exception>
    public RunRef? Latest()
    {
        var target = FilePointer.Read(Files, Full(LakeLayout.Latest));
        if (target is null) return null;
        var names = target.Split('/');
        if (names.Length == 3 && names[0] == LakeLayout.Runs && TryDate(names[1], out var date) && RunKey.TryParseId(names[2], out _))
            return new RunRef(date, names[2]);
        throw new PublishingException(Fault.Contract, $"points to {target}", Full(LakeLayout.Latest), "runs/DATE/ID", "Set it with: runs rollback RUN.");
    }

    /// <summary>The published runs with a key, forced repetitions included, by revision.</summary>
    public IReadOnlyList<RunRef> FindKey(DateOnly date, string key)
    {
        var found = new List<(RunRef Run, int Revision)>();
        foreach (var run in RunsOf(date))
        {
            if (!run.Id.StartsWith(key.AsSpan(0, RunKey.IdDigits), StringComparison.Ordinal)) continue;
            var header = ReadHeader(run);
            if (header.Key == key) found.Add((run, header.Revision));
        }
        found.Sort(static (a, b) => a.Revision.CompareTo(b.Revision));
        return found.ConvertAll(static f => f.Run);
    }

    /// <summary>Finds the run that a user means: <c>latest</c>, a date (its current run), an id or a prefix of one (4 digits or more), or date/id.</summary>
    /// <exception cref="PublishingException">None, or several; the message lists them.</exception>
    public RunRef Resolve(string name)
    {
        const string expected = "latest, a date, or the id of a run or its first 4 digits or more";
        if (name == LakeLayout.Latest)
            return Latest() ?? throw new PublishingException(Fault.Usage, "nothing is published yet", Root, "a published run", "Make one with: run nightly.");
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        DateOnly? date = null;
        if (TryDate(slash < 0 ? name : name[..slash], out var named))
        {
            date = named;
            if (slash < 0)
                return Current(named) ?? throw new PublishingException(Fault.Usage, $"no run of {name}", Root, expected, "Look at: runs list.");
        }
        var prefix = slash < 0 ? name : name[(slash + 1)..];
        var found = new List<RunRef>();
        if ((date is not null || slash < 0) && prefix.Length >= LeastPrefix)
        {
            foreach (var run in date is { } one ? RunsOf(one) : ListRuns())
            {
                if (run.Id == prefix && date is not null) return run;
                if (run.Id.StartsWith(prefix, StringComparison.Ordinal)) found.Add(run);
            }
        }
        // A whole id means that run, not its forced repetitions, whose names only begin with it.
        var whole = found.FindAll(run => run.Id == prefix);
        if (whole.Count == 1) return whole[0];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new PublishingException(Fault.Usage, $"no run '{name}'", Root, expected, "Look at: runs list."),
            _ => throw new PublishingException(Fault.Usage, $"'{name}' means {found.Count} runs: {string.Join(", ", found)}", Root, "one run", "Give more of the id."),
        };
    }

    /// <summary>Reads a run's manifest.</summary>
    /// <exception cref="PublishingException">It is not there, not whole, or of a version that this program does not know.</exception>
    public Manifest ReadManifest(RunRef run) => ManifestFile.Read(ReadManifestBytes(run), ManifestPath(run));

    /// <summary>A run's base entry for the manifest and the key of the next run.</summary>
    public RunBase ReadBase(RunRef run)
    {
        var bytes = ReadManifestBytes(run);
        return new RunBase(run.Date, run.Id, ManifestFile.Read(bytes, ManifestPath(run)).Run.Key, FileHash.Compute(bytes));
    }

    /// <summary>The Merkle root in a run's root.json: 64 lower-case hex digits. Whether it is that of the files, <see cref="Verifier"/> says.</summary>
    /// <exception cref="PublishingException">It is not there or not whole.</exception>
    public string ReadRoot(RunRef run)
    {
        var path = Full($"{run.Path}/{LakeLayout.Root}");
        try
        {
            if (Files.FileExists(path)) return LakeJson.Read<RootFile>(Files.ReadAllBytes(path)).Root;
        }
        catch (JsonException e)
        {
            throw new PublishingException(Fault.Contract, $"not a root: {e.Message}", path, "the root of a published run",
                "The run was changed after publishing: restore it from a copy; verify says what else differs.", e);
        }
        throw new PublishingException(Fault.Contract, "not there", path, "the root of a published run",
            "The run was changed after publishing: restore it from a copy; verify says what else differs.");
    }

    internal byte[] ReadManifestBytes(RunRef run)
    {
        var path = ManifestPath(run);
        if (!Files.FileExists(path))
            throw new PublishingException(Fault.Contract, "not there", path, "the manifest of a published run",
                "The run was changed after publishing: restore it from a copy, or point latest elsewhere with: runs rollback RUN.");
        return Files.ReadAllBytes(path);
    }

    internal RunHeader ReadHeader(RunRef run)
    {
        var path = ManifestPath(run);
        return Files.FileExists(path) ? ManifestFile.ReadHeader(Files, path) : ManifestFile.Read(ReadManifestBytes(run), path).Run;
    }

    internal string ManifestPath(RunRef run) => Full($"{run.Path}/{LakeLayout.Manifest}");

    internal static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>The dates that have a folder below runs/, in order.</summary>
    internal List<DateOnly> Dates()
    {
        var dates = new List<DateOnly>();
        foreach (var item in Files.List(Full(LakeLayout.Runs)))
            if (item.Kind == FileKind.Folder && TryDate(item.Name, out var date)) dates.Add(date);
        return dates;
    }

    internal List<RunRef> RunsOf(DateOnly date)
    {
        var runs = new List<(RunRef Run, int Repetition)>();
        foreach (var item in Files.List(Full($"{LakeLayout.Runs}/{LakeLayout.Date(date)}")))
            if (item.Kind == FileKind.Folder && RunKey.TryParseId(item.Name, out var repetition) && new RunRef(date, item.Name) is var run && (Files.HasRename || IsCommitted(run)))
                runs.Add((run, repetition));
        runs.Sort(static (a, b) =>
            string.CompareOrdinal(a.Run.Id, 0, b.Run.Id, 0, RunKey.IdDigits) is var order and not 0 ? order : a.Repetition.CompareTo(b.Repetition));
        return runs.ConvertAll(static r => r.Run);
    }

    /// <summary>Whether a run is visible: its folder appears by one rename or, on a store without, its root file is created last.</summary>
    internal bool IsPublished(RunRef run) => Files.HasRename ? Files.FolderExists(Full(run.Path)) : IsCommitted(run);

    private bool IsCommitted(RunRef run) => Files.FileExists(Full($"{run.Path}/{LakeLayout.Root}"));

    internal string CurrentPath(DateOnly date) => Full($"{LakeLayout.Runs}/{LakeLayout.Date(date)}/{LakeLayout.CurrentRun}");

    internal RunRef? CurrentOf(DateOnly date, List<(RunRef Run, RunHeader Header)> runs)
    {
        if (runs.Count == 0) return null;
        var path = CurrentPath(date);
        if (Files.FileExists(path))
        {
            var id = Encoding.UTF8.GetString(Files.ReadAllBytes(path)).Trim();
            foreach (var (run, _) in runs)
                if (run.Id == id) return run;
        }
        var best = runs[0];
        foreach (var next in runs)
            if (next.Header.Revision > best.Header.Revision) best = next;
        return best.Run;
    }
}
