using Analytics.Files;
using Analytics.Proofs;

namespace Analytics.Publishing.Internals;

/// <summary>Whether rows.json, the manifest and the rows themselves say the same of the roots over rows.</summary>
internal static class RowsCheck
{
    public static void Check(Lake lake, RunRef run, Manifest manifest, Dictionary<string, FileIdentity> actual, RowReader? read, List<Finding> findings, CancellationToken cancel)
    {
        var path = $"{run.Path}/{LakeLayout.Rows}";
        var expected = RunFiles.Rows(run, manifest.Tables);
        // A file that is missing, too much or changed was named before; here the manifest is held to it.
        var isListed = manifest.Documents.Any(static d => d.Path == LakeLayout.Rows);
        if (isListed != expected is not null)
        {
            findings.Add(new Finding(FindingKind.Manifest, $"{run.Path}/{LakeLayout.Manifest}",
                isListed ? $"it lists {LakeLayout.Rows} and no table with a root over its rows" : $"tables have roots over their rows; expected {LakeLayout.Rows} in the list of files"));
        }
        if (expected is not null && actual.TryGetValue(path, out var found) && found.Sha256 != FileHash.Compute(expected) && !findings.Exists(f => f.Path == path))
            findings.Add(new Finding(FindingKind.Rows, path, "its roots are not those of the manifest; expected the same"));
        if (read is null) return;
        foreach (var table in manifest.Tables)
        {
            if (table.RowsRoot is not { } root || table.Files.Any(f => !actual.TryGetValue($"{run.Path}/{f.Path}", out var file) || file.Sha256 != f.Sha256)) continue;
            try
            {
                var (computed, rows) = RowTree.Compute(table.Files.Select(f => lake.Full($"{run.Path}/{f.Path}")), RunFiles.Columns(table), read, lake.Options.Threads, cancel);
                if (computed != root || rows != table.Rows) findings.Add(new Finding(FindingKind.Rows, $"{run.Path}/{table.Name}", $"the root over its {rows} rows is {computed}; expected {root} over {table.Rows}"));
            }
            catch (Exception e) when (e is InvalidDataException or FormatException or FileStoreException)
            {
                findings.Add(new Finding(FindingKind.Unreadable, $"{run.Path}/{table.Name}", $"its rows cannot be read: {e.Message}"));
            }
        }
    }
}
