using System.Globalization;
using System.Net;
using System.Text;
using Analytics.Tasks;

namespace Analytics.Jobs.Forecasting;

/// <summary>
/// One self-contained page with a chart of history, mean and bands for each series, light and dark, for any width. The chart is drawn
/// over periods and not over days, so that hourly, monthly and numbered series look alike.
/// </summary>
internal static class FileForecastPage
{
    private const int Width = 680, Height = 210, Left = 52, Right = 8, Top = 8, Bottom = 24, MostAhead = 400;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6671;--grid:#e3e6ea;--line:#1f66ad;--wide:#1f66ad22;--narrow:#1f66ad3d;--paper:#fff}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa4af;--grid:#2c3238;--line:#79b4ee;--wide:#79b4ee22;--narrow:#79b4ee3d;--paper:#15181b}}
        body{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:720px;margin:1rem auto;padding:0 1rem}
        h1{font-size:1.3rem}h2{font-size:1rem;margin:1.8rem 0 0;overflow-wrap:anywhere}p{color:var(--soft);margin:.1rem 0;overflow-wrap:anywhere}
        svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--soft)}.g{stroke:var(--grid)}
        .h{fill:none;stroke:var(--ink);stroke-width:1.3;stroke-linejoin:round}.m{fill:none;stroke:var(--line);stroke-width:2;stroke-linejoin:round}.dot{fill:var(--line)}
        .w{fill:var(--wide)}.n{fill:var(--narrow)}.hit{fill:transparent}.hit:hover{fill:var(--wide)}
        details{margin:.3rem 0}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{text-align:right;padding:.1rem .4rem;border-bottom:1px solid var(--grid)}td:first-child,th:first-child{text-align:left}
        .scroll{overflow-x:auto}
        @media(max-width:520px){svg text{font-size:16px}}
        """;

    public static void Write(FileForecast forecast, string path)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Forecasts</title><style>\n")
            .Append(Style).Append("</style></head><body><h1>Forecasts</h1><p>").Append(Text(Path.GetFileName(forecast.Table.File)))
            .Append(CultureInfo.InvariantCulture, $": {forecast.Series.Count} series, {forecast.Horizon} periods ahead. The line is the mean, the bands hold 80 % and 95 %.</p>");
        foreach (var note in forecast.Notes) page.Append("<p>").Append(Text(note)).Append("</p>");
        foreach (var s in forecast.Series) Section(page, forecast, s);
        page.Append("</body></html>\n");
        var unfinished = path + ".part";
        File.WriteAllText(unfinished, page.ToString(), new UTF8Encoding(false));
        File.Move(unfinished, path, overwrite: true);
    }

    private static void Section(StringBuilder page, FileForecast forecast, FileSeriesForecast s)
    {
        var f = s.Forecast;
        page.Append("<h2>").Append(Text(s.Series.Id)).Append("</h2><p>").Append(SeriesTask.StatusText(f.Status)).Append(" · ").Append(Text(f.Model)).Append(f.Message is { } m ? " · " + Text(m) : "");
        if (f.Accuracy.FirstOrDefault(a => a.Chosen) is { Mase: { } mase } && f.Accuracy[0] is { Mase: { } naive })
            page.Append(CultureInfo.InvariantCulture, $" · backtest MASE {mase:F2}, seasonal naive {naive:F2}");
        page.Append("</p>");
        foreach (var e in f.Effects.Where(e => e.Coefficient != 0).Take(12))
            page.Append("<p>").Append(Text(e.Name)).Append(' ').Append(FileForecastText.Effect(e)).Append("</p>");
        Chart(page, forecast, s);
        page.Append("<details><summary>Numbers</summary><div class=\"scroll\"><table><tr><th>time</th><th>mean</th><th>median</th><th>lo 95</th><th>lo 80</th><th>hi 80</th><th>hi 95</th></tr>");
        for (var h = 0; h < forecast.Horizon; h++)
        {
            page.Append("<tr><td>").Append(Text(Time(forecast, s, s.History.Length + h))).Append("</td>");
            foreach (var v in (ReadOnlySpan<double>)[f.Mean[h], f.Median[h], f.Lo95[h], f.Lo80[h], f.Hi80[h], f.Hi95[h]]) page.Append("<td>").Append(FileForecastText.Number(v)).Append("</td>");
            page.Append("</tr>");
        }
        page.Append("</table></div></details>");
    }

    private static void Chart(StringBuilder page, FileForecast forecast, FileSeriesForecast s)
    {
        var f = s.Forecast;
        // So much history that the forecast is still seen.
        var shown = Math.Clamp(8 * forecast.Horizon, 60, 400);
        var skipped = Math.Max(0, s.History.Length - shown);
        var history = s.History.AsSpan(skipped);
        var (least, most) = Sparkline.Range(history, f.Hi95);
        var (low, high) = Sparkline.Range(f.Lo95, f.Mean);
        (least, most) = (Math.Min(least, low), Math.Max(most, high));
        if (!(most > least)) (least, most) = (least - 1, most + 1);
        var step = Step((most - least) / 4);
        (least, most) = (Math.Floor(least / step) * step, Math.Ceiling(most / step) * step);
        var steps = history.Length + forecast.Horizon;
        var offset = history.Length;
        double X(int t) => Left + (steps < 2 ? 0 : t * (double)(Width - Left - Right) / (steps - 1));
        double Y(double v) => Height - Bottom - (v - least) / (most - least) * (Height - Top - Bottom);
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{(skipped > 0 ? $"the last {shown} periods of the history" : "history")} and forecast; the numbers stand below\">");
        for (var v = least; v <= most + step / 2; v += step)
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(v):F1}\" y2=\"{Y(v):F1}\"/><text x=\"{Left - 6}\" y=\"{Y(v) + 4:F1}\" text-anchor=\"end\">{FileForecastText.Number(Math.Abs(v) < step / 2 ? 0 : v)}</text>");
        for (var i = 0; i < 4; i++)
        {
            var t = i * (steps - 1) / 3;
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(t):F1}\" y=\"{Height - 6}\" text-anchor=\"{(i == 0 ? "start" : i == 3 ? "end" : "middle")}\">{Text(Time(forecast, s, skipped + t))}</text>");
        }
        Band(page, "w", f.Lo95, f.Hi95, offset, X, Y);
        Band(page, "n", f.Lo80, f.Hi80, offset, X, Y);
        page.Append("<path class=\"h\" d=\"");
        var pen = false;
        for (var t = 0; t < history.Length; t++)
        {
            var known = double.IsFinite(history[t]);
            if (known) page.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{X(t):F1} {Y(history[t]):F1}");
            pen = known;
        }
        page.Append("\"/><path class=\"m\" d=\"");
        for (var h = 0; h < forecast.Horizon; h++) page.Append(CultureInfo.InvariantCulture, $"{(h == 0 ? 'M' : 'L')}{X(offset + h):F1} {Y(f.Mean[h]):F1}");
        page.Append("\"/>");
        // One period ahead is no line.
        if (forecast.Horizon == 1) page.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{X(offset):F1}\" cy=\"{Y(f.Mean[0]):F1}\" r=\"3\"/>");
        var half = steps < 2 ? 4 : (double)(Width - Left - Right) / (steps - 1) / 2;
        for (var h = 0; h < Math.Min(forecast.Horizon, MostAhead); h++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<rect class=\"hit\" x=\"{X(offset + h) - half:F1}\" y=\"{Top}\" width=\"{2 * half:F1}\" height=\"{Height - Top - Bottom}\"><title>{Text(Time(forecast, s, s.History.Length + h))}: {FileForecastText.Number(f.Mean[h])}, 80 % {FileForecastText.Number(f.Lo80[h])} to {FileForecastText.Number(f.Hi80[h])}</title></rect>");
        }
        page.Append("</svg>");
        if (skipped > 0) page.Append(CultureInfo.InvariantCulture, $"<p>the first {skipped} periods of the history are not drawn</p>");
    }

    /// <summary>The time of a period, from 0 at the first of the history.</summary>
    private static string Time(FileForecast forecast, FileSeriesForecast s, int period) =>
        forecast.Scale.Text(forecast.Scale.After(s.Series.LastTime, period - (s.History.Length - 1)));

    /// <summary>The next of 1, 2, 2.5, 5 times a power of ten.</summary>
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var m in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
            if (m * power >= least) return m * power;
        return 10 * power;
    }

    private static void Band(StringBuilder page, string name, double[] low, double[] high, int offset, Func<int, double> x, Func<double, double> y)
    {
        page.Append("<path class=\"").Append(name).Append("\" d=\"");
        for (var h = 0; h < high.Length; h++) page.Append(CultureInfo.InvariantCulture, $"{(h == 0 ? 'M' : 'L')}{x(offset + h):F1} {y(high[h]):F1}");
        for (var h = low.Length - 1; h >= 0; h--) page.Append(CultureInfo.InvariantCulture, $"L{x(offset + h):F1} {y(low[h]):F1}");
        page.Append("Z\"/>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
