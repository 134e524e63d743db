using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>Whether to believe the forecast: errors in backtests against a forecast that anyone could make.</summary>
internal static class AccuracySection
{
    internal sealed record Level(string Name, string Measure, int Series, double? Mase, double? NaiveMase, int Better, int Compared,
        double? Smape, double? NaiveSmape, double? Coverage80, double? Coverage95);

    public static void Write(Page page)
    {
        page.Section("accuracy", "Forecast accuracy", "Backtests: each model forecasts days that are already known, from the days before them.");
        var rows = page.Model.Forecast?.Accuracy ?? [];
        var levels = page.AccuracyLevels;
        if (page.Model.Forecast is null) page.Empty("The forecast stage did not run.");
        else if (levels.Count == 0) page.Empty("No series has a history long enough for a backtest, so there is no evidence for or against the forecast.");
        else
        {
            if (Verdict(page) is { } verdict) page.M.Open("p", verdict.Good switch { true => "verdict good", false => "verdict bad", _ => "verdict plain" }).Text(verdict.Text).Close();
            page.M.Open("div", "grid2");
            page.Card("Error by level", "MASE, median over the series: left of the seasonal naive dot is better. 1 is the error of the naive forecast within the training days.");
            page.Legend(("k-forecast", "model chosen"), ("k-ring", "seasonal naive"));
            page.M.Both((width, _) => Dots(page, levels, width), wide: 540, narrow: 340);
            page.EndCard();
            Models(page, rows);
            page.M.Close();
            Table(page, levels);
        }
        page.EndSection();
    }

    /// <summary>One sentence on whether the chosen models beat the seasonal naive one; null without both.</summary>
    public static (bool? Good, string Text)? Verdict(Page page)
    {
        var levels = page.AccuracyLevels;
        int compared = levels.Sum(l => l.Compared), better = levels.Sum(l => l.Better);
        if (compared == 0) return null;
        var total = levels.FirstOrDefault(l => l.Name == "total" && l.Mase is not null && l.NaiveMase > 0);
        var text = "Forecasts beat the seasonal naive forecast in " + Figures.Percent((double)better / compared, 0) + " of "
            + Figures.Many(compared, "backtested series", "backtested series");
        if (total is not null)
            text += "; in total the error is " + (total.Mase <= total.NaiveMase
                ? Figures.Percent(1 - total.Mase!.Value / total.NaiveMase!.Value, 0) + " smaller"
                : Figures.Percent(total.Mase!.Value / total.NaiveMase!.Value - 1, 0) + " greater");
        var good = total is not null ? total.Mase <= total.NaiveMase : better * 2 >= compared;
        return (good ? true : false, text + (good ? "." : ": treat it with caution."));
    }

    public static List<Level> Levels(IReadOnlyList<AccuracyRow> rows)
    {
        var levels = new List<Level>();
        foreach (var group in rows.GroupBy(r => (r.Level, r.Measure)).OrderBy(g => Order(g.Key.Level)).ThenBy(g => g.Key.Level, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Measure, StringComparer.Ordinal))
        {
            var naive = new Dictionary<string, AccuracyRow>(StringComparer.Ordinal);
            foreach (var row in group)
                if (row.Model == ReportPage.NaiveModel) naive.TryAdd(row.Key, row);
            var chosen = group.Where(r => r.Chosen).ToList();
            int better = 0, compared = 0;
            foreach (var row in chosen)
            {
                if (row.Mase is not { } mase || !naive.TryGetValue(row.Key, out var other) || other.Mase is not { } yardstick) continue;
                compared++;
                if (mase < yardstick) better++;
            }
            levels.Add(new(group.Key.Level, group.Key.Measure, chosen.Count, Median(chosen.Select(r => r.Mase)), Median(naive.Values.Select(r => r.Mase)),
                better, compared, Median(chosen.Select(r => r.Smape)), Median(naive.Values.Select(r => r.Smape)),
                Median(chosen.Select(r => r.Coverage80)), Median(chosen.Select(r => r.Coverage95))));
        }
        return levels;
    }

