using System.Diagnostics;
using System.Globalization;

namespace Analytics.Anchoring.Bench;

/// <summary>How many anchors one thread signs a second; in processor time, so that a busy machine says the same.</summary>
internal static class SigningBench
{
    private const int Count = 2000;

    public static void Run()
    {
        using var key = PrivateKey.From(Keccak.Hash("bench"));
        var run = new AnchoredRun(new DateOnly(2025, 12, 31), "0123456789abcdef", new string('a', 64));
        var transaction = new FeeMarketTransaction
        {
            ChainId = 1, Nonce = 0, MaxFee = 30 * FeePolicy.Gwei, MaxPriorityFee = FeePolicy.Gwei, GasLimit = 70_000, To = key.Address, Data = ReportAnchorContract.AnchorCall(run),
        };
        Console.WriteLine($"signing, {Count} transactions, best of 5, one thread      a second");
        byte[] raw = [];
        Print("sign and encode an anchor (type 2, RFC 6979)", i => raw = (transaction with { Nonce = (ulong)i }).Encode(key.Sign((transaction with { Nonce = (ulong)i }).SigningHash())));
        Print("decode it and recover its sender", _ => FeeMarketTransaction.Decode(raw));
        Print("Keccak-256 of 132 bytes", _ => Keccak.Hash(transaction.Data));
        Peer();
    }

    private static void Print(string what, Action<int> action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Count; i++) action(i);
            // The first round compiles.
            if (round > 0) best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-48} {Count / best,12:N0}"));
    }

    private static void Peer()
    {
        var modules = Path.GetFullPath("contracts/node_modules/ethers");
        if (!Directory.Exists(modules))
        {
            Console.WriteLine("  ethers (peer): not installed; scripts/contracts.sh setup installs it, and the bench runs in the project's folder");
            return;
        }
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "ethers-signing.mjs"), modules, Count.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        Console.Write(node.StandardOutput.ReadToEnd());
        node.WaitForExit();
        if (node.ExitCode != 0) Console.WriteLine($"  ethers (peer): ended with {node.ExitCode}");
    }
}
