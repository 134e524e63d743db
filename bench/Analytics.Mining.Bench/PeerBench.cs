using System.Diagnostics;
using System.Text.Json;

namespace Analytics.Mining.Bench;

/// <summary>The same itemsets by mlxtend and by Spark MLlib's FPGrowth, at supports where they finish.</summary>
internal static class PeerBench
{
    private static readonly (string File, int Support)[] Cases = [("mushroom", 1600), ("retail", 880), ("T10I4D100K", 500), ("chess", 2400)];

    /// <returns>Whether all counts that were printed are equal.</returns>
    public static bool Run(string shared)
    {
        _equal = true;
        shared = Path.GetFullPath(shared);
        var python = Path.Combine(shared, "peers/peer-python");
        var interpreter = File.Exists(python) ? Output(python, "").Trim() : null;
        Console.WriteLine();
        Console.WriteLine($"{"file",-12}{"support",8}{"ours",10}{"1 thread",10}{"mlxtend",10}{"seconds",10}{"Spark",10}{"seconds",10}");
        foreach (var (file, support) in Cases)
        {
            var path = Path.Combine(shared, "data/fimi", file + ".dat.gz");
            var baskets = BasketText.Read(path);
            var options = new MiningOptions { MinimumSupport = support };
            var sets = 0L;
            var ours = Timing.Of(3, () => sets = ItemsetMiner.Count(baskets, options).Total);
            Console.Write($"{file,-12}{support,8}{sets,10}{ours.Median,10:F3}");
            // The peers take a share; one a little below the count gives the same baskets.
            var share = (support - 0.5) / baskets.Count;
            if (interpreter is null) Console.Write($"{"absent",10}{"",10}");
            else
            {
                var answer = JsonDocument.Parse(Shell(FormattableString.Invariant($"{interpreter} {shared}/peers/mlxtend_run.py {path} {share:R}"))).RootElement;
                Print(sets, answer.GetProperty("itemsets").GetInt64(), answer.GetProperty("seconds").GetDouble());
            }
            var spark = Path.Combine(AppContext.BaseDirectory, "spark_fpgrowth.py");
            if (interpreter is null || !File.Exists(Path.Combine(shared, "spark/spark-home"))) Console.Write($"{"absent",10}{"",10}");
            else
            {
                // Spark's Python needs numpy, which the peers' installation brings to the system's Python.
                var log = Path.Combine(Path.GetTempPath(), $"analytics-bench-spark-{Environment.ProcessId}.log");
                var command = FormattableString.Invariant(
                    $"cd /tmp && export SPARK_HOME=$({shared}/spark/spark-home) SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=/usr/bin/python3 && $SPARK_HOME/bin/spark-submit --master 'local[2]' --driver-memory 3g --conf spark.serializer=org.apache.spark.serializer.KryoSerializer {spark} {path} {share:R} 2>{log} | tail -1");
                var text = Shell(command);
                if (!text.StartsWith('{')) Console.Write($"{"failed",10}{"",10}  see {log}");
                else
                {
                    File.Delete(log);
                    var answer = JsonDocument.Parse(text).RootElement;
                    Print(sets, answer.GetProperty("itemsets").GetInt64(), answer.GetProperty("seconds").GetDouble());
                }
            }
            Console.WriteLine();
        }
        if (!_equal) Console.WriteLine("the counts marked with ! differ from ours");
        return _equal;
    }

    private static bool _equal;

    private static void Print(long ours, long theirs, double seconds)
    {
        _equal &= ours == theirs;
        Console.Write($"{(ours == theirs ? theirs.ToString() : theirs + " !"),10}{seconds,10:F3}");
    }

    private static string Shell(string command) => Output("/bin/bash", command);

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
