using System.Numerics;
using System.Text;
using System.Text.Json;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Publishing;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>Roots onto the development chain and onto one behind an address, through the program.</summary>
public class AnchorTests
{
    private static readonly string[] Dev = ["--set", "machine.anchor.chain=dev"];

    [Fact]
    public void A_night_ends_with_its_root_on_the_development_chain_and_the_next_one_publishes_the_receipt()
    {
        RequireChain();
        using var shop = SmallShop.New("ingest", "sales");
        shop.Always.Remove("--quiet");
        shop.Always.AddRange(Dev);
        var first = shop.Nightly("-i", shop.Write("in/2026-01-01.csv", SmallShop.Day("2026-01-01", 1))).With(0);
        Assert.Contains("of the development chain, which proves nothing to others", first.Out);
        Assert.Empty(first.Err);
        var firstRun = Path.GetFileName(shop.Latest);
        Assert.Empty(Rows(shop.Latest, "anchors", "run"));
        shop.Nightly("-i", shop.Write("in/2026-01-02.csv", SmallShop.Day("2026-01-02", 2))).With(0);
        var row = Assert.Single(Rows(shop.Latest, "anchors", "run", "state", "chain_id", "block", "root", "fee > 0"));
        Assert.Equal($"{firstRun}|final|31337|2|{Root(shop, "2026-01-01")}|True", row, ignoreCase: true);
        Assert.Contains(firstRun, File.ReadAllText(Path.Combine(shop.Latest, "report.html")));
        Assert.Contains("Roots on a chain", File.ReadAllText(Path.Combine(shop.Latest, "report.html")));
        shop.Run("verify").With(0);

        // A proof of the first run's report, checked up to the block, and one whose receipt was altered.
        var proof = shop.At("report.proof.json");
        Assert.Contains("anchored in block 2 of chain 31337", shop.Run("proof", firstRun, "report.html", "-o", proof).With(0).Out);
        var report = Path.Combine(shop.RunOf("2026-01-01"), "report.html");
        var proved = shop.Run("verify", report, "--proof", proof, "--rpc", "dev").With(0).Out;
        Assert.Contains("chain 31337 holds it since block 2 of", proved);
        Assert.Contains("proves nothing to others", proved);
        Assert.Contains("holds it since block 3 of", shop.Run("verify", "latest", "--rpc", "dev").With(0).Out);
        Assert.Contains("no contract is at", shop.Run("verify", "latest", "--rpc", "dev", "--contract", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").With(2).Err);

        // Nothing is left to send, so nothing is started and nothing sent; and a forced run has an anchor of its own.
        Assert.Contains("2 final", shop.Run("anchor").With(0).Out);
        shop.Nightly("-i", shop.At("in", "2026-01-02.csv"), "--force").With(0);
        var status = shop.Run("anchor", "status").With(0).Out;
        Assert.Contains(Path.GetFileName(shop.Latest), status);
        Assert.EndsWith("-2", Path.GetFileName(shop.Latest));
        Assert.Equal(4, shop.Run("anchor", "status", "--json").With(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)
            .Count(static entry => entry.GetProperty("state").GetString() == "final"));
    }

    [Fact]
    public void The_samples_configuration_names_the_development_chain() =>
        Assert.Contains("machine.anchor.chain", InProcess.Run("config", "show", "--config", TestShop.SampleConfiguration).With(0).Out.Split('\n').Single(static line => line.Contains(" dev ", StringComparison.Ordinal)));

    [Fact]
    public void Without_a_chain_roots_are_queued_and_sent_once_there_is_one()
    {
        using var shop = SmallShop.New("ingest", "sales");
        shop.Nightly("-i", shop.Write("in/2026-01-01.csv", SmallShop.Day("2026-01-01", 1))).With(0);
        shop.Nightly("-i", shop.Write("in/2026-01-02.csv", SmallShop.Day("2026-01-02", 2))).With(0);
        var status = shop.Run("anchor", "status").With(0);
        Assert.Equal(2, status.Out.Split('\n').Count(static line => line.Contains("queued", StringComparison.Ordinal) && line.StartsWith("2026", StringComparison.Ordinal)));
        Assert.Contains("names no chain", shop.Run("anchor").With(2).Err);
        RequireChain();
        shop.Always.AddRange(Dev);
        shop.Run("anchor").With(0);
        shop.Always.Remove("--quiet");
        Assert.Contains("2 final", shop.Run("anchor").With(0).Out);
    }

    [Fact]
    public void A_machine_without_the_chains_program_publishes_and_says_how_to_get_it()
    {
        using var shop = SmallShop.New("ingest", "sales");
        shop.Always.AddRange(Dev);
        var input = shop.Write("in/2026-01-01.csv", SmallShop.Day("2026-01-01", 1));
        var without = new Dictionary<string, string> { ["ANALYTICS_ANVIL"] = shop.At("nothing-here") };
        var ended = InProcess.RunWith(without, ["run", "nightly", "-i", input, "--config", shop.Configuration, "--lake", shop.Lake, .. shop.Always]).With(0);
        var line = Assert.Single(ended.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("warning: the run is published, and its root waits", line);
        Assert.Contains("scripts/contracts.sh chain", line);
        shop.Run("verify").With(0);
        Assert.Contains("queued", shop.Run("anchor", "status").With(0).Out);
    }

    [Fact]
    public void A_node_that_is_not_there_holds_no_night_up()
    {
        using var shop = SmallShop.New("ingest", "sales");
        var (keystore, passphrase) = NewKey(shop);
        shop.Always.AddRange(Rpc("http://127.0.0.1:1", keystore, passphrase));
        var ended = shop.Nightly("-i", shop.Write("in/2026-01-01.csv", SmallShop.Day("2026-01-01", 1))).With(0);
        Assert.Contains("its root waits to be anchored: 127.0.0.1:1: eth_chainId could not be called", ended.Err);
        Assert.Contains("could not be called", shop.Run("anchor").With(4).Err);
        // Nor does a journal that cannot be read: it stops sending, not publishing.
        File.WriteAllText(Directory.EnumerateFiles(Path.Combine(shop.Lake, "state", "chain", "journal")).Single(), "{");
        ended = shop.Nightly("-i", shop.Write("in/2026-01-02.csv", SmallShop.Day("2026-01-02", 2))).With(0);
        Assert.Contains("no entry of the chain's journal", ended.Err);
        Assert.Contains("no entry of the chain's journal", shop.Run("anchor").With(3).Err);
    }

    [Fact]
    public async Task A_contract_is_deployed_and_used_through_an_address_with_a_keystore()
    {
        RequireChain();
        using var chain = DevelopmentChain.Start(DevelopmentChain.FindProgram(SharedData.ProjectRoot)!);
        using var client = new JsonRpcClient(chain.Url);
        var node = new EthereumNode(client);
        using var shop = SmallShop.New("ingest", "sales");
        shop.Always.Remove("--quiet");
        var (keystore, passphrase) = NewKey(shop);
        shop.Always.AddRange(Rpc(chain.Url, keystore, passphrase));
        var account = shop.Run("anchor", "key", "address").With(0).Out.Trim();
        shop.Nightly("-i", shop.Write("in/2026-01-01.csv", SmallShop.Day("2026-01-01", 1))).With(0);
        Assert.Contains("names no contract", shop.Run("anchor").With(4).Err);
        Assert.Contains("are needed", shop.Run("anchor", "deploy", "--wait", "0").With(4).Err);
        await DevelopmentChain.FundAsync(node, Address.Parse(account), default);
        var deployed = shop.Run("anchor", "deploy").With(0).Out;
        var contract = deployed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split(' ')[^1];
        // Once a chain: the same again says the same.
        Assert.EndsWith(contract, shop.Run("anchor", "deploy").With(0).Out.Trim());
        Assert.Equal(1ul, await node.NonceAsync(Address.Parse(account), EthereumNode.Latest, default));
        Assert.True(await ReportAnchorContract.IsPublisherAsync(node, Address.Parse(contract), Address.Parse(account), default));
        shop.Always.AddRange(["--set", $"machine.anchor.contract={contract}"]);
        Assert.Contains("1 final on chain 31337", shop.Run("anchor").With(0).Out.Replace("the development chain, which proves nothing to others", "chain 31337", StringComparison.Ordinal));
        var run = Path.GetFileName(shop.Latest);
        Assert.Equal(Root(shop, "2026-01-01"), await ReportAnchorContract.RootOfAsync(node, Address.Parse(contract), new DateOnly(2026, 1, 1), run, default));
    }

    [Fact]
    public void Keys_and_passphrases_are_never_shown_and_a_key_is_never_overwritten()
    {
        using var shop = SmallShop.New();
        shop.Always.Remove("--quiet");
        var secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
        var raw = Secret(shop, "raw.key", secret);
        var passphrase = Secret(shop, "pass", "a-phrase-that-nobody-may-see");
        string[] with = ["--set", $"machine.anchor.passphrase_file={passphrase}"];
        var imported = shop.Run(["anchor", "key", "import", shop.At("key.json"), "--from", raw, .. with]).With(0);
        Assert.StartsWith("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", imported.Out);
        var again = shop.Run(["anchor", "key", "new", shop.At("key.json"), .. with]).With(2);
        var wrong = shop.Run("anchor", "key", "address", shop.At("key.json"), "--verbose", "--set", $"machine.anchor.passphrase_file={Secret(shop, "other", "another-phrase-that-is-wrong")}").With(2);
        Assert.Contains("passphrase is wrong", wrong.Err);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var open = shop.Run(["anchor", "key", "address", shop.At("key.json"), .. with]).With(2);
        Assert.Contains("chmod 600", open.Err);
        foreach (var said in new[] { imported, again, wrong, open }.Select(static ended => ended.Out + ended.Err))
            foreach (var hidden in (string[])[secret, "nobody-may-see", "that-is-wrong"]) Assert.DoesNotContain(hidden, said);
    }

    [Fact]
    public void The_configuration_of_a_chain_is_checked_and_its_access_key_is_not_shown()
    {
        using var shop = SmallShop.New();
        var half = shop.Run("config", "check", "--set", "machine.anchor.chain=rpc").With(2).Err;
        foreach (var key in (string[])["machine.anchor.rpc", "machine.anchor.chain_id", "machine.anchor.keystore"]) Assert.Contains(key, half);
        Assert.Contains("did you mean 'dev'", shop.Run("config", "check", "--set", "machine.anchor.chain=dve").With(2).Err);
        Assert.Contains("checksum", shop.Run("config", "check", "--set", "machine.anchor.contract=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD").With(2).Err);
        var shown = shop.Run("config", "show", "--set", "machine.anchor.rpc=https://node.example/v3/very-secret-key").With(0).Out;
        Assert.Contains("https://node.example/...", shown);
        Assert.DoesNotContain("very-secret-key", shown);
    }

    [Fact]
    public void Pruning_keeps_what_a_chain_that_others_rely_on_proves_and_forgets_what_was_never_sent()
    {
        using var shop = SmallShop.New("ingest", "sales");
        for (var day = 1; day <= 3; day++) shop.Nightly("-i", shop.Write($"in/2026-01-0{day}.csv", SmallShop.Day($"2026-01-0{day}", day))).With(0);
        var lake = Lake.Open(shop.Lake, new LocalFileStore());
        var journal = ChainSession.JournalOf(lake);
        var first = lake.ListRuns()[0];
        journal.Write(journal.Find(first.Date, first.Id)! with { State = AnchorState.Final, ChainId = 1 });
        shop.Run("runs", "prune", "--keep-runs", "1").With(0);
        Assert.Equal([new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 3)], lake.ListRuns().Select(static run => run.Date));
        Assert.Equal([new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 3)], journal.ReadAll().Select(static entry => entry.Run!.Date));
        shop.Run("runs", "prune", "--keep-runs", "1", "--anchored-too").With(0);
        Assert.Equal([new DateOnly(2026, 1, 3)], lake.ListRuns().Select(static run => run.Date));
        // What was anchored stays in the journal, whatever becomes of the run.
        Assert.Equal(2, journal.ReadAll().Count);
    }

    [Fact]
    public async Task Payments_on_a_chain_become_transactions_of_the_lake()
    {
        RequireChain();
        using var chain = DevelopmentChain.Start(DevelopmentChain.FindProgram(SharedData.ProjectRoot)!);
        using var client = new JsonRpcClient(chain.Url);
        var node = new EthereumNode(client);
        using var key = DevelopmentChain.Key();
        await DevelopmentChain.FundAsync(node, key.Address, default);
        using var artifact = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "contracts", "artifacts", "Payment.json")));
        var creation = Hex.ParseData(artifact.RootElement.GetProperty("bytecode").GetString()!);
        await SendAsync(null, [.. creation, .. AbiCodec.Encode([AbiType.Parse("address"), AbiType.Parse("address"), AbiType.Parse("uint256")], key.Address, key.Address, new BigInteger(2_500_000_000))], 0);
        var contract = Address.OfCreated(key.Address, 0);
        foreach (var order in (string[])["web-1", "web-2", "web-3"]) await SendAsync(contract, AbiSignature.Parse("pay(bytes32)").Call(Order(order)), 2_500_000_000);
        await SendAsync(contract, AbiSignature.Parse("refund(bytes32,address)").Call(Order("web-2"), key.Address), 0);
        await client.CallAsync(new RpcCall("anvil_mine", "0x10"));

        var configuration = """
            { "results": { "stages": ["ingest", "sales"], "input": { "format": "json_lines", "time_zone": "UTC", "currency": "GWEI", "columns": {
                "order_id": "order_id", "item_id": "item_id", "quantity": "quantity", "unit_price": "unit_price", "customer_id": "payer", "currency": "currency",
                "ordered_at": { "source": "ordered_at", "formats": ["yyyy-MM-dd HH:mm:ss"] } } } },
              "machine": { "input": ["payments"], "payments": { "rpc": "URL", "chain_id": 31337, "contract": "CONTRACT", "range_blocks": 4, "confirmations": 2, "folder": "payments" } } }
            """.Replace("URL", chain.Url, StringComparison.Ordinal).Replace("CONTRACT", contract.ToString(), StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("analytics-e2e-payments-").FullName;
        File.WriteAllText(Path.Combine(folder, "shop.json"), configuration);
        using var shop = new TestShop(Path.Combine(folder, "shop.json")) { AlsoRemove = folder };
        var fetched = shop.Run("payments", "fetch").With(0);
        Assert.StartsWith("4 payments and refunds", fetched.Out);
        var files = TestShop.Snapshot(Path.Combine(folder, "payments"));
        Assert.NotEmpty(files);
        Assert.StartsWith("0 payments", shop.Run("payments", "fetch").With(0).Out);
        Assert.Contains("0 files written", shop.Run("payments", "fetch", "--again").With(0).Out);
        Assert.Equal(files, TestShop.Snapshot(Path.Combine(folder, "payments")));
        shop.Nightly("--quiet").With(0);
        Assert.Equal(["web-1|sale|2.5", "web-2|return|-2.5", "web-2|sale|2.5", "web-3|sale|2.5"],
            Rows(shop.Latest, "transactions", "order_id", "kind", "amount").Order(StringComparer.Ordinal));
        // A file that was altered is found, and not written over.
        var file = Directory.EnumerateFiles(Path.Combine(folder, "payments")).First();
        File.AppendAllText(file, "{}\n");
        Assert.Contains("is not what the chain says", shop.Run("payments", "fetch", "--again").With(3).Err);

        async Task SendAsync(Address? to, byte[] data, BigInteger value)
        {
            var transaction = new FeeMarketTransaction
            {
                ChainId = DevelopmentChain.ChainId, Nonce = await node.NonceAsync(key.Address, EthereumNode.Latest, default), To = to, Data = data, Value = value,
                GasLimit = 2_000_000, MaxFee = 100 * FeePolicy.Gwei, MaxPriorityFee = FeePolicy.Gwei,
            };
            var raw = transaction.Encode(key.Sign(transaction.SigningHash()));
            await node.SendAsync(raw, default);
            ChainReceipt? receipt;
            while ((receipt = (await node.ReceiptsAsync([FeeMarketTransaction.HashOf(raw)], default))[0]) is null) await Task.Yield();
            Assert.True(receipt.Succeeded);
        }

        static byte[] Order(string text)
        {
            var order = new byte[32];
            Encoding.UTF8.GetBytes(text, order);
            return order;
        }
    }

    /// <summary>The columns of a table's rows, one text a row.</summary>
    private static List<string> Rows(string run, string table, params string[] columns)
    {
        using var tables = new Tables(run);
        return tables.Query($"select {string.Join(", ", columns)} from {table}").ConvertAll(static row => string.Join('|', row.Select(static value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture))));
    }

    private static void RequireChain() => LocalChain.Require(DevelopmentChain.FindProgram(SharedData.ProjectRoot));

    private static string Root(TestShop shop, string date) => TestShop.Json(Path.Combine(shop.RunOf(date), "root.json")).GetProperty("root").GetString()!;

    private static string Secret(TestShop shop, string name, string text)
    {
        var file = shop.Write(name, text + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static (string Keystore, string Passphrase) NewKey(TestShop shop)
    {
        var passphrase = Secret(shop, "pass", "phrase");
        var keystore = shop.At("key.json");
        shop.Run("anchor", "key", "new", keystore, "--set", $"machine.anchor.passphrase_file={passphrase}").With(0);
        return (keystore, passphrase);
    }

    private static string[] Rpc(string url, string keystore, string passphrase) =>
    [
        "--set", "machine.anchor.chain=rpc", "--set", $"machine.anchor.rpc={url}", "--set", "machine.anchor.chain_id=31337", "--set", "machine.anchor.confirmations=1",
        "--set", $"machine.anchor.keystore={keystore}", "--set", $"machine.anchor.passphrase_file={passphrase}",
    ];
}
