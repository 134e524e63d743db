using System.Diagnostics;

namespace Analytics.Mining.Bench;

/// <summary>The first, the median and the processor seconds of some runs.</summary>
internal readonly record struct Timing(double First, double Median, double Processor)
{
    public static Timing Of(int runs, Action action)
    {
        var times = new double[runs];
        var processor = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            action();
            times[run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor[run] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
        var first = times[0];
        Array.Sort(times);
        Array.Sort(processor);
        return new Timing(first, times[runs / 2], processor[runs / 2]);
    }
}
