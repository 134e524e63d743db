using System.Text;
using System.Text.Json;
using Analytics.Files;
using Analytics.Proofs.Internals;

namespace Analytics.Proofs;

/// <summary>Reads and writes proof files. The same proof, the same bytes.</summary>
/// <remarks>
/// The last line but one is <c>  "check": "..."</c>: the SHA-256 of all bytes before that line. It tells a proof that was damaged from
/// a file that was changed; it is no part of the proof, and whoever forges one can compute it too.
/// </remarks>
public static class ProofFile
{
    private const string CheckStart = "  \"check\": \"";
    private const string CheckEnd = "\"\n}\n";

    // {, line feed, and 64 digits besides.
    private static readonly int TailBytes = CheckStart.Length + 64 + CheckEnd.Length;

    /// <summary>The bytes of a proof file: UTF-8, two spaces, line feeds.</summary>
    public static byte[] Write(Proof proof)
    {
        var body = Encoding.UTF8.GetBytes(ProofJson.Write(proof)[..^"\n}".Length] + ",\n");
        return [.. body, .. Encoding.UTF8.GetBytes(CheckStart + FileHash.Compute(body) + CheckEnd)];
    }

    /// <summary>The bytes of rows.json.</summary>
    public static byte[] Write(RowsFile rows) => Encoding.UTF8.GetBytes(ProofJson.Write(rows) + "\n");

    /// <summary>Reads rows.json.</summary>
    /// <exception cref="FormatException">It is none, or of a newer version.</exception>
    public static RowsFile ReadRows(ReadOnlySpan<byte> text)
    {
        try
        {
            var rows = ProofJson.Read<RowsFile>(text);
            if (rows.RowsVersion != RowsFile.CurrentVersion || rows.Encoding != RowEncoding.Name)
                throw new FormatException($"rows.json has version {rows.RowsVersion} and encoding '{rows.Encoding}'; expected version {RowsFile.CurrentVersion} and '{RowEncoding.Name}'");
            return rows;
        }
        catch (JsonException e)
        {
            throw new FormatException($"rows.json cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a proof file.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="isIntact">Whether its check line agrees with its bytes.</param>
    /// <exception cref="FormatException">It is no proof, or of a newer version.</exception>
    public static Proof Read(ReadOnlySpan<byte> text, out bool isIntact)
    {
        isIntact = false;
        var body = text.Length > TailBytes ? text[..^TailBytes] : default;
        var hasTail = body.Length > 0 && text[^TailBytes..].StartsWith(Encoding.UTF8.GetBytes(CheckStart)) && text.EndsWith(Encoding.UTF8.GetBytes(CheckEnd)) && body.EndsWith(",\n"u8);
        if (hasTail) isIntact = text.Slice(text.Length - TailBytes + CheckStart.Length, 64).SequenceEqual(Encoding.UTF8.GetBytes(FileHash.Compute(body)));
        try
        {
            CheckVersion(text);
            // Where somebody has put the file into another form, the check line is an ordinary member: taken out, the rest is read.
            var json = hasTail ? [.. body[..^2], .. "}"u8] : WithoutCheck(text);
            return ProofJson.Read<Proof>(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"no proof: {e.Message}", e);
        }
    }

    private static void CheckVersion(ReadOnlySpan<byte> text)
    {
        using var document = JsonDocument.Parse(text.ToArray());
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("proof_version", out var version) || !version.TryGetInt32(out var number) || number < 1)
            throw new FormatException("no proof: expected a JSON object with proof_version");
        if (number > Proof.CurrentVersion)
            throw new FormatException($"the proof has version {number}; expected version {Proof.CurrentVersion} or older. It was written by a newer program: update this one");
    }

    private static byte[] WithoutCheck(ReadOnlySpan<byte> text)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(text.ToArray())!.AsObject();
        node.Remove("check");
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
