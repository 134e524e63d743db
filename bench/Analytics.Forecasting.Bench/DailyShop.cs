using System.Diagnostics;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// The time of many daily series of two years and 28 days ahead, as a shop has them: seeded, so the same everywhere. One in ten is a large seller
/// with a yearly season, half sell most days, the others seldom; some are launched late, some have promotions that nothing tells of.
/// </summary>
internal static class DailyShop
{
    private const int Days = 730, Horizon = 28;

    /// <summary>Forecasts the series and prints processor time, in all and by kind.</summary>
    public static void Run(int count, int threads)
    {
        var kinds = new int[count];
        var series = new double[count][];
        for (var i = 0; i < count; i++) series[i] = Make(i, out kinds[i]);
        string[] names = ["large", "daily", "seldom"];
        var options = new SeriesOptions { Horizon = Horizon, Seasons = [7, 365], NonNegative = true };
        var warm = new SeriesForecaster();
        for (var i = 0; i < Math.Min(count, 30); i++) warm.Forecast(series[i].AsSpan(0, Days), options);
        var total = TimeSpan.Zero;
        var clock = Stopwatch.StartNew();
        for (var kind = 0; kind < names.Length; kind++)
        {
            int[] members = [.. Enumerable.Range(0, count).Where(i => kinds[i] == kind)];
            var errors = new double[members.Length, 4];
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            Parallel.For(0, members.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new SeriesForecaster(), (m, _, forecaster) =>
            {
                var y = series[members[m]];
                var f = forecaster.Forecast(y.AsSpan(0, Days), options);
                var scale = 0.0;
                for (var t = 1; t < Days; t++) scale += (y[t] - y[t - 1]) * (y[t] - y[t - 1]) / (Days - 1);
                for (var h = 0; h < Horizon; h++)
                {
                    errors[m, 0] += (y[Days + h] - f.Mean[h]) * (y[Days + h] - f.Mean[h]) / Horizon / scale;
                    errors[m, 1] += (y[Days + h] - y[Days + h % 7 - 7]) * (y[Days + h] - y[Days + h % 7 - 7]) / Horizon / scale;
                    errors[m, 2] += y[Days + h] >= f.Lo80[h] && y[Days + h] <= f.Hi80[h] ? 1.0 / Horizon : 0;
                    errors[m, 3] += y[Days + h] >= f.Lo95[h] && y[Days + h] <= f.Hi95[h] ? 1.0 / Horizon : 0;
                }
                return forecaster;
            }, _ => { });
            var cpu = Process.GetCurrentProcess().TotalProcessorTime - start;
            total += cpu;
            double Mean(int c, bool root = false) => Enumerable.Range(0, members.Length).Average(m => root ? Math.Sqrt(errors[m, c]) : errors[m, c]);
            if (members.Length > 0)
                Console.WriteLine($"{names[kind],-8} {members.Length,6} series, cpu {cpu.TotalSeconds:F1} s, {cpu.TotalMilliseconds / members.Length:F1} ms each, RMSSE {Mean(0, true):F3} (seasonal naive {Mean(1, true):F3}), in 80 % {Mean(2):F3}, in 95 % {Mean(3):F3}");
        }
        Console.WriteLine($"{count} daily series of {Days} days, {Horizon} ahead: cpu {total.TotalSeconds:F1} s, {clock.Elapsed.TotalSeconds:F1} s by the clock on {threads} threads");
    }

    private static double[] Make(int index, out int kind)
    {
        var random = new Random(index);
        kind = index % 10 == 0 ? 0 : index % 10 < 6 ? 1 : 2;
        var usual = kind switch { 0 => 40 + 400 * random.NextDouble(), 1 => 2 + 20 * random.NextDouble(), _ => 0.05 + 0.6 * random.NextDouble() };
        var week = Enumerable.Range(0, 7).Select(_ => 0.6 + 0.8 * random.NextDouble()).ToArray();
        double year = 0.4 * random.NextDouble(), phase = random.NextDouble(), level = 0, promotion = random.Next(3) == 0 ? 1 + random.NextDouble() : 1;
        var launch = random.Next(4) == 0 ? random.Next(500) : 0;
        var y = new double[Days + Horizon];
        for (var t = 0; t < y.Length; t++)
        {
            level += 0.03 * Normal(random);
            level *= 0.998;
            if (t < launch) continue;
            var mean = usual * week[t % 7] * Math.Exp(level + year * Math.Cos(2 * Math.PI * (t / 365.25 - phase)) + 0.25 * Normal(random)) * (t / 14 % 3 == 0 ? promotion : 1);
            y[t] = Poisson(random, mean);
        }
        return y;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Poisson(Random random, double mean)
    {
        if (mean > 50) return Math.Max(0, Math.Round(mean + Math.Sqrt(mean) * Normal(random)));
        double limit = Math.Exp(-mean), product = random.NextDouble();
        var count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }
        return count;
    }
}
