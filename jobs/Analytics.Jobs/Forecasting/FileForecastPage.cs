using System.Globalization;
using System.Net;
using System.Text;

namespace Analytics.Jobs.Forecasting;

/// <summary>One self-contained page with a chart of history, mean and bands for each series, light and dark.</summary>
internal static class FileForecastPage
{
    private const int Width = 640, Height = 160, MostHistory = 400;

    public static void Write(FileForecast forecast, string path)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Forecasts</title><style>")
            .Append(":root{color-scheme:light dark;--ink:#1b1f24;--soft:#6b7480;--line:#2f6fb0;--band:#2f6fb033;--paper:#fff}@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#98a2ad;--line:#79b4ee;--band:#79b4ee33;--paper:#15181b}}")
            .Append("body{font:14px system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:720px;margin:1rem auto;padding:0 1rem}h2{font-size:1rem;margin:1.4rem 0 .2rem}p{color:var(--soft);margin:.1rem 0}svg{width:100%;height:auto}")
            .Append("</style></head><body><h1>Forecasts</h1><p>").Append(Text(Path.GetFileName(forecast.Table.File))).Append(CultureInfo.InvariantCulture, $": {forecast.Series.Count} series, {forecast.Horizon} periods ahead; bands hold 80 % and 95 %</p>");
        foreach (var s in forecast.Series) Chart(page, forecast, s);
        page.Append("</body></html>\n");
        var unfinished = path + ".part";
        File.WriteAllText(unfinished, page.ToString(), new UTF8Encoding(false));
        File.Move(unfinished, path, overwrite: true);
    }

    private static void Chart(StringBuilder page, FileForecast forecast, FileSeriesForecast s)
    {
        var f = s.Forecast;
        var history = s.History.AsSpan(Math.Max(0, s.History.Length - MostHistory));
        var (least, most) = Sparkline.Range(history, f.Hi95);
        var (low, _) = Sparkline.Range(f.Lo95, f.Mean);
        least = Math.Min(least, low);
        if (!(most > least)) most = least + 1;
        var steps = history.Length + forecast.Horizon;
        var offset = history.Length;
        double X(int t) => steps < 2 ? 0 : t * (double)Width / (steps - 1);
        double Y(double v) => Height - 6 - (v - least) / (most - least) * (Height - 12);
        page.Append("<h2>").Append(Text(s.Series.Id)).Append("</h2><p>").Append(Text(f.Model)).Append(f.Message is { } m ? " · " + Text(m) : "").Append("</p>")
            .Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"history and forecast\">");
        Band(page, f.Lo95, f.Hi95, offset, X, Y);
        Band(page, f.Lo80, f.Hi80, offset, X, Y);
        page.Append("<path fill=\"none\" stroke=\"var(--ink)\" d=\"");
        var pen = false;
        for (var t = 0; t < history.Length; t++)
        {
            if (!double.IsFinite(history[t]))
            {
                pen = false;
                continue;
            }
            page.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{X(t):F1} {Y(history[t]):F1}");
            pen = true;
        }
        page.Append("\"/><path fill=\"none\" stroke=\"var(--line)\" stroke-width=\"2\" d=\"");
        for (var h = 0; h < forecast.Horizon; h++) page.Append(CultureInfo.InvariantCulture, $"{(h == 0 ? 'M' : 'L')}{X(offset + h):F1} {Y(f.Mean[h]):F1}");
        page.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"2\" y=\"12\" font-size=\"10\" fill=\"var(--soft)\">{most:G4}</text><text x=\"2\" y=\"{Height - 2}\" font-size=\"10\" fill=\"var(--soft)\">{least:G4}</text></svg>");
        page.Append("<p>").Append(Text(forecast.Scale.Text(s.Series.LastTime))).Append(" is the last period known</p>");
    }

    private static void Band(StringBuilder page, double[] low, double[] high, int offset, Func<int, double> x, Func<double, double> y)
    {
        page.Append("<path fill=\"var(--band)\" d=\"");
        for (var h = 0; h < high.Length; h++) page.Append(CultureInfo.InvariantCulture, $"{(h == 0 ? 'M' : 'L')}{x(offset + h):F1} {y(high[h]):F1}");
        for (var h = low.Length - 1; h >= 0; h--) page.Append(CultureInfo.InvariantCulture, $"L{x(offset + h):F1} {y(low[h]):F1}");
        page.Append("Z\"/>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
