using System.Globalization;
using Org.BouncyCastle.Crypto.Generators;

namespace Analytics.Anchoring.Bench;

/// <summary>What opening a keystore costs: scrypt with the usual parameters, ours and BouncyCastle's.</summary>
internal static class KeystoreBench
{
    public static void Run()
    {
        Console.WriteLine("scrypt n 262144, r 8, p 1, best of 3                        seconds of processor");
        Print("as keystores are opened", static () => Scrypt.Derive("passphrase"u8, "salt"u8, 1 << 18, 8, 1, 32));
        Print("BouncyCastle (peer)", static () => SCrypt.Generate("passphrase"u8.ToArray(), "salt"u8.ToArray(), 1 << 18, 8, 1, 32));
    }

    private static void Print(string what, Func<byte[]> derive)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            derive();
            if (round > 0) best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-48} {best,12:F3}"));
    }
}
