using System.Globalization;
using System.Text;
using Analytics.Columns;
using Analytics.Files;
using Analytics.Proofs;

namespace Analytics.Publishing.Internals;

/// <summary>A run's files as its manifest lists them, and the root over them.</summary>
internal static class RunFiles
{
    /// <summary>All files but the manifest and the root: path and hash, sorted by the UTF-8 bytes of the paths.</summary>
    public static List<DocumentEntry> List(Manifest manifest)
    {
        var files = new List<DocumentEntry>(manifest.Documents);
        foreach (var table in manifest.Tables)
            foreach (var file in table.Files) files.Add(new DocumentEntry(file.Path, file.Bytes, file.Sha256, file.Cid));
        files.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path));
        return files;
    }

    /// <summary>The leaves: the manifest first, then the other files in order.</summary>
    public static List<byte[]> Leaves(string manifestSha256, IReadOnlyList<DocumentEntry> files)
    {
        var leaves = new List<byte[]>(files.Count + 1) { MerkleTree.Leaf(LakeLayout.Manifest, Convert.FromHexString(manifestSha256)) };
        foreach (var file in files) leaves.Add(MerkleTree.Leaf(file.Path, Convert.FromHexString(file.Sha256)));
        return leaves;
    }

    public static RootFile Root(string manifestSha256, IReadOnlyList<DocumentEntry> files)
    {
        var leaves = Leaves(manifestSha256, files);
        return new RootFile(RootFile.Rfc6962Sha256, leaves.Count, Convert.ToHexStringLower(MerkleTree.Root(leaves)));
    }

    /// <summary>results.json: what a comparison of two runs has to look at.</summary>
    public static byte[] Results(DateOnly date, IReadOnlyList<TableEntry> tables)
    {
        var results = new List<ResultsTable>();
        foreach (var table in tables)
        {
            if (table.Kind == "result") results.Add(new ResultsTable(table.Name, table.Version, table.Rows, TableHash(table), [.. table.Files.Select(static f => f with { Cid = null })]));
        }
        return LakeJson.Write(new ResultsFile(ResultsFile.CurrentVersion, date, results));
    }

    /// <summary>rows.json; null where no table has a root over its rows.</summary>
    public static byte[]? Rows(RunRef run, IReadOnlyList<TableEntry> tables)
    {
        var rooted = new List<RowsTable>();
        foreach (var table in tables)
            if (table.RowsRoot is { } root) rooted.Add(new RowsTable(table.Name, table.Rows, [.. table.Columns.Select(static c => new RowsColumn(c.Name, c.Type, c.Nullable))], root));
        return rooted.Count == 0 ? null : ProofFile.Write(new RowsFile(RowsFile.CurrentVersion, RowEncoding.Name, run.Date, run.Id, rooted));
    }

    /// <summary>A table's columns with their types.</summary>
    public static IReadOnlyList<Column> Columns(TableEntry table) => [.. table.Columns.Select(static c => new Column(c.Name, ColumnType.Parse(c.Type), c.Nullable))];

    public static string TableHash(TableEntry table)
    {
        var text = new StringBuilder();
        foreach (var file in table.Files) text.Append(CultureInfo.InvariantCulture, $"{file.Path}\n{file.Rows}\n{file.Sha256}\n");
        return FileHash.Compute(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
