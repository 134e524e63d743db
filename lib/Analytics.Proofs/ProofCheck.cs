using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Proofs;

/// <summary>What a wrong part of a proof is.</summary>
public enum ProofPart
{
    /// <summary>The file that was given: its bytes are not those that were proved.</summary>
    File,
    /// <summary>The proof: it was changed, or its parts contradict each other.</summary>
    Proof,
    /// <summary>The anchor in the proof: the chain says something else.</summary>
    Anchor,
    /// <summary>The chain: it does not hold the root.</summary>
    Chain,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Part">What.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record ProofFinding(ProofPart Part, string Message);

/// <summary>Checks proofs without the network: from a file, or a row, up to the root.</summary>
public static class ProofCheck
{
    /// <summary>Checks the proof of a file against the file.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="isIntact">What reading it said of its check line.</param>
    /// <param name="file">The file's length and hash; null to check the proof alone.</param>
    public static IReadOnlyList<ProofFinding> Check(Proof proof, bool isIntact, FileIdentity? file)
    {
        var findings = new List<ProofFinding>();
        if (!isIntact) findings.Add(new ProofFinding(ProofPart.Proof, "its bytes do not agree with its check line: it was damaged, or put into another form, after it was written"));
        if (file is not null && (file.Bytes != proof.File.Bytes || file.Sha256 != proof.File.Sha256))
        {
            findings.Add(new ProofFinding(ProofPart.File, string.Create(CultureInfo.InvariantCulture,
                $"{file.Bytes} bytes with SHA-256 {file.Sha256}; the proof is of {proof.File.Path} with {proof.File.Bytes} bytes and {proof.File.Sha256}")));
        }
        CheckFile(proof, findings);
        if (proof.Row is { } row) CheckRow(proof, row, findings);
        return findings;
    }

    private static void CheckFile(Proof proof, List<ProofFinding> findings)
    {
        if (!IsRunId(proof.Run)) findings.Add(new ProofFinding(ProofPart.Proof, $"'{proof.Run}' is no run id"));
        if (proof.File.Bytes < 0) findings.Add(new ProofFinding(ProofPart.Proof, "the file's length is negative"));
        if (Hash(proof.File.Sha256) is not { } sha256 || Hash(proof.Root) is not { } root || Hashes(proof.File.Hashes) is not { } hashes)
        {
            findings.Add(new ProofFinding(ProofPart.Proof, "a hash is not 64 lower-case hex digits"));
            return;
        }
        Compare("the file", MerkleTree.Climb(MerkleTree.Leaf(proof.File.Path, sha256), proof.File.Index, proof.Leaves, hashes), proof.File.Index, proof.Leaves, hashes.Count, root, findings);
    }

    private static void CheckRow(Proof proof, ProvedRow row, List<ProofFinding> findings)
    {
        if (proof.File.Path != RowsFile.Name) findings.Add(new ProofFinding(ProofPart.Proof, $"the row's roots stand in {proof.File.Path}; expected {RowsFile.Name}"));
        var bytes = Encoding.UTF8.GetBytes(row.RowsJson);
        if (FileHash.Compute(bytes) != proof.File.Sha256 || bytes.Length != proof.File.Bytes)
        {
            findings.Add(new ProofFinding(ProofPart.Proof, $"the text of {RowsFile.Name} has {bytes.Length} bytes with SHA-256 {FileHash.Compute(bytes)}; expected {proof.File.Bytes} with {proof.File.Sha256}"));
            return;
        }
        try
        {
            var rows = ProofFile.ReadRows(bytes);
            if (rows.BusinessDate != proof.BusinessDate || rows.Run != proof.Run)
                findings.Add(new ProofFinding(ProofPart.Proof, string.Create(CultureInfo.InvariantCulture, $"{RowsFile.Name} is of run {rows.BusinessDate:yyyy-MM-dd}/{rows.Run}; the proof says {proof.BusinessDate:yyyy-MM-dd}/{proof.Run}")));
            var table = rows.Tables.FirstOrDefault(t => t.Name == row.Table) ?? throw new FormatException($"{RowsFile.Name} has no table '{row.Table}'");
            if (Hash(table.Root) is not { } root || Hashes(row.Hashes) is not { } hashes || !IsHex(row.Encoded) || row.Encoded.Length % 2 != 0)
                throw new FormatException("a hash or the encoded row is not lower-case hex digits");
            var encoded = Convert.FromHexString(row.Encoded);
            Compare("the row", MerkleTree.Climb(MerkleTree.LeafOfContent(encoded), row.Index, table.Rows, hashes), row.Index, table.Rows, hashes.Count, root, findings);
            var values = RowValues.Decode([.. table.Columns.Select(static c => new Column(c.Name, ColumnType.Parse(c.Type), c.Nullable))], encoded);
            if (!JsonNode.DeepEquals(values, row.Values)) findings.Add(new ProofFinding(ProofPart.Proof, $"the values are {row.Values.ToJsonString()}; the encoded row says {values.ToJsonString()}"));
        }
        catch (FormatException e)
        {
            findings.Add(new ProofFinding(ProofPart.Proof, e.Message));
        }
    }

    private static void Compare(string what, byte[]? reached, long index, long leaves, int hashes, byte[] root, List<ProofFinding> findings)
    {
        if (reached is null)
        {
            findings.Add(new ProofFinding(ProofPart.Proof, string.Create(CultureInfo.InvariantCulture, $"the way of {what} has {hashes} hashes, which cannot be for leaf {index} of {leaves}")));
        }
        else if (!reached.AsSpan().SequenceEqual(root))
        {
            findings.Add(new ProofFinding(ProofPart.Proof, $"the way of {what} leads to {Convert.ToHexStringLower(reached)}; expected the root {Convert.ToHexStringLower(root)}"));
        }
    }

    internal static bool IsRunId(string run) => run.Length >= 16 && IsHex(run[..16])
        && (run.Length == 16 || run[16] == '-' && run.Length > 17 && run[17] != '0' && uint.TryParse(run.AsSpan(17), NumberStyles.None, CultureInfo.InvariantCulture, out var repetition) && repetition > 1);

    private static byte[]? Hash(string text) => text.Length == 64 && IsHex(text) ? Convert.FromHexString(text) : null;

    private static List<byte[]>? Hashes(IReadOnlyList<string> texts)
    {
        var hashes = new List<byte[]>(texts.Count);
        foreach (var text in texts)
        {
            if (Hash(text) is not { } hash) return null;
            hashes.Add(hash);
        }
        return hashes;
    }

    private static bool IsHex(string text) => !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
