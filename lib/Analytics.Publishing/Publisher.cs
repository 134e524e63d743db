using Analytics.Columns;
using Analytics.Files;
using Analytics.Proofs;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>Makes an open run visible, whole or not at all.</summary>
/// <remarks>
/// The order is the protocol: data is forced to the disk before any name points to it, the run's folder is assembled out of sight and
/// appears by one rename, and the pointer follows by another. Everything before that rename can be done again; everything after it
/// is completed by <see cref="Lake.Recover"/>. On a store without a rename (S3) a run is assembled in place and none until it has its root file.
/// </remarks>
public sealed class Publisher(Lake lake)
{
    private IFileStore Files => lake.Files;

    /// <summary>The lake.</summary>
    public Lake Lake => lake;

    /// <summary>Publishes an open run and deletes its staging. May be cancelled up to the move into <c>runs/</c>.</summary>
    /// <exception cref="LakeLockedException">Another writer holds the lake.</exception>
    /// <exception cref="PublishingException">
    /// A file is missing or differs from the draft, or the base is no longer the date's base. The lake is as it was, and the open run
    /// can be published again.
    /// </exception>
    /// <exception cref="FileStoreException">The disk is full or failed; as above.</exception>
    public PublishOutcome Publish(StagingRun staging, PublishDraft draft, CancellationToken cancel = default)
    {
        staging.EnsureOpen();
        DraftCheck.Check(staging, draft);
        var date = staging.Plan.KeyParts.BusinessDate;
        using var writer = lake.Lock($"publish {LakeLayout.Date(date)}");
        var notes = lake.RecoverLocked(writer, cancel);
        lake.EnsureMayPublish(date);
        CheckBase(staging);
        var known = lake.FindKey(date, staging.Key);
        if (known.Count > 0 && !draft.Force) return Again(staging, known, notes);

        var (curated, move) = PrepareCurated(staging, draft, cancel);
        draft = draft with { Curated = curated };
        var tables = PrepareTables(staging, draft, cancel);
        MoveCurated(staging, move, cancel);
        var run = new RunRef(date, NextId(staging.Key, known));
        var folder = Files.HasRename ? staging.AssemblyFolder : BeginInPlace(staging, run);
        var copied = Assemble(staging, folder, draft, tables, cancel);
        var (root, rootFile, written) = WriteDocuments(staging, folder, draft, run, RowRoots(folder, draft, tables, cancel));
        if (Files.HasRename) Write(written, folder, LakeLayout.Root, rootFile);
        FileFlush.Files(Files, written, lake.Options.Threads, cancel);
        Files.FlushFolder(folder);

        writer.EnsureHeld();
        staging.EnsureOpen();
        cancel.ThrowIfCancellationRequested();
        // The last look before the move: who slept through the end of its lease is refused here.
        lake.EnsureMayPublish(date);
        if (Files.HasRename) MoveRun(staging, run);
        else if (!Files.TryPut(StorePath.Combine(folder, LakeLayout.Root), rootFile, overwrite: false)) throw Taken(folder);
        var moved = lake.FinishSwitch(run);
        staging.Abandon();
        return new PublishOutcome(PublishResult.Published, run, root, moved, copied, notes);
    }

    private PublishOutcome Again(StagingRun staging, IReadOnlyList<RunRef> known, List<string> notes)
    {
        var current = lake.Current(staging.Plan.KeyParts.BusinessDate);
        var run = known[^1];
        var isCurrent = false;
        foreach (var one in known)
        {
            if (one != current) continue;
            run = one;
            isCurrent = true;
        }
        var moved = false;
        if (!isCurrent)
        {
            lake.MakeCurrent(run);
            moved = lake.MoveLatestForward(run);
        }
        var root = lake.ReadRoot(run);
        staging.Abandon();
        return new PublishOutcome(isCurrent ? PublishResult.AlreadyCurrent : PublishResult.Reinstated, run, root, moved, Copied: false, notes);
    }

    private void CheckBase(StagingRun staging)
    {
        var date = staging.Plan.KeyParts.BusinessDate;
        var now = lake.FindBase(date);
        var nowKey = now is { } run ? lake.ReadHeader(run).Key : null;
        if (nowKey == staging.Plan.KeyParts.BaseKey) return;
        throw new PublishingException(Fault.Outside,
            $"the base of {LakeLayout.Date(date)} is now {now?.ToString() ?? "none"}: another run was published or pruned meanwhile", lake.Root,
            staging.Plan.Base is { } plan ? $"{LakeLayout.Date(plan.BusinessDate)}/{plan.Id}" : "none", "Run the command again: it will build on the new base.");
    }