    public static int Order(string level) => level switch { "total" => 0, "country" => 1, "category" => 2, "item" => 3, _ => 4 };

    public static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value).Order().ToList();
        if (sorted.Count == 0) return null;
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static void Dots(Page page, List<Level> levels, double width)
    {
        var m = page.M;
        const double left = 172;
        var right = width - 22;
        var height = 30 + levels.Count * 30;
        var (low, high, ticks) = Ticks.Nice(0, levels.Max(l => Math.Max(l.Mase ?? 0, l.NaiveMase ?? 0)), (int)((right - left) / 60));
        var x = new Scale(low, high, left, right);
        m.OpenSvg(width, height, "Median MASE of the chosen models and of the seasonal naive one by level");
        foreach (var tick in ticks)
        {
            m.Line(x.At(tick), 4, x.At(tick), height - 24, tick == 0 ? "zero" : "grid");
            m.Label(x.At(tick), height - 8, Figures.Short(tick), "ax", "middle");
        }
        for (var i = 0; i < levels.Count; i++)
        {
            var level = levels[i];
            var y = 20 + i * 30.0;
            m.Label(left - 10, y + 4, Svg.CutTo(level.Name + ", " + ForecastSection.MeasureName(level.Measure), left - 14), "t", "end");
            if (level.Mase is { } a && level.NaiveMase is { } b) m.Line(x.Clamped(a), y, x.Clamped(b), y, "link");
            if (level.NaiveMase is { } naive) m.Circle(x.Clamped(naive), y, 5.5, "ring", "seasonal naive " + Figures.Fixed(naive, 3));
            if (level.Mase is { } mase) m.Circle(x.Clamped(mase), y, 5.5, "dot-forecast", "chosen " + Figures.Fixed(mase, 3));
        }
        m.Close();
    }

    private static void Models(Page page, IReadOnlyList<AccuracyRow> rows)
    {
        page.Card("Models", "Over all levels and measures: in how many series each was tried and chosen, and the medians of its errors. A combination is the weighted mean of several.");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Models");
        page.Table("Models tried and chosen", true, "Model", "#Tried", "#Chosen", "#MASE", "#sMAPE", "#RMSSE");
        foreach (var group in rows.GroupBy(r => ModelName.Family(r.Model)).OrderByDescending(g => g.Count(r => r.Chosen)).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            page.M.Open("tr");
            page.Foreign(group.Key).Number(Figures.Count(group.Count()), group.Count()).Number(Figures.Count(group.Count(r => r.Chosen)), group.Count(r => r.Chosen))
                .Number(Figures.Fixed(Median(group.Select(r => r.Mase)), 3)).Number(Figures.Fixed(Median(group.Select(r => r.Smape)), 1))
                .Number(Figures.Fixed(Median(group.Select(r => r.Rmsse)), 3));
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }

    private static void Table(Page page, List<Level> levels)
    {
        page.Card("By level", "Medians over the series with a backtest. Coverage near 80 % and 95 % means that the bands can be taken at their word.");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Accuracy by level");
        page.Table("Forecast accuracy by level", false, "Level", "Measure", "#Series", "#MASE", "#MASE, naive", "#Better than naive",
            "#sMAPE", "#sMAPE, naive", "#Inside 80 %", "#Inside 95 %");
        foreach (var level in levels)
        {
            page.M.Open("tr");
            page.Foreign(level.Name).Cell(ForecastSection.MeasureName(level.Measure)).Number(Figures.Count(level.Series))
                .Number(Figures.Fixed(level.Mase, 3)).Number(Figures.Fixed(level.NaiveMase, 3))
                .Number(level.Compared == 0 ? Figures.None : Figures.Percent((double)level.Better / level.Compared, 0))
                .Number(Figures.Fixed(level.Smape, 1)).Number(Figures.Fixed(level.NaiveSmape, 1))
                .Number(Figures.Percent(level.Coverage80)).Number(Figures.Percent(level.Coverage95));
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }
}
