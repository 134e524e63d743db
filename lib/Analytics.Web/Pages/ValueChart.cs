using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Report.Internals.Charts;

namespace Analytics.Web.Pages;

/// <summary>A line over days, or bars by value.</summary>
internal static class ValueChart
{
    private const double Row = 22;

    public static void Write(ConsolePage page, TableColumn x, IReadOnlyList<(string Text, double Value)> points, string what)
    {
        if (x.Type is "DATE" or "TIMESTAMP") Line(page, points, what);
        else Bars(page, points, what);
        page.Behind("The numbers", () =>
        {
            page.Table(what, false, x.Name, "#Value");
            foreach (var (text, value) in points)
            {
                page.M.Open("tr");
                page.Foreign(text).Number(value.ToString("R", CultureInfo.InvariantCulture));
                page.M.Close();
            }
            page.EndTable();
        });
    }

    private static void Line(ConsolePage page, IReadOnlyList<(string Text, double Value)> points, string what)
    {
        var days = points.Where(static point => double.IsFinite(point.Value) && Visit.TryDate(point.Text, out _))
            .Select(static point => (Date: DateOnly.ParseExact(point.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture), point.Value)).ToList();
        if (days.Count == 0)
        {
            page.Empty("No value to draw.");
            return;
        }
        page.M.Both((width, wide) =>
        {
            page.M.OpenSvg(width, wide ? 260 : 200, $"{what}, {Figures.Date(days[0].Date)} to {Figures.Date(days[^1].Date)}; the numbers are below");
            var plot = new TimePlot(page.M, width, wide ? 260 : 200, days[0].Date, days[^1].Date, Math.Min(0, days.Min(static day => day.Value)), Math.Max(0, days.Max(static day => day.Value)));
            plot.Axes();
            plot.Line(days, "line-sales");
            page.M.Close();
        });
    }

    private static void Bars(ConsolePage page, IReadOnlyList<(string Text, double Value)> points, string what)
    {
        var finite = points.Where(static point => double.IsFinite(point.Value)).ToList();
        if (finite.Count == 0)
        {
            page.Empty("No value to draw.");
            return;
        }
        page.M.Both((width, wide) =>
        {
            var left = wide ? 260.0 : 130.0;
            var scale = new Scale(Math.Min(0, finite.Min(static point => point.Value)), Math.Max(1e-9, finite.Max(static point => point.Value)), left, width - 80);
            page.M.OpenSvg(width, finite.Count * Row + 4, $"{what}; the numbers are below");
            for (var i = 0; i < finite.Count; i++)
            {
                var (text, value) = finite[i];
                page.M.Label(left - 8, i * Row + 16, Svg.CutTo(text, left - 16), "t iso", "end", SafeText.Cut(text, 200));
                page.M.Rect(Math.Min(scale.At(0), scale.At(value)), i * Row + 3, Math.Abs(scale.At(value) - scale.At(0)), Row - 6, "bar-value");
                page.M.Label(Math.Max(scale.At(0), scale.At(value)) + 5, i * Row + 16, Figures.Short(value), "ax");
            }
            page.M.Close();
        });
    }
}
