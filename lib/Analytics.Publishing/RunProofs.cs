using System.Text.Json.Nodes;
using Analytics.Files;
using Analytics.Proofs;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>Makes proofs of a published run's files and rows, and writes its files for IPFS.</summary>
public static class RunProofs
{
    /// <summary>The proof that a file belongs to the run's root.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="run">The run.</param>
    /// <param name="path">The file, relative to the run's folder.</param>
    /// <param name="anchor">Where the root stands on a chain, or null.</param>
    /// <exception cref="PublishingException">The run has no such file, or is not whole: then no proof of it would hold.</exception>
    public static Proof OfFile(Lake lake, RunRef run, string path, ProvedAnchor? anchor = null) => Prove(lake, run, Read(lake, run), path, anchor, null);

    /// <summary>The proof that a row belongs to the run's root, over rows.json.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="run">The run.</param>
    /// <param name="table">The table; one that has a root over its rows.</param>
    /// <param name="where">Columns and the text of their values (<see cref="RowValues.Text"/>; a list of one text also as that text); one row must have them all.</param>
    /// <param name="read">Reads a file's rows.</param>
    /// <param name="anchor">Where the root stands on a chain, or null.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="PublishingException">No row or several have the values, or the table has no root over its rows.</exception>
    public static Proof OfRow(Lake lake, RunRef run, string table, IReadOnlyList<KeyValuePair<string, string>> where, RowReader read, ProvedAnchor? anchor = null, CancellationToken cancel = default)
    {
        var opened = Read(lake, run);
        var entry = opened.Manifest.Tables.FirstOrDefault(t => t.Name == table)
            ?? throw Usage(run, $"no table '{table}'", $"one of {string.Join(", ", opened.Manifest.Tables.Select(static t => t.Name))}", "Name a table of the run.");
        if (entry.RowsRoot is null)
        {
            var rooted = opened.Manifest.Tables.Where(static t => t.RowsRoot is not null).Select(static t => t.Name).ToList();
            throw Usage(run, $"no root over the rows of {table}", rooted.Count == 0 ? "machine.row_trees to name tables" : $"one of {string.Join(", ", rooted)}",
                $"Add {table} to machine.row_trees: the runs published from then on have it. Its files can be proved already.");
        }
        var columns = RunFiles.Columns(entry);
        var places = where.Select(pair => (Column: columns.ToList().FindIndex(c => c.Name == pair.Key), pair.Key, pair.Value)).ToList();
        if (places.Find(static p => p.Column < 0) is { Key: { } unknown })
            throw Usage(run, $"{table} has no column '{unknown}'", $"one of {string.Join(", ", columns.Select(static c => c.Name))}", "Correct --where.");

        var leaves = new List<byte[]>();
        var (index, matches) = (0L, 0L);
        (long Index, byte[] Encoded, JsonObject Values)? match = null;
        foreach (var file in entry.Files)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var batch in read(lake.Full($"{run.Path}/{file.Path}"), columns))
            {
                leaves.Add(RowTree.Leaves(batch, lake.Options.Threads));
                for (var row = 0; row < batch.Count; row++, index++)
                {
                    if (!places.TrueForAll(p => RowMatch.Holds(batch, p.Column, row, p.Value))) continue;
                    matches++;
                    if (match is not null) continue;
                    var encoded = RowEncoding.Encode(batch, row);
                    match = (index, encoded, RowValues.Decode(columns, encoded));
                }
            }
        }
        if (match is not { } one || matches > 1)
        {
            throw Usage(run, matches == 0 ? $"no row of {table} has these values" : $"{matches} rows of {table} have these values", "exactly one",
                $"Correct --where, or add more of them; {string.Join(", ", entry.OrderBy)} together name one row.");
        }
        var prover = new MerkleProver([.. leaves.SelectMany(static part => part)], lake.Options.Threads);
        if (Convert.ToHexStringLower(prover.Root) != entry.RowsRoot)
            throw new PublishingException(Fault.Contract, "the root over its rows is not the manifest's", lake.Full($"{run.Path}/{table}"), entry.RowsRoot, $"Look with: analytics verify {run.Id}");
        var text = System.Text.Encoding.UTF8.GetString(lake.Files.ReadAllBytes(lake.Full($"{run.Path}/{LakeLayout.Rows}")));
        return Prove(lake, run, opened, LakeLayout.Rows, anchor, new ProvedRow(table, one.Index, Convert.ToHexStringLower(one.Encoded), one.Values, Hex(prover.Prove((int)one.Index)), text));
    }

    /// <summary>Writes a run's folder as a CAR file; its root's name is what <c>ipfs add -r --cid-version 1</c> gives the folder.</summary>
    /// <exception cref="PublishingException">A file of the manifest is not there.</exception>
    public static CarSummary WriteCar(Lake lake, RunRef run, Stream output, CancellationToken cancel = default)
    {
        var opened = Read(lake, run);
        string[] paths = [LakeLayout.Manifest, LakeLayout.Root, .. opened.Files.Select(static f => f.Path)];
        Array.Sort(paths, Utf8Order.Comparer);
        return CarFile.Write(lake.Files, [.. paths.Select(path => (path, lake.Full($"{run.Path}/{path}")))], output, lake.Options.Threads, cancel);
    }

    private static Proof Prove(Lake lake, RunRef run, Opened opened, string path, ProvedAnchor? anchor, ProvedRow? row)
    {
        var index = path == LakeLayout.Manifest ? 0 : 1 + opened.Files.FindIndex(f => f.Path == path);
        if (path != LakeLayout.Manifest && index == 0)
        {
            var nearest = opened.Files.Where(f => f.Path.EndsWith("/" + path, StringComparison.Ordinal) || f.Path.StartsWith(path + "/", StringComparison.Ordinal)).Select(static f => f.Path).Take(3).ToList();
            throw Usage(run, path == LakeLayout.Root ? $"{path} holds the root and is no leaf of it" : $"no file '{path}'",
                nearest.Count > 0 ? $"a path such as {string.Join(", ", nearest)}" : "a path below the run's folder, such as report.html or manifest.json", "Name a file of the run; for a row of a table add --where.");
        }
        var (bytes, sha256) = index == 0 ? (opened.ManifestBytes, opened.ManifestSha256) : (opened.Files[index - 1].Bytes, opened.Files[index - 1].Sha256);
        var actual = UnixFsFile.Read(lake.Files, lake.Full($"{run.Path}/{path}")).Identity;
        if (actual.Bytes != bytes || actual.Sha256 != sha256)
            throw new PublishingException(Fault.Contract, $"its SHA-256 is {actual.Sha256}", lake.Full($"{run.Path}/{path}"), sha256, $"It was changed after it was published; see: analytics verify {run.Id}");
        var leaves = RunFiles.Leaves(opened.ManifestSha256, opened.Files);
        var root = Convert.ToHexStringLower(MerkleTree.Root(leaves));
        var stored = lake.ReadRoot(run);
        if (root != stored)
            throw new PublishingException(Fault.Contract, $"the root {stored}", lake.Full($"{run.Path}/{LakeLayout.Root}"), $"{root}, computed from the manifest", $"The run was changed after it was published; see: analytics verify {run.Id}");
        return new Proof
        {
            ProofVersion = Proof.CurrentVersion,
            BusinessDate = run.Date,
            Run = run.Id,
            Root = root,
            Leaves = leaves.Count,
            File = new ProvedFile(path, bytes, sha256, index, Hex(MerkleTree.Prove(leaves, index))),
            Row = row,
            Anchor = anchor,
        };
    }

    private static Opened Read(Lake lake, RunRef run)
    {
        var path = lake.ManifestPath(run);
        var bytes = lake.Files.ReadAllBytes(path);
        var manifest = ManifestFile.Read(bytes, path);
        return new Opened(manifest, bytes.Length, FileHash.Compute(bytes), RunFiles.List(manifest));
    }

    private static string[] Hex(IReadOnlyList<byte[]> hashes) => [.. hashes.Select(Convert.ToHexStringLower)];

    private static PublishingException Usage(RunRef run, string what, string expected, string remedy) => new(Fault.Usage, what, run.Path, expected, remedy);

    private sealed record Opened(Manifest Manifest, long ManifestBytes, string ManifestSha256, List<DocumentEntry> Files);
}
