using System.Globalization;
using System.Text.Json;
using Analytics.Files;
using Analytics.Proofs;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>Checks a run against its manifest, without the network and without a lock.</summary>
public static class Verifier
{
    /// <summary>
    /// Checks every file's hash, the names, rows and columns (with an inspector), the root, the key, and the curated files.
    /// What is wrong is a finding, not an exception. The inspector is called from one thread at a time.
    /// </summary>
    /// <param name="lake">The lake.</param>
    /// <param name="run">The run.</param>
    /// <param name="inspect">Reads footers; null leaves rows and columns unchecked.</param>
    /// <param name="readRows">Reads the rows of tables that have a root over them; null leaves these roots unchecked.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public static Verification Verify(Lake lake, RunRef run, ParquetInspector? inspect = null, RowReader? readRows = null, CancellationToken cancel = default)
    {
        var findings = new List<Finding>();
        var manifestPath = $"{run.Path}/{LakeLayout.Manifest}";
        if (!lake.Files.FileExists(lake.Full(manifestPath)))
            return new Verification(run, null, 0, 0, [new Finding(FindingKind.Missing, manifestPath, "not there; expected the manifest of a published run")]);
        byte[] bytes;
        Manifest manifest;
        try
        {
            bytes = lake.Files.ReadAllBytes(lake.Full(manifestPath));
            manifest = ManifestFile.Read(bytes, manifestPath);
        }
        catch (Exception e) when (e is PublishingException or FileStoreException)
        {
            return new Verification(run, null, 0, 0, [new Finding(FindingKind.Unreadable, manifestPath, e.Message)]);
        }
        ManifestCheck.Check(run, manifest, manifestPath, findings);

        var listed = RunFiles.List(manifest).FindAll(static f => StorePath.IsPlainRelative(f.Path) && RunKey.IsSha256(f.Sha256));
        var curated = Curated(manifest);
        CheckNames(lake, run, listed, findings);
        // Where the file system has hard links a curated file is hashed twice; who alters one name without the other is found so.
        var files = listed.ConvertAll(f => f with { Path = $"{run.Path}/{f.Path}" });
        files.AddRange(curated);
        files.RemoveAll(f => IsMissing(lake, f, findings));
        var actual = Hash(lake, files, findings, cancel);
        if (inspect is not null) Inspect(lake, run, manifest, actual, inspect, findings, cancel);
        RowsCheck.Check(lake, run, manifest, actual, readRows, findings, cancel);
        var root = CheckRoot(lake, run, FileHash.Compute(bytes), listed, actual, findings);

        findings.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path) is var order and not 0 ? order : a.Kind.CompareTo(b.Kind));
        return new Verification(run, root, actual.Count + 1, bytes.Length + actual.Values.Sum(static d => d.Bytes), findings);
    }

    private static List<DocumentEntry> Curated(Manifest manifest)
    {
        var files = new List<DocumentEntry>();
        foreach (var day in manifest.Curated)
        {
            files.Add(new DocumentEntry(day.Transactions.Path, day.Transactions.Bytes, day.Transactions.Sha256, day.Transactions.Cid));
            if (day.Evidence is { } evidence) files.Add(new DocumentEntry(evidence.Path, evidence.Bytes, evidence.Sha256, evidence.Cid));
        }
        files.RemoveAll(static f => !StorePath.IsPlainRelative(f.Path) || !f.Path.StartsWith(LakeLayout.Curated + "/", StringComparison.Ordinal));
        return files;
    }

    private static void CheckNames(Lake lake, RunRef run, List<DocumentEntry> listed, List<Finding> findings)
    {
        var folder = lake.Full(run.Path);
        var known = listed.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal);
        known.Add(LakeLayout.Manifest);
        known.Add(LakeLayout.Root);
        foreach (var item in lake.Files.ListTree(folder))
        {
            var path = StorePath.Relative(folder, item.Path);
            if (!known.Contains(path)) findings.Add(new Finding(FindingKind.Extra, $"{run.Path}/{path}", "the manifest does not name it; expected no such file"));
        }
    }

    private static bool IsMissing(Lake lake, DocumentEntry file, List<Finding> findings)
    {
        if (lake.Files.FileExists(lake.Full(file.Path))) return false;
        findings.Add(new Finding(FindingKind.Missing, file.Path,
            string.Create(CultureInfo.InvariantCulture, $"not there; expected {file.Bytes} bytes with SHA-256 {file.Sha256}")));
        return true;
    }

    private static Dictionary<string, FileIdentity> Hash(Lake lake, List<DocumentEntry> files, List<Finding> findings, CancellationToken cancel)
    {
        var results = UnixFsFile.IdentifyAll(lake.Files, files.ConvertAll(f => lake.Full(f.Path)), lake.Options.Threads, cancel);
        var actual = new Dictionary<string, FileIdentity>(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
        {
            var (path, bytes, sha256, cid) = files[i];
            if (results[i].Identity is not { } digest)
            {
                findings.Add(new Finding(FindingKind.Unreadable, path, results[i].Error!.Message));
                continue;
            }
            actual[path] = digest;
            if (digest.Bytes != bytes || digest.Sha256 != sha256)
            {
                findings.Add(new Finding(FindingKind.Changed, path, string.Create(CultureInfo.InvariantCulture,
                    $"{digest.Bytes} bytes with SHA-256 {digest.Sha256}; expected {bytes} bytes with {sha256}")));
            }
            else if (cid is not null && cid != digest.Cid)
            {
                findings.Add(new Finding(FindingKind.Manifest, path, $"the manifest gives it the CID {cid}; expected {digest.Cid}"));
            }
        }
        return actual;
    }

    private static void Inspect(
        Lake lake, RunRef run, Manifest manifest, Dictionary<string, FileIdentity> actual, ParquetInspector inspect, List<Finding> findings, CancellationToken cancel)
    {
        foreach (var table in manifest.Tables)
        {
            var columns = string.Join(", ", table.Columns.Select(static c => $"{c.Name} {c.Type}"));
            foreach (var file in table.Files)
            {
                cancel.ThrowIfCancellationRequested();
                var path = $"{run.Path}/{file.Path}";
                // What is missing or unreadable was said already.
                if (!actual.ContainsKey(path)) continue;
                try
                {
                    var facts = inspect(lake.Full(path));
                    if (facts.Rows != file.Rows)
                        findings.Add(new Finding(FindingKind.Rows, path, string.Create(CultureInfo.InvariantCulture, $"{facts.Rows} rows; expected {file.Rows}")));
                    var found = string.Join(", ", facts.Columns.Select(static c => $"{c.Name} {c.Type}"));
                    if (found != columns) findings.Add(new Finding(FindingKind.Schema, path, $"columns {found}; expected {columns}"));
                }
                catch (Exception e) when (e is InvalidDataException or FileStoreException)
                {
                    findings.Add(new Finding(FindingKind.Unreadable, path, $"no whole Parquet file: {e.Message}"));
                }
            }
        }
    }

    private static string? CheckRoot(
        Lake lake, RunRef run, string manifestSha256, List<DocumentEntry> listed, Dictionary<string, FileIdentity> actual, List<Finding> findings)
    {
        var path = $"{run.Path}/{LakeLayout.Root}";
        // root.json is held to the manifest; files are held to it too, so a changed file is one finding and not two.
        var root = RunFiles.Root(manifestSha256, listed);
        if (!lake.Files.FileExists(lake.Full(path)))
        {
            findings.Add(new Finding(FindingKind.Missing, path, $"not there; expected the root {root.Root}"));
        }
        else
        {
            CompareRoot(lake, path, root, findings);
        }

        // What is given back is over what is there, not over what the manifest says: it proves the files themselves.
        var files = new List<DocumentEntry>();
        foreach (var file in listed)
        {
            if (!actual.TryGetValue($"{run.Path}/{file.Path}", out var digest)) return null;
            files.Add(file with { Sha256 = digest.Sha256 });
        }
        return RunFiles.Root(manifestSha256, files).Root;
    }

    private static void CompareRoot(Lake lake, string path, RootFile root, List<Finding> findings)
    {
        try
        {
            var bytes = lake.Files.ReadAllBytes(lake.Full(path));
            var stored = LakeJson.Read<RootFile>(bytes);
            if (stored == root && !bytes.AsSpan().SequenceEqual(LakeJson.Write(root))) findings.Add(new Finding(FindingKind.Root, path, "the same root in another form; expected the bytes that publishing wrote"));
            if (stored != root) findings.Add(new Finding(FindingKind.Root, path, $"{stored.Root} over {stored.Leaves} leaves; expected {root.Root} over {root.Leaves}, computed from the manifest"));
        }
        catch (Exception e) when (e is JsonException or FileStoreException)
        {
            findings.Add(new Finding(FindingKind.Unreadable, path, e.Message));
        }
    }
}
