using System.Diagnostics;
using System.Globalization;

namespace Analytics.Bench;

/// <summary>One finished process.</summary>
/// <param name="Wall">Wall seconds.</param>
/// <param name="Cpu">User and system seconds.</param>
/// <param name="PeakBytes">Peak resident memory.</param>
/// <param name="Output">Its standard output.</param>
internal readonly record struct Measured(double Wall, double Cpu, long PeakBytes, string Output);

/// <summary>Runs commands as whole processes, start included.</summary>
internal static class MeasuredProcess
{
    public static Measured Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        double cpu = 0;
        while (!process.WaitForExit(20))
        {
            // The kernel's own high-water mark, as long as the process is there to ask.
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
                cpu = process.TotalProcessorTime.TotalSeconds;
            }
            catch (InvalidOperationException)
            {
                break;
            }
        }
        process.WaitForExit();
        var wall = watch.Elapsed.TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}{output.Result}");
        return new Measured(wall, cpu, peak, output.Result);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A row of the table that the bench prints.</summary>
    public static void Row(string what, IReadOnlyList<Measured> runs, string remark = "") => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-46} {Median(runs.Select(run => run.Wall)),8:F2} {runs.Min(run => run.Wall),8:F2} {runs.Max(run => run.Wall),8:F2} {Median(runs.Select(run => run.Cpu)),8:F2} {runs.Max(run => run.PeakBytes) / 1048576.0,8:F0}  {remark}"));
}
