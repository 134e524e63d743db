using System.Globalization;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>Each level's backtest in one line: is the forecast better than repeating last season, and do its intervals hold?</summary>
internal static class ForecastAccuracyChecks
{
    public static IEnumerable<QualityCheck> Of(IReadOnlyList<ForecastSeries> series)
    {
        // Series stand in key order, so the sums run in it too.
        foreach (var group in series.GroupBy(entry => (entry.Level, entry.Measure)))
        {
            var sums = new double[7];
            int count = 0, better = 0, covered = 0;
            foreach (var entry in group)
            {
                // The benchmark, seasonal naive or naive, is the first model of every backtest.
                if (entry.Accuracy.Find(row => row.Chosen) is not { Mase: { } mase, Rmsse: { } rmsse } chosen || Naive(entry) is not { Mase: { } naive, Rmsse: { } naiveSquared }) continue;
                count++;
                better += rmsse < naiveSquared ? 1 : 0;
                sums[0] += mase;
                sums[1] += naive;
                sums[2] += rmsse;
                sums[3] += naiveSquared;
                sums[4] += chosen.Smape ?? 0;
                if (chosen is not { Coverage80: { } in80, Coverage95: { } in95 }) continue;
                covered++;
                sums[5] += in80;
                sums[6] += in95;
            }
            if (count == 0) continue;
            string Text(double v, string format) => v.ToString(format, CultureInfo.InvariantCulture);
            yield return QualityCheck.Info("forecast", $"accuracy_{group.Key.Level}_{group.Key.Measure}", Text(sums[2] / count, "F3"),
                $"backtests of {count} series, means: RMSSE {Text(sums[2] / count, "F3")} (seasonal naive {Text(sums[3] / count, "F3")}), MASE {Text(sums[0] / count, "F3")} ({Text(sums[1] / count, "F3")}), sMAPE {Text(sums[4] / count, "F1")}; "
                + $"lower RMSSE than seasonal naive for {Text(100.0 * better / count, "F0")} %"
                + (covered == 0 ? "" : $"; in the 80 % interval {Text(100 * sums[5] / covered, "F1")} %, in the 95 % interval {Text(100 * sums[6] / covered, "F1")} %"));
        }
    }

    private static Analytics.Forecasting.ModelAccuracy? Naive(ForecastSeries entry) => entry.Accuracy.Find(row => row.Model is "SeasonalNaive" or "Naive");
}
