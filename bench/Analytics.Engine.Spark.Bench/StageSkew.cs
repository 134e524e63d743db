using System.Globalization;
using System.Text.Json;

namespace Analytics.Engine.Spark.Bench;

/// <summary>How evenly the tasks of each stage were loaded, from Spark's event log.</summary>
internal static class StageSkew
{
    private const double Uneven = 3;

    /// <summary>A task's share of its stage.</summary>
    /// <param name="Milliseconds">How long it ran.</param>
    /// <param name="Bytes">What it read.</param>
    /// <param name="Records">How many rows it read.</param>
    /// <param name="Launched">When it began, by Spark's clock.</param>
    private sealed record TaskLoad(long Milliseconds, long Bytes, long Records, long Launched);

    private sealed class Stage
    {
        public string Description { get; set; } = "";

        public List<TaskLoad> Tasks { get; } = [];

        public double Seconds => Tasks.Sum(task => task.Milliseconds) / 1000.0;

        public double Skew => StageSkew.Skew(Tasks, task => task.Milliseconds);
    }

    /// <summary>Prints the stages of two tasks and more whose tasks took together this long, then every shorter one whose tasks were uneven.</summary>
    /// <param name="folder">The folder of the event log, not compressed.</param>
    /// <param name="least">Seconds of all tasks of a stage from which it is printed however even it is.</param>
    public static int Print(string folder, double least)
    {
        var stages = new SortedDictionary<int, Stage>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("appstatus", StringComparison.Ordinal) && !file.EndsWith(".crc", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            foreach (var line in File.ReadLines(file)) Take(line, stages);
        var several = stages.Values.Where(stage => stage.Tasks.Count > 1).OrderByDescending(stage => stage.Skew).ToList();
        var looked = several.Where(stage => stage.Seconds >= least).ToList();
        var small = several.Where(stage => stage.Seconds < least && stage.Skew > Uneven).ToList();
        Print(looked);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{looked.Count(stage => stage.Skew > Uneven)} of {looked.Count} stages with {least} s of tasks or more have a task {Uneven} times as long as the median; all {stages.Count} stages took {stages.Values.Sum(stage => stage.Seconds):F0} s of tasks"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"shorter stages that have one: {small.Count}"));
        if (small.Count > 0) Print(small);
        return 0;
    }

    private static void Print(List<Stage> stages)
    {
        Console.WriteLine("| stage of | tasks | seconds of all | median s | longest s | longest to median | place of the longest | bytes, most to median | rows, most to median |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var stage in stages)
        {
            var tasks = stage.Tasks;
            var longest = tasks.MaxBy(task => task.Milliseconds)!;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {stage.Description} | {tasks.Count} | {stage.Seconds:F1} | {Median(tasks.Select(task => task.Milliseconds)) / 1000:F2} | {longest.Milliseconds / 1000.0:F2} | {stage.Skew:F1} | {1 + tasks.Count(task => task.Launched < longest.Launched)} | {Skew(tasks, task => task.Bytes):F1} | {Skew(tasks, task => task.Records):F1} |"));
        }
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
                var shuffle = metrics.GetProperty("Shuffle Read Metrics");
                var input = metrics.GetProperty("Input Metrics");
                Of(root.GetProperty("Stage ID").GetInt32()).Tasks.Add(new TaskLoad(
                    metrics.GetProperty("Executor Run Time").GetInt64(),
                    input.GetProperty("Bytes Read").GetInt64() + shuffle.GetProperty("Remote Bytes Read").GetInt64() + shuffle.GetProperty("Local Bytes Read").GetInt64(),
                    input.GetProperty("Records Read").GetInt64() + shuffle.GetProperty("Total Records Read").GetInt64(),
                    root.GetProperty("Task Info").GetProperty("Launch Time").GetInt64()));
                break;
        }
    }

    private static double Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    private static double Skew(List<TaskLoad> tasks, Func<TaskLoad, long> of) => tasks.Max(of) / Math.Max(1, Median(tasks.Select(of)));
}
