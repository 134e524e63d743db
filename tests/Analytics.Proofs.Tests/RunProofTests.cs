using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Analytics.Publishing;

namespace Analytics.Proofs.Tests;

public sealed class RunProofTests : IDisposable
{
    private static readonly ProvedAnchor Anchor = new(11155111, "0x" + new string('c', 40), "0x" + new string('7', 64), 8_123_456, "0x" + new string('b', 64),
        new DateTimeOffset(2026, 1, 3, 2, 3, 4, TimeSpan.Zero));

    private readonly ProofLake _lake = new();

    public void Dispose() => _lake.Dispose();

    private static Proof Read(byte[] bytes)
    {
        var proof = ProofFile.Read(bytes, out var isIntact);
        Assert.True(isIntact);
        return proof;
    }

    private static KeyValuePair<string, string>[] Where(params string[] pairs) =>
        [.. pairs.Select(pair => new KeyValuePair<string, string>(pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

    [Fact]
    public void EveryFileOfARunIsProved()
    {
        var run = _lake.Night(2);
        var paths = _lake.Lake.Files.List(_lake.Lake.Full(run.Path)).Count;
        Assert.True(paths > 5);
        foreach (var path in (string[])["manifest.json", "report.html", "results.json", "rows.json", "tables.sql", "rules/part-0.parquet", "rules/part-1.parquet", "lineage/part-0.parquet", "transactions/2026-01-02.parquet"])
        {
            var proof = Read(ProofFile.Write(RunProofs.OfFile(_lake.Lake, run, path, Anchor)));
            Assert.Equal(_lake.Lake.ReadRoot(run), proof.Root);
            Assert.Equal(Anchor, proof.Anchor);
            Assert.Empty(ProofCheck.Check(proof, true, _lake.Identity(run, path)));
            // Another file of the run is not the one that was proved.
            var other = path == "report.html" ? "tables.sql" : "report.html";
            Assert.Equal(ProofPart.File, Assert.Single(ProofCheck.Check(proof, true, _lake.Identity(run, other))).Part);
        }
        Assert.Contains("holds the root and is no leaf", Assert.Throws<PublishingException>(() => RunProofs.OfFile(_lake.Lake, run, "root.json")).Message, StringComparison.Ordinal);
        Assert.Contains("rules/part-0.parquet", Assert.Throws<PublishingException>(() => RunProofs.OfFile(_lake.Lake, run, "part-0.parquet")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRowIsProvedByItsValues()
    {
        var run = _lake.Night(2);
        for (var row = 0; row < 7; row++)
        {
            var list = new JsonArray([.. Enumerable.Range(0, row % 3 + 1).Select(j => (JsonNode)$"item {row} {j}")]).ToJsonString();
            var proof = Read(ProofFile.Write(RunProofs.OfRow(_lake.Lake, run, "rules", Where("antecedent=" + list), RowTree.ReadOwn)));
            Assert.Empty(ProofCheck.Check(proof, true, null));
            Assert.Equal(row, proof.Row!.Index);
            Assert.Equal(row == 2 ? null : 1.25 * row, proof.Row.Values["lift"]?.GetValue<double>());
            Assert.Equal("rows.json", proof.File.Path);
        }
        Assert.Equal(0, RunProofs.OfRow(_lake.Lake, run, "rules", Where("antecedent=item 0 0"), RowTree.ReadOwn).Row!.Index);
        Assert.Equal(2, RunProofs.OfRow(_lake.Lake, run, "rules", Where("lift="), RowTree.ReadOwn).Row!.Index);
        Assert.Equal(4, RunProofs.OfRow(_lake.Lake, run, "rules", Where("lift=5"), RowTree.ReadOwn).Row!.Index);
        string Message(string table, params string[] where) => Assert.Throws<PublishingException>(() => RunProofs.OfRow(_lake.Lake, run, table, Where(where), RowTree.ReadOwn)).Message;
        Assert.Contains("no row of rules", Message("rules", "lift=77"), StringComparison.Ordinal);
        Assert.Contains("no column 'lft'", Message("rules", "lft=1"), StringComparison.Ordinal);
        Assert.Contains("7 rows of rules", Message("rules"), StringComparison.Ordinal);
        Assert.Contains("no root over the rows of lineage", Message("lineage", "stage=x"), StringComparison.Ordinal);
        Assert.Contains("no table 'rule'", Message("rule", "lift=1"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheManifestNamesCidsAndRowRoots()
    {
        var run = _lake.Night(2);
        _lake.Night(3);
        foreach (var night in new[] { run, _lake.Lake.Latest()!.Value })
        {
            var manifest = _lake.Lake.ReadManifest(night);
            Assert.Equal(Manifest.CurrentVersion, manifest.ManifestVersion);
            foreach (var file in manifest.Tables.SelectMany(t => t.Files)) Assert.Equal(_lake.Identity(night, file.Path).Cid, file.Cid);
            foreach (var file in manifest.Documents) Assert.Equal(_lake.Identity(night, file.Path).Cid, file.Cid);
            Assert.All(manifest.Curated, day => Assert.True(day.Transactions.Cid is not null && day.Evidence?.Cid is not null));
            Assert.Equal(["rules"], manifest.Tables.Where(t => t.RowsRoot is not null).Select(t => t.Name));
            Assert.DoesNotContain("cid", File.ReadAllText(_lake.Full(night, "results.json")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WithoutTreesOverRowsThereIsNoRowsJson()
    {
        var run = _lake.Night(2, false, "no_such_table");
        Assert.False(File.Exists(_lake.Full(run, "rows.json")));
        Assert.True(Verifier.Verify(_lake.Lake, run, null, RowTree.ReadOwn).IsWhole);
    }

    [Fact]
    public void AProofOfAChangedRunIsRefused()
    {
        var run = _lake.Night(2);
        var flips = new Flips(_lake, run);
        flips.Bit("report.html", 9);
        Assert.Contains("changed after it was published", Assert.Throws<PublishingException>(() => RunProofs.OfFile(_lake.Lake, run, "report.html")).Message, StringComparison.Ordinal);
        Assert.NotNull(RunProofs.OfFile(_lake.Lake, run, "tables.sql"));
        flips.Undo();
    }

    /// <summary>Bits of files, names, manifest, root and rows.json: each flip alone is found, and named by the file that it is in.</summary>
    [Fact]
    public void AThousandFlippedBitsOfARunAreFoundAndNamed()
    {
        var run = _lake.Night(2);
        var files = _lake.Lake.Files.List(_lake.Lake.Full(run.Path)).Where(i => i.Kind == Files.FileKind.File).Select(i => i.Name)
            .Concat(["rules/part-0.parquet", "rules/part-1.parquet", "lineage/part-0.parquet", "transactions/2026-01-01.parquet"]).ToList();
        var random = new Random(20111209);
        var flips = new Flips(_lake, run);
        var (bits, names) = (0, 0);
        for (var i = 0; i < 1000; i++)
        {
            var file = files[random.Next(files.Count)];
            var bit = random.NextInt64(8 * new FileInfo(_lake.Full(run, file)).Length);
            if (i % 10 == 0)
            {
                if (!flips.Name(file, random)) continue;
                names++;
                var found = Verifier.Verify(_lake.Lake, run, null, RowTree.ReadOwn);
                Assert.Contains(found.Findings, f => f.Path == $"{run.Path}/{file}" && f.Kind is FindingKind.Missing or FindingKind.Unreadable);
            }
            else
            {
                flips.Bit(file, bit);
                bits++;
                var found = Verifier.Verify(_lake.Lake, run, null, RowTree.ReadOwn);
                // A manifest that no longer reads, or reads otherwise, shows at itself or at the root that is computed from it.
                Assert.Contains(found.Findings, f => f.Path == $"{run.Path}/{file}" || file == "manifest.json" && f.Path == $"{run.Path}/root.json");
            }
            flips.Undo();
        }
        Assert.True(bits > 850 && names > 60, $"{bits} bits, {names} names");
        Assert.True(Verifier.Verify(_lake.Lake, run, null, RowTree.ReadOwn).IsWhole);
    }

    [Fact]
    public void EveryFlippedBitOfAProofIsFound()
    {
        var run = _lake.Night(2);
        foreach (var (bytes, identity) in new[]
        {
            (ProofFile.Write(RunProofs.OfFile(_lake.Lake, run, "report.html", Anchor)), _lake.Identity(run, "report.html")),
            (ProofFile.Write(RunProofs.OfRow(_lake.Lake, run, "rules", Where("lift="), RowTree.ReadOwn, Anchor)), null),
        })
        {
            for (var bit = 0; bit < 8 * bytes.Length; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
                try
                {
                    var proof = ProofFile.Read(bytes, out var isIntact);
                    Assert.Contains(ProofCheck.Check(proof, isIntact, identity), f => f.Part == ProofPart.Proof);
                }
                catch (FormatException e)
                {
                    Assert.Contains("proof", e.Message, StringComparison.Ordinal);
                }
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }
    }

    /// <summary>Who forges a proof makes its check line anew; what the file or the root contradicts is found all the same.</summary>
    [Fact]
    public void AForgedProofLeadsToNoRoot()
    {
        var run = _lake.Night(2);
        var proof = RunProofs.OfFile(_lake.Lake, run, "report.html");
        var file = _lake.Identity(run, "report.html");
        var other = Convert.ToHexStringLower(SHA256.HashData("other"u8));
        void Forged(Proof forged, string message) => Assert.Contains(ProofCheck.Check(Read(ProofFile.Write(forged)), true, file), f => f.Message.Contains(message, StringComparison.Ordinal));
        Forged(proof with { Root = other }, "leads to");
        Forged(proof with { File = proof.File with { Path = "report.htm" } }, "leads to");
        Forged(proof with { File = proof.File with { Index = proof.File.Index ^ 1 } }, "leads to");
        Forged(proof with { File = proof.File with { Hashes = [.. proof.File.Hashes.Skip(1)] } }, "cannot be");
        Forged(proof with { File = proof.File with { Hashes = [.. proof.File.Hashes, other] } }, "cannot be");
        Forged(proof with { File = proof.File with { Sha256 = other } }, "the proof is of report.html");
        Forged(proof with { Leaves = proof.File.Index }, "cannot be");
        Forged(proof with { Root = proof.Root.ToUpperInvariant() }, "64 lower-case");
        Forged(proof with { Run = "0123" }, "no run id");
        Assert.Empty(ProofCheck.Check(proof, true, file));
        Assert.Single(ProofCheck.Check(proof, false, file));

        var row = RunProofs.OfRow(_lake.Lake, run, "rules", Where("lift="), RowTree.ReadOwn);
        void ForgedRow(Proof forged, string message) => Assert.Contains(ProofCheck.Check(Read(ProofFile.Write(forged)), true, null), f => f.Message.Contains(message, StringComparison.Ordinal));
        ForgedRow(row with { Row = row.Row! with { Values = new JsonObject { ["antecedent"] = new JsonArray("x"), ["lift"] = null } } }, "the encoded row says");
        ForgedRow(row with { Row = row.Row! with { Encoded = row.Row.Encoded.Replace("6974656d", "6974656e", StringComparison.Ordinal) } }, "the way of the row leads to");
        ForgedRow(row with { Row = row.Row! with { Index = 3 } }, "the way of the row leads to");
        ForgedRow(row with { Row = row.Row! with { RowsJson = row.Row.RowsJson.Replace("7", "8", StringComparison.Ordinal) } }, "the text of rows.json");
        ForgedRow(row with { Run = "0123456789abcdef" }, "the proof says");
        ForgedRow(row with { BusinessDate = row.BusinessDate.AddDays(1) }, "the proof says");
        ForgedRow(row with { Row = row.Row! with { Table = "rule" } }, "no table 'rule'");
    }

    [Fact]
    public void AProofInAnotherFormIsReadAndNoted()
    {
        var run = _lake.Night(2);
        var proof = RunProofs.OfFile(_lake.Lake, run, "report.html", Anchor);
        var compact = System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(ProofFile.Write(proof))!.ToJsonString());
        var read = ProofFile.Read(compact, out var isIntact);
        Assert.False(isIntact);
        Assert.Equal(proof.Root, read.Root);
        Assert.Equal(proof.Anchor, read.Anchor);
        Assert.Contains("version 2", Assert.Throws<FormatException>(() => ProofFile.Read("""{"proof_version": 2, "new": 1}"""u8, out _)).Message, StringComparison.Ordinal);
        foreach (var text in new[] { "", "[]", "{}", "null", """{"proof_version": 1}""" })
            Assert.Throws<FormatException>(() => ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void TheCarFileOfARunHoldsItsFolder()
    {
        var run = _lake.Night(2);
        var car = new MemoryStream();
        var summary = RunProofs.WriteCar(_lake.Lake, run, car);
        var read = CarReader.Read(car.ToArray());
        Assert.Equal(summary.Root, read.Root);
        Assert.Contains("root.json", read.Files.Keys);
        foreach (var (path, content) in read.Files) Assert.Equal(File.ReadAllBytes(_lake.Full(run, path)), content);
        foreach (var file in _lake.Lake.ReadManifest(run).Documents) Assert.True(read.Blocks.ContainsKey(file.Cid!));
    }
}

/// <summary>Flips a bit of a file or of its name, and takes it back.</summary>
internal sealed class Flips(ProofLake lake, RunRef run)
{
    private Action _undo = static () => { };

    public void Bit(string file, long bit)
    {
        var path = lake.Full(run, file);
        Flip(path, bit);
        _undo = () => Flip(path, bit);
    }

    public bool Name(string file, Random random)
    {
        var path = lake.Full(run, file);
        var letters = Path.GetFileName(path).ToCharArray();
        var at = random.Next(letters.Length);
        letters[at] ^= (char)(1 << random.Next(7));
        var changed = Path.Combine(Path.GetDirectoryName(path)!, new string(letters));
        if (letters[at] is '/' or '\0' || File.Exists(changed)) return false;
        File.Move(path, changed);
        _undo = () => File.Move(changed, path);
        return true;
    }

    public void Undo() => _undo();

    private static void Flip(string path, long bit)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = bit / 8;
        var old = stream.ReadByte();
        stream.Position = bit / 8;
        stream.WriteByte((byte)(old ^ 1 << (int)(bit % 8)));
    }
}
