using System.Diagnostics;

namespace Analytics.Mining.Bench;

/// <summary>Seconds of some runs of one thing: by the clock and of the processor, all threads together.</summary>
/// <param name="First">The first run by the clock, which includes compiling.</param>
/// <param name="Median">The median by the clock.</param>
/// <param name="Processor">The median processor time.</param>
/// <param name="LeastProcessor">The least processor time, which other work on the machine disturbs least.</param>
internal readonly record struct Timing(double First, double Median, double Processor, double LeastProcessor)
{
    /// <summary>Runs that are short are repeated more often, so that the tiers of compilation and chance matter less.</summary>
    private const double EnoughSeconds = 0.5;

    private const int MostRuns = 40;

    /// <summary>Times at least so many runs.</summary>
    public static Timing Of(int runs, Action action)
    {
        var times = new List<double>();
        var processor = new List<double>();
        var spent = 0.0;
        while (times.Count < runs || (spent < EnoughSeconds && times.Count < MostRuns))
        {
            var before = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            spent += times[^1];
        }
        var first = times[0];
        times.Sort();
        processor.Sort();
        return new Timing(first, times[times.Count / 2], processor[processor.Count / 2], processor[0]);
    }
}
