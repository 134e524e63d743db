using System.Text.Json;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Proofs.Tests;
using Analytics.Publishing;

namespace Analytics.Jobs.Tests;

/// <summary>proof, verify --proof and publish --car, as a user and an auditor see them.</summary>
public sealed class ProofCommandTests : IDisposable, IClassFixture<NodeTools>
{
    private readonly TestShop _shop = SmallShop.New("ingest", "sales");
    private readonly NodeTools _tools;

    public ProofCommandTests(NodeTools tools)
    {
        _tools = tools;
        _shop.Always.AddRange(["--set", "machine.row_trees=daily_sales,transactions"]);
        _shop.Write("in/2025-01-06.csv", SmallShop.Day("2025-01-06", 1));
        _shop.Write("in/2025-01-07.csv", SmallShop.Day("2025-01-07", 2));
        _shop.Nightly("--input", _shop.At("in"), "--from", "2025-01-06", "--to", "2025-01-07").With(0);
    }

    public void Dispose() => _shop.Dispose();

    /// <summary>An auditor has the file and the proof, no lake and no configuration.</summary>
    private static Ended Verify(params string[] arguments) => InProcess.Run(["verify", .. arguments]);

    [Fact]
    public void AFileIsProvedWithoutTheLake()
    {
        var copy = _shop.Copy(Path.Combine(_shop.Latest, "report.html"), "sent/by mail.html");
        var proof = _shop.At("report.proof.json");
        _shop.Run("proof", "latest", "report.html", "--out", proof).With(0);
        Assert.Contains("and belongs to root", Verify(copy, "--proof", proof).With(0).Out, StringComparison.Ordinal);
        _shop.Run("proof", "2025-01-07", "report.html", "-o", _shop.At("again.json")).With(0);
        Assert.Equal(File.ReadAllBytes(proof), File.ReadAllBytes(_shop.At("again.json")));

        var text = File.ReadAllText(copy);
        File.WriteAllText(copy, text[..^1] + " ");
        Assert.Contains($"changed: {copy}: ", Verify(copy, "--proof", proof).With(3).Err, StringComparison.Ordinal);
        File.WriteAllText(copy, text);
        var written = File.ReadAllText(proof);
        File.WriteAllText(proof, written.Replace("\"index\": ", "\"index\": 1", StringComparison.Ordinal));
        Assert.Contains($"proof: {proof}: ", Verify(copy, "--proof", proof).With(3).Err, StringComparison.Ordinal);
        File.WriteAllText(proof, "<html>");
        Assert.Contains("no proof", Verify(copy, "--proof", proof).With(3).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowIsProvedByItself()
    {
        var proof = _shop.At("row.json");
        _shop.Run("proof", "latest", "daily_sales", "--where", "level=item", "--where", "key=i0", "--where", "date=2025-01-06", "-o", proof).With(0);
        var verified = Verify("--proof", proof).With(0).Out;
        Assert.Contains("\"key\":\"i0\"", verified, StringComparison.Ordinal);
        Assert.Contains("of daily_sales belongs to root", verified, StringComparison.Ordinal);
        // A table of many files: its rows count through them.
        _shop.Run("proof", "latest", "transactions", "--where", "order_id=o0-2025-01-07", "--where", "item_id=i0", "--where", "quantity=1", "-o", proof);
        Assert.Contains("row ", Verify("--proof", proof).With(0).Out, StringComparison.Ordinal);
        Assert.Contains("leave", Verify(proof, "--proof", proof).With(2).Err, StringComparison.Ordinal);
        Assert.Contains("rows of daily_sales have these values", _shop.Run("proof", "latest", "daily_sales", "--where", "level=item").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("machine.row_trees", _shop.Run("proof", "latest", "quality", "--where", "stage=ingest").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("COLUMN=VALUE is expected", _shop.Run("proof", "latest", "daily_sales", "--where", "level").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("no file 'x'", _shop.Run("proof", "latest", "x").With(2).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyRecomputesTheRootsOverRows()
    {
        Assert.True(File.Exists(Path.Combine(_shop.Latest, "rows.json")));
        _shop.Run("verify").With(0);
        var manifest = TestShop.Json(Path.Combine(_shop.Latest, "manifest.json"));
        Assert.Equal(2, manifest.GetProperty("manifest_version").GetInt32());
        Assert.Equal(["daily_sales", "transactions"], manifest.GetProperty("tables").EnumerateArray().Where(t => t.TryGetProperty("rows_root", out _)).Select(t => t.GetProperty("name").GetString()));
        Assert.All(manifest.GetProperty("documents").EnumerateArray(), d => Assert.StartsWith("baf", d.GetProperty("cid").GetString(), StringComparison.Ordinal));
        Assert.Contains("one of", InProcess.Run("config", "check", "--config", _shop.Configuration, "--set", "machine.row_trees=dayly_sales").With(2).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunIsWrittenForIpfs()
    {
        var car = _shop.At("run.car");
        _shop.Run("publish", "--car", car).With(0);
        var first = File.ReadAllBytes(car);
        Assert.True(first.Length > Directory.EnumerateFiles(_shop.Latest, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
        _shop.Run("publish", "--car", car, "--run", "2025-01-06").With(0);
        Assert.NotEqual(first, File.ReadAllBytes(car));
        Assert.False(File.Exists(car + ".tmp"));
        // An open run is published first, then written.
        _shop.Write("in/2025-01-08.csv", SmallShop.Day("2025-01-08", 3));
        _shop.Run("ingest", "--input", _shop.At("in")).With(0);
        _shop.Run("sales").With(0);
        _shop.Run("publish", "--car", car).With(0);
        Assert.Contains("2025-01-08", _shop.Latest, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_shop.Latest, "manifest.json")));
        Assert.Contains(json.RootElement.GetProperty("run").GetProperty("id").GetString()!, _shop.Latest, StringComparison.Ordinal);
    }

    /// <summary>What our client has anchored is checked by code that was written from docs/proofs.md alone, on the chain itself.</summary>
    [Fact]
    public void TheIndependentVerifierFollowsAnAnchoredNightUpToItsBlock()
    {
        _tools.Need();
        string[] dev = ["--set", "machine.anchor.chain=dev"];
        _shop.Run(["anchor", .. dev]).With(0);
        string[] files = ["report.html", "manifest.json", "rows.json"];
        foreach (var file in files) _shop.Run("proof", "latest", file, "-o", _shop.At($"{file}.proof")).With(0);
        _shop.Run("proof", "latest", "daily_sales", "--where", "level=item", "--where", "key=i0", "--where", "date=2025-01-06", "-o", _shop.At("row.proof")).With(0);
        _shop.Run("verify", "latest", "--rpc", "dev").With(0);

        var lake = Lake.Open(_shop.Lake, new LocalFileStore());
        using (var chain = ChainSession.StartDevelopment(lake))
        {
            foreach (var file in files) Independent(0, "anchored at", _shop.At($"{file}.proof"), Path.Combine(_shop.Latest, file), "--rpc", chain.Url);
            Independent(0, "anchored at", _shop.At("row.proof"), "--rpc", chain.Url);
            Assert.Contains("proves nothing to others", Verify("--proof", _shop.At("row.proof"), "--rpc", chain.Url).With(0).Out, StringComparison.Ordinal);
            Independent(3, "not the one that is proved", _shop.At("report.html.proof"), Path.Combine(_shop.Latest, "tables.sql"), "--rpc", chain.Url);
        }

        // A receipt in the journal that names another root is named, without asking any chain.
        var entry = Directory.GetFiles(Path.Combine(_shop.Lake, "state"), $"anchor-*{lake.Latest()!.Value.Id}.json", SearchOption.AllDirectories).Single();
        var text = File.ReadAllText(entry);
        var root = lake.ReadRoot(lake.Latest()!.Value);
        File.WriteAllText(entry, text.Replace(root, string.Concat(root.AsSpan(0, 63), root[63] == '0' ? "1" : "0"), StringComparison.Ordinal));
        Assert.Contains("receipt: ", _shop.Run("verify").With(3).Err, StringComparison.Ordinal);
        File.WriteAllText(entry, text);
        _shop.Run("verify").With(0);
    }

    private static void Independent(int code, string message, params string[] arguments)
    {
        var (ended, text) = NodeTools.Run("node", ["tests/independent/verify.mjs", .. arguments]);
        Assert.True(ended == code, text);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }
}
