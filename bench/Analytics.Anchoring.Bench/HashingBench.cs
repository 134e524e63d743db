using System.Diagnostics;
using System.Globalization;
using Analytics.Files;
using Analytics.Proofs;

namespace Analytics.Anchoring.Bench;

/// <summary>Hashing files on all cores, beside coreutils' sha256sum on as many; files that the system has in memory.</summary>
internal static class HashingBench
{
    private const int FileCount = 8, FileBytes = 64 << 20, Rounds = 5;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("analytics-bench-").FullName;
        try
        {
            var paths = new string[FileCount];
            var content = new byte[FileBytes];
            var random = new Random(1);
            for (var i = 0; i < FileCount; i++)
            {
                random.NextBytes(content);
                File.WriteAllBytes(paths[i] = Path.Combine(folder, $"{i}").Replace('\\', '/'), content);
            }
            var store = new LocalFileStore();
            var mebibytes = (double)FileCount * FileBytes / (1 << 20);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hashing {FileCount} files of {FileBytes >> 20} MiB, {Environment.ProcessorCount} at once, best of {Rounds}      MiB/s   MiB a second of processor time"));
            var peer = Peer(folder, mebibytes);
            var sha = Ours("SHA-256 of each file (verify, publish)", mebibytes, () => FileHash.ComputeAll(store, paths));
            Ours("SHA-256 and CID, one reading (files above 256 KiB hash twice)", mebibytes, () => UnixFsFile.IdentifyAll(store, paths));
            if (peer is { } other) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  SHA-256 by speed: {sha.Wall / other.Wall:F2} times sha256sum; by processor time: {sha.Processor / other.Processor:F2} times"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Wall, double Processor) Ours(string what, double mebibytes, Action action)
    {
        var (wall, processor) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round <= Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            action();
            // The first round compiles.
            if (round == 0) continue;
            wall = Math.Min(wall, watch.Elapsed.TotalSeconds);
            processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return Print(what, mebibytes / wall, mebibytes / processor);
    }

    private static (double Wall, double Processor)? Peer(string folder, double mebibytes)
    {
        var (wall, processor) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"TIMEFORMAT='%R %U %S'; time ls -d {folder}/* | xargs -P {Environment.ProcessorCount} -n 1 sha256sum >/dev/null"]) { RedirectStandardError = true })!;
            var text = process.StandardError.ReadToEnd();
            process.WaitForExit();
            var times = text.Trim().Split(' ');
            if (process.ExitCode != 0 || times.Length != 3)
            {
                Console.WriteLine($"  sha256sum (peer): not to be had here: {text.Trim()}");
                return null;
            }
            var seconds = Array.ConvertAll(times, static t => double.Parse(t, CultureInfo.InvariantCulture));
            wall = Math.Min(wall, seconds[0]);
            processor = Math.Min(processor, seconds[1] + seconds[2]);
        }
        return Print("sha256sum (peer), its processes with their start", mebibytes / wall, mebibytes / processor);
    }

    private static (double, double) Print(string what, double wall, double processor)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-64} {wall,8:N0} {processor,10:N0}"));
        return (wall, processor);
    }
}