    /// <summary>Finds every curated file, checks what is new, names it, and forces it to the disk. Returns all with their CIDs, and the new ones that must move.</summary>
    private (IReadOnlyList<CuratedDate> Curated, List<CuratedFile> Move) PrepareCurated(StagingRun staging, PublishDraft draft, CancellationToken cancel)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (staging.Plan.Base is { } plan)
        {
            foreach (var day in lake.ReadManifest(new RunRef(plan.BusinessDate, plan.Id)).Curated)
            {
                known[day.Transactions.Path] = day.Transactions.Cid;
                if (day.Evidence is { } evidence) known[evidence.Path] = evidence.Cid;
            }
        }
        var check = new List<(CuratedFile File, string Path, bool IsTransactions)>();
        var move = new List<CuratedFile>();
        foreach (var day in draft.Curated)
        {
            foreach (var file in day.Evidence is { } evidence ? [day.Transactions, evidence] : new[] { day.Transactions })
            {
                var full = lake.Full(file.Path);
                if (Files.Find(full) is { Kind: FileKind.File } there)
                {
                    CheckLength(full, file.Bytes, there.Length);
                    if (!known.ContainsKey(file.Path)) check.Add((file, full, ReferenceEquals(file, day.Transactions)));
                    continue;
                }
                var staged = staging.CuratedPath(file.Path);
                if (Files.Find(staged) is not { Kind: FileKind.File } fresh)
                {
                    if (known.ContainsKey(file.Path))
                    {
                        throw new PublishingException(Fault.Contract, "not there", full, $"the curated file that the base run {staging.Plan.Base!.Id} lists",
                            "The lake was changed by hand: restore the file from a copy, or rebuild its date.");
                    }
                    // A stage relied on a file of another run that was pruned since: what the stages say is done is not.
                    staging.ForgetStages();
                    throw new PublishingException(Fault.Outside, "neither in the lake nor in the open run", full, "a curated file that the draft lists",
                        "It may have been pruned meanwhile: run the command again, all stages will be done anew.");
                }
                CheckLength(staged, file.Bytes, fresh.Length);
                check.Add((file, staged, ReferenceEquals(file, day.Transactions)));
                move.Add(file);
            }
        }
        FileFlush.Files(Files, check.ConvertAll(static c => c.Path), lake.Options.Threads, cancel);
        var found = Identify(check.ConvertAll(static c => c.Path), cancel);
        for (var i = 0; i < check.Count; i++)
        {
            if (found[i].Sha256 != check[i].File.Sha256) throw Differs(check[i].Path, "SHA-256", check[i].File.Sha256, found[i].Sha256);
            known[check[i].File.Path] = found[i].Cid;
            if (check[i].IsTransactions) Inspect(draft, draft.Transactions, check[i].Path, check[i].File.Rows, cancel);
        }
        NameOld(draft.Curated, known, cancel);
        CuratedFile Named(CuratedFile file) => file with { Cid = known[file.Path] };
        return ([.. draft.Curated.Select(day => day with { Transactions = Named(day.Transactions), Evidence = day.Evidence is { } evidence ? Named(evidence) : null })], move);
    }

    /// <summary>Files of a base whose manifest has no CIDs yet (version 1) get theirs: those of one chunk from their hash, larger ones by reading them.</summary>
    private void NameOld(IReadOnlyList<CuratedDate> curated, Dictionary<string, string?> known, CancellationToken cancel)
    {
        var large = new List<CuratedFile>();
        foreach (var file in curated.SelectMany(static day => day.Evidence is { } evidence ? [day.Transactions, evidence] : new[] { day.Transactions }))
        {
            if (known[file.Path] is not null) continue;
            if (file.Bytes <= UnixFsFile.ChunkBytes) known[file.Path] = Cid.OfSmall(file.Sha256);
            else large.Add(file);
        }
        var found = Identify(large.ConvertAll(f => lake.Full(f.Path)), cancel);
        for (var i = 0; i < large.Count; i++)
        {
            if (found[i].Sha256 != large[i].Sha256)
                throw new PublishingException(Fault.Contract, $"its SHA-256 is {found[i].Sha256}", lake.Full(large[i].Path), large[i].Sha256, "The lake was changed by hand: restore the file from a copy, or rebuild its date.");
            known[large[i].Path] = found[i].Cid;
        }
    }

    private FileIdentity[] Identify(List<string> paths, CancellationToken cancel) =>
        Array.ConvertAll(UnixFsFile.IdentifyAll(Files, paths, lake.Options.Threads, cancel), static r => r.Identity ?? throw r.Error!);

    /// <summary>Checks the tables' files, forces them to the disk and hashes them.</summary>
    private List<TableEntry> PrepareTables(StagingRun staging, PublishDraft draft, CancellationToken cancel)
    {
        var paths = new List<string>();
        foreach (var table in draft.Tables)
            foreach (var file in table.Files)
            {
                var path = StorePath.Combine(staging.TableFolder(table.Schema.Name), file.Name);
                if (!Files.FileExists(path)) throw new PublishingException(Fault.Bug, "not there", path, "the part file that the draft lists", "Report this with the log.");
                Inspect(draft, table.Schema, path, file.Rows, cancel);
                paths.Add(path);
            }
        FileFlush.Files(Files, paths, lake.Options.Threads, cancel);
        var digests = Identify(paths, cancel);
        var next = 0;
        var entries = new List<TableEntry> { TableEntries.OfTransactions(staging.Plan.KeyParts.BusinessDate, draft) };
        foreach (var table in draft.Tables)
        {
            var files = new List<TableFile>();
            foreach (var file in table.Files)
            {
                var digest = digests[next++];
                files.Add(new TableFile($"{table.Schema.Name}/{file.Name}", file.Rows, digest.Bytes, digest.Sha256, digest.Cid));
            }
            entries.Add(TableEntries.Of(table.Schema, files));
        }
        entries.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Name, b.Name));
        return entries;
    }

    private void MoveCurated(StagingRun staging, List<CuratedFile> move, CancellationToken cancel)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in move)
        {
            cancel.ThrowIfCancellationRequested();
            var target = lake.Full(file.Path);
            Files.CreateFolder(StorePath.Parent(target));
            // A name that is taken is the same content: names are hashes, and what is there was checked.
            Files.TryMoveFile(staging.CuratedPath(file.Path), target);
            for (var folder = StorePath.Parent(file.Path); folder.Length > 0; folder = StorePath.Parent(folder)) folders.Add(lake.Full(folder));
        }
        FileFlush.Folders(Files, [.. folders], lake.Options.Threads, cancel);
    }

    /// <summary>The run's own folder, empty, once it is noted that a run is being put there.</summary>
    private string BeginInPlace(StagingRun staging, RunRef run)
    {
        var folder = lake.Full(run.Path);
        if (lake.IsPublished(run)) throw Taken(folder);
        Files.WriteDurably(staging.IntentPath, LakeJson.Write(new PublishingIntent(run.Date, run.Id)));
        return folder;
    }

    private static PublishingException Taken(string target) => new(Fault.Contract, "exists already, with another key", target, "a free name",
        "Two keys with the same 16 first digits, or a folder made by hand: look at its manifest.json and remove it.");

    private bool Assemble(StagingRun staging, string folder, PublishDraft draft, List<TableEntry> tables, CancellationToken cancel)
    {
        Files.DeleteTree(folder);
        Files.CreateFolder(folder);
        var dates = draft.Curated.ToDictionary(static d => LakeLayout.Date(d.Date), StringComparer.Ordinal);
        var copied = false;
        var folders = new List<string>();
        foreach (var table in tables)
        {
            var tableFolder = StorePath.Combine(folder, table.Name);
            Files.CreateFolder(tableFolder);
            folders.Add(tableFolder);
            foreach (var file in table.Files)
            {
                cancel.ThrowIfCancellationRequested();
                var name = StorePath.Name(file.Path);
                var source = table.Name == LakeLayout.Transactions
                    ? lake.Full(dates[name[..^".parquet".Length]].Transactions.Path)
                    : StorePath.Combine(staging.TableFolder(table.Name), name);
                copied |= Files.Link(source, StorePath.Combine(folder, file.Path)) == LinkKind.Copy;
            }
        }
        FileFlush.Folders(Files, folders, lake.Options.Threads, cancel);
        return copied;
    }

    /// <summary>The tables with the roots over their rows, read from the assembled folder.</summary>
    private List<TableEntry> RowRoots(string folder, PublishDraft draft, List<TableEntry> tables, CancellationToken cancel) => tables.ConvertAll(table =>
    {
        if (!draft.RowTrees.Contains(table.Name)) return table;
        var files = table.Files.Select(file => StorePath.Combine(folder, file.Path));
        var (root, rows) = RowTree.Compute(files, RunFiles.Columns(table), draft.ReadRows, lake.Options.Threads, cancel);
        if (rows != table.Rows) throw Differs(StorePath.Combine(folder, table.Name), "rows", $"{table.Rows}", $"{rows}");
        return table with { RowsRoot = root };
    });

    /// <summary>Writes the documents and the manifest; gives the root, the bytes of its file, which is written last, and the files to be flushed.</summary>
    private (string Root, byte[] File, List<string> Written) WriteDocuments(StagingRun staging, string folder, PublishDraft draft, RunRef run, List<TableEntry> tables)
    {
        var documents = new List<DocumentEntry>();
        var written = new List<string>();
        void Add(string name, ReadOnlySpan<byte> content)
        {
            Write(written, folder, name, content);
            var identity = UnixFsFile.Read(new MemoryStream(content.ToArray(), writable: false)).Identity;
            documents.Add(new DocumentEntry(name, identity.Bytes, identity.Sha256, identity.Cid));
        }
        if (draft.Report is { } report) Add(LakeLayout.Report, report.Span);
        Add(LakeLayout.Results, RunFiles.Results(run.Date, tables));
        if (RunFiles.Rows(run, tables) is { } rows) Add(LakeLayout.Rows, rows);
        Add(LakeLayout.TablesSql, TablesSql.Write(run, tables));

        var manifest = new Manifest
        {
            ManifestVersion = Manifest.CurrentVersion,
            Run = new RunHeader
            {
                Id = run.Id,
                Key = staging.Key,
                BusinessDate = run.Date,
                Revision = NextRevision(run.Date),
                Base = staging.Plan.Base,
                Engine = draft.Engine,
                EngineVersion = draft.EngineVersion,
                ProgramVersion = staging.Plan.ProgramVersion,
                StartedAt = staging.StartedAt,
                FinishedAt = lake.Options.Time.GetUtcNow(),
                SourceCount = draft.Sources.Count,
                TableCount = tables.Count,
                TableBytes = tables.Sum(static t => t.Files.Sum(static f => f.Bytes)),
            },
            KeyParts = staging.Plan.KeyParts,
            Changes = DraftCheck.Sorted(staging.Plan.Changes),
            Sources = DraftCheck.Sorted(draft.Sources),
            Curated = draft.Curated,
            Tables = tables,
            Documents = documents,
            State = new SortedDictionary<string, System.Text.Json.JsonElement>(
                draft.State.ToDictionary(static s => s.Key, static s => s.Value, StringComparer.Ordinal), Utf8Order.Comparer),
        };
        var bytes = ManifestFile.Write(manifest);
        Write(written, folder, LakeLayout.Manifest, bytes);
        var root = RunFiles.Root(FileHash.Compute(bytes), RunFiles.List(manifest));
        return (root.Root, LakeJson.Write(root), written);
    }

    private void Write(List<string> written, string folder, string name, ReadOnlySpan<byte> content)
    {
        var path = StorePath.Combine(folder, name);
        Files.WriteNew(path, content);
        written.Add(path);
    }

    private void MoveRun(StagingRun staging, RunRef run)
    {
        Files.WriteDurably(staging.IntentPath, LakeJson.Write(new PublishingIntent(run.Date, run.Id)));
        var target = lake.Full(run.Path);
        var dateFolder = StorePath.Parent(target);
        Files.CreateFolder(dateFolder);
        Files.FlushFolder(StorePath.Parent(dateFolder));
        if (!Files.TryMove(staging.AssemblyFolder, target)) throw Taken(target);
        Files.FlushFolder(dateFolder);
        Files.FlushFolder(staging.Folder);
    }

    private int NextRevision(DateOnly date)
    {
        var highest = 0;
        foreach (var run in lake.RunsOf(date)) highest = Math.Max(highest, lake.ReadHeader(run).Revision);
        return highest + 1;
    }

    /// <summary>The id under which a key would be published next.</summary>
    /// <param name="key">The key.</param>
    /// <param name="known">The runs that were published under it.</param>
    public static string NextId(string key, IReadOnlyList<RunRef> known) => RunKey.Id(key, NextRepetition(known));

    private static int NextRepetition(IReadOnlyList<RunRef> known)
    {
        var highest = 0;
        foreach (var run in known)
            if (RunKey.TryParseId(run.Id, out var repetition)) highest = Math.Max(highest, repetition);
        return highest + 1;
    }

    private static void Inspect(PublishDraft draft, TableSchema schema, string path, long rows, CancellationToken cancel)
    {
        if (draft.Inspect is null) return;
        cancel.ThrowIfCancellationRequested();
        ParquetFacts facts;
        try
        {
            facts = draft.Inspect(path);
        }
        catch (InvalidDataException e)
        {
            throw new PublishingException(Fault.Bug, $"no whole Parquet file: {e.Message}", path, $"the rows of {schema.Name}", "Report this with the log.", e);
        }
        if (facts.Rows != rows) throw Differs(path, "rows", $"{rows}", $"{facts.Rows}");
        var expected = schema.Columns.Select(static c => $"{c.Name} {c.Type}");
        var found = facts.Columns.Select(static c => $"{c.Name} {c.Type}");
        if (!expected.SequenceEqual(found)) throw Differs(path, "columns", string.Join(", ", expected), string.Join(", ", found));
    }

    private static void CheckLength(string path, long expected, long found)
    {
        if (expected != found) throw Differs(path, "bytes", $"{expected}", $"{found}");
    }

    private static PublishingException Differs(string path, string what, string expected, string found) =>
        new(Fault.Bug, $"the {what} differ: {found}", path, expected, "The file was changed after it was written: delete it and run the command again.");
}
