using System.Globalization;
using System.Text.Json;

namespace Analytics.Engine.Spark.Bench;

/// <summary>How evenly the tasks of each stage were loaded, from Spark's event log.</summary>
internal static class StageSkew
{
    private sealed class Stage
    {
        public string Description { get; set; } = "";

        public List<long> Milliseconds { get; } = [];

        public List<long> Bytes { get; } = [];
    }

    /// <summary>Prints the stages of two tasks and more whose tasks took together this long, and how many there are.</summary>
    /// <param name="folder">The folder of the event log, not compressed.</param>
    /// <param name="least">Seconds of all tasks of a stage from which it is looked at: in a shorter one it is the first task's warming up that is measured.</param>
    public static int Print(string folder, double least)
    {
        var stages = new SortedDictionary<int, Stage>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("appstatus", StringComparison.Ordinal) && !file.EndsWith(".crc", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            foreach (var line in File.ReadLines(file)) Take(line, stages);
        var looked = stages.Values.Where(stage => stage.Milliseconds.Count > 1 && stage.Milliseconds.Sum() >= least * 1000).ToList();
        Console.WriteLine("| stage of | tasks | seconds of all | median s | longest s | longest to median | bytes read, most to median |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var stage in looked.OrderByDescending(stage => Skew(stage.Milliseconds)))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {stage.Description} | {stage.Milliseconds.Count} | {stage.Milliseconds.Sum() / 1000.0:F1} | {Median(stage.Milliseconds) / 1000:F2} | {stage.Milliseconds.Max() / 1000.0:F2} | {Skew(stage.Milliseconds):F1} | {Skew(stage.Bytes):F1} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{looked.Count(stage => Skew(stage.Milliseconds) > 3)} of {looked.Count} stages with {least} s of tasks or more have a task three times as long as the median; all {stages.Count} stages took {stages.Values.Sum(stage => stage.Milliseconds.Sum()) / 1000.0:F0} s of tasks"));
        return 0;
    }

    private static void Take(string line, SortedDictionary<int, Stage> stages)
    {
        if (!line.Contains("SparkListenerTaskEnd", StringComparison.Ordinal) && !line.Contains("SparkListenerStageSubmitted", StringComparison.Ordinal)) return;
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        Stage Of(int id) => stages.TryGetValue(id, out var stage) ? stage : stages[id] = new Stage();
        switch (root.GetProperty("Event").GetString())
        {
            case "SparkListenerStageSubmitted":
                if (root.TryGetProperty("Properties", out var properties) && properties.TryGetProperty("spark.job.description", out var description))
                    Of(root.GetProperty("Stage Info").GetProperty("Stage ID").GetInt32()).Description = description.GetString()!;
                break;
            case "SparkListenerTaskEnd" when root.TryGetProperty("Task Metrics", out var metrics) && metrics.ValueKind == JsonValueKind.Object:
                var stage = Of(root.GetProperty("Stage ID").GetInt32());
                stage.Milliseconds.Add(metrics.GetProperty("Executor Run Time").GetInt64());
                var shuffle = metrics.GetProperty("Shuffle Read Metrics");
                stage.Bytes.Add(metrics.GetProperty("Input Metrics").GetProperty("Bytes Read").GetInt64() + shuffle.GetProperty("Remote Bytes Read").GetInt64() + shuffle.GetProperty("Local Bytes Read").GetInt64());
                break;
        }
    }

    private static double Median(List<long> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    private static double Skew(List<long> values) => values.Max() / Math.Max(1, Median(values));
}
