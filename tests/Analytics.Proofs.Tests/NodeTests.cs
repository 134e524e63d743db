using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Analytics.Publishing;

namespace Analytics.Proofs.Tests;

/// <summary>What needs Node.js: the compiler, the contracts' own tests, and a verifier written from docs/proofs.md alone.</summary>
public sealed partial class NodeTests(NodeTools tools, ITestOutputHelper output) : IClassFixture<NodeTools>
{
    [Fact]
    public void TheCommittedContractsAreWhatTheirSourcesCompileTo()
    {
        tools.Need();
        var (code, text) = NodeTools.Run("scripts/contracts.sh", "check");
        Assert.True(code == 0, text);
    }

    [Fact]
    public void TheContractsPassTheirTestsOnARealChain()
    {
        tools.Need();
        var (code, text) = NodeTools.Run("scripts/contracts.sh", "test");
        Assert.True(code == 0, text);
        Assert.True(int.Parse(Passed().Match(text).Groups[1].Value, CultureInfo.InvariantCulture) >= 22, text);
        output.WriteLine(Gas().Match(text).Value);
    }

    [Fact]
    public void AVerifierWrittenFromTheDocumentationAgrees()
    {
        tools.Need();
        using var lake = new ProofLake();
        var runs = new[] { lake.Night(2), lake.Night(2, force: true) };
        Assert.EndsWith("-2", runs[1].Id, StringComparison.Ordinal);
        using var chain = new LocalChain();
        foreach (var run in runs)
        {
            var anchor = chain.Anchor(run, lake.Lake.ReadRoot(run));
            foreach (var file in (string[])["manifest.json", "report.html", "rules/part-0.parquet"])
            {
                var path = Write(lake, RunProofs.OfFile(lake.Lake, run, file, anchor));
                Agrees(chain, path, lake.Full(run, file));
            }
            for (var row = 0; row < 7; row += 2)
                Agrees(chain, Write(lake, RunProofs.OfRow(lake.Lake, run, "rules", [new("lift", row == 2 ? "" : (1.25 * row).ToString(CultureInfo.InvariantCulture))], RowTree.ReadOwn, anchor)), null);
        }

        // It finds what is wrong, too: in the file, in the proof, and in what the proof says of the chain.
        var proof = RunProofs.OfFile(lake.Lake, runs[0], "report.html", chain.Anchored[0]);
        Refuses("not the one that is proved", Write(lake, proof), lake.Full(runs[0], "tables.sql"));
        Refuses("does not lead to the root", Write(lake, proof with { Root = new string('5', 64) }), lake.Full(runs[0], "report.html"));
        Refuses("the contract holds", Write(lake, proof with { Run = "0123456789abcdef" }), lake.Full(runs[0], "report.html"), chain.Url);
        Refuses("another block", Write(lake, proof with { Anchor = proof.Anchor! with { Block = proof.Anchor.Block + 1 } }), lake.Full(runs[0], "report.html"), chain.Url);
        Refuses("the event is of another run", Write(lake, proof with { Anchor = chain.Anchored[1] }), lake.Full(runs[0], "report.html"), chain.Url);
        var damaged = Write(lake, proof);
        File.WriteAllText(damaged, File.ReadAllText(damaged).Replace("\"run\": \"", "\"run\": \"0", StringComparison.Ordinal));
        Refuses("damaged", damaged, lake.Full(runs[0], "report.html"));
    }

    private static string Write(ProofLake lake, Proof proof)
    {
        var path = Path.Combine(lake.Folder, "proof.json");
        File.WriteAllBytes(path, ProofFile.Write(proof));
        return path;
    }

    private static void Agrees(LocalChain chain, string proof, string? file)
    {
        var (code, text) = NodeTools.Run("node", file is null ? ["tests/independent/verify.mjs", proof, "--rpc", chain.Url] : ["tests/independent/verify.mjs", proof, file, "--rpc", chain.Url]);
        Assert.True(code == 0, text);
        Assert.Contains("anchored at", text, StringComparison.Ordinal);
    }

    private static void Refuses(string message, string proof, string file, string? url = null)
    {
        var (code, text) = NodeTools.Run("node", url is null ? ["tests/independent/verify.mjs", proof, file] : ["tests/independent/verify.mjs", proof, file, "--rpc", url]);
        Assert.Equal(3, code);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^# pass (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Passed();

    [GeneratedRegex(@"gas of an anchor: \d+ at most.*")]
    private static partial Regex Gas();

    /// <summary>tests/independent/chain.mjs: an anvil on which ethers anchors.</summary>
    private sealed class LocalChain : IDisposable
    {
        private readonly Process _process = NodeTools.Start("node", "tests/independent/chain.mjs");
        private readonly Task<string> _error;

        public LocalChain()
        {
            _error = _process.StandardError.ReadToEndAsync();
            Url = Answer().GetProperty("url").GetString()!;
        }

        public string Url { get; }

        public List<ProvedAnchor> Anchored { get; } = [];

        public ProvedAnchor Anchor(RunRef run, string root)
        {
            _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Date:yyyyMMdd} {run.Id} {root}"));
            _process.StandardInput.Flush();
            var answer = Answer();
            string Text(string name) => answer.GetProperty(name).GetString()!;
            Anchored.Add(new ProvedAnchor(answer.GetProperty("chain_id").GetUInt64(), Text("contract"), Text("transaction"), answer.GetProperty("block").GetUInt64(), Text("block_hash"),
                DateTimeOffset.Parse(Text("block_time"), CultureInfo.InvariantCulture)));
            return Anchored[^1];
        }

        public void Dispose()
        {
            // The end of its input lets it stop anvil; a kill would leave that behind.
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromMinutes(1))) _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        private JsonElement Answer()
        {
            var line = _process.StandardOutput.ReadLine();
            if (line is null) Assert.Fail($"the local chain ended: {_error.Result}");
            return JsonDocument.Parse(line).RootElement.Clone();
        }
    }
}
