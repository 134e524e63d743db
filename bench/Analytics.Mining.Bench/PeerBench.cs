using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Analytics.Mining.Bench;

/// <summary>The same itemsets by mlxtend and by Spark MLlib's FPGrowth, at supports where they finish.</summary>
internal static class PeerBench
{
    private static readonly (string File, int Support)[] Cases =
        [("groceries", 99), ("online_retail", 208), ("mushroom", 1600), ("retail", 880), ("T10I4D100K", 500), ("chess", 2400)];

    /// <param name="shared">The shared folder.</param>
    /// <param name="args">Files, each with its support; none for all cases.</param>
    /// <returns>Whether all counts that were printed are equal.</returns>
    public static bool Run(string shared, string[] args)
    {
        _equal = true;
        shared = Path.GetFullPath(shared);
        var cases = args.Length >= 2 ? [.. Enumerable.Range(0, args.Length / 2).Select(i => (args[2 * i], int.Parse(args[2 * i + 1])))] : Cases;
        var python = Path.Combine(shared, "peers/peer-python");
        var interpreter = File.Exists(python) ? Output(python, "").Trim() : null;
        var sparkHome = Path.Combine(shared, "spark/spark-home");
        var folder = Directory.CreateTempSubdirectory("analytics-bench-").FullName;
        Console.WriteLine();
        Console.WriteLine($"{"file",-14}{"support",8}{"ours",10}{"1 thread",10}{"mlxtend",10}{"seconds",10}{"Spark",10}{"seconds",10}");
        foreach (var (file, support) in cases)
        {
            var baskets = Files.Read(shared, file);
            var options = new MiningOptions { MinimumSupport = support };
            var sets = 0L;
            var ours = Timing.Of(3, () => sets = ItemsetMiner.Count(baskets, options).Total);
            Console.Write($"{file,-14}{support,8}{sets,10}{ours.Median,10:F3}");
            // The peers read the same baskets by their codes, and take a share: one a little below the count gives the same baskets.
            var path = Path.Combine(folder, "baskets.dat");
            var share = (support - 0.5) / Write(baskets, path);
            Peer("mlxtend", interpreter is null ? null : FormattableString.Invariant($"{interpreter} {shared}/peers/mlxtend_run.py {path} {share:R}"), sets, folder);
            // Long baskets make deep trees, which neither the usual serializer nor the usual stack survives.
            var script = Path.Combine(AppContext.BaseDirectory, "spark_fpgrowth.py");
            Peer("Spark", !File.Exists(sparkHome) ? null : FormattableString.Invariant(
                $"cd {folder} && export SPARK_HOME=$({sparkHome}) SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=python3 && $SPARK_HOME/bin/spark-submit --master 'local[2]' --driver-memory 3g --driver-java-options -Xss64m --conf spark.serializer=org.apache.spark.serializer.KryoSerializer {script} {path} {share:R}"), sets, folder);
            Console.WriteLine();
        }
        Directory.Delete(folder, recursive: true);
        if (!_equal) Console.WriteLine("the counts marked with ! differ from ours");
        return _equal;
    }

    private static bool _equal;

    /// <returns>How many baskets have items: the peers pass over empty lines.</returns>
    private static int Write(BasketSet baskets, string path)
    {
        using var writer = new StreamWriter(path, false, new UTF8Encoding(false));
        var written = 0;
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            if (baskets[basket].Length == 0) continue;
            writer.Write(string.Join(' ', baskets[basket].ToArray()) + "\n");
            written++;
        }
        return written;
    }

    private static void Peer(string name, string? command, long sets, string folder)
    {
        if (command is null)
        {
            Console.Write($"{"absent",10}{"",10}");
            return;
        }
        var log = Path.Combine(folder, name + ".log");
        var text = Output("/bin/bash", $"({command}) 2>{log} | tail -1");
        if (text.StartsWith('{'))
        {
            var answer = JsonDocument.Parse(text).RootElement;
            var (theirs, seconds) = (answer.GetProperty("itemsets").GetInt64(), answer.GetProperty("seconds").GetDouble());
            _equal &= sets == theirs;
            Console.Write($"{(sets == theirs ? theirs.ToString() : theirs + " !"),10}{seconds,10:F3}");
            return;
        }
        var reason = File.ReadLines(log).LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal))
            ?? File.ReadLines(log).LastOrDefault() ?? "it said nothing";
        Console.Write($"{"failed",10}{"",10}  {name}: {reason.Trim()}");
    }

    private static string Output(string program, string command)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (command.Length > 0)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(command);
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
