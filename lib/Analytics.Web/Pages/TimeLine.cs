using Analytics.Report.Internals;
using Analytics.Report.Internals.Charts;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>The stages of a run over time.</summary>
internal static class TimeLine
{
    private const double Row = 26;
    private const double Left = 92;

    public static void Write(ConsolePage page, IReadOnlyList<StageSpan> stages, DateTimeOffset finishedAt)
    {
        var first = stages.Min(static stage => stage.StartedAt);
        var last = stages.Max(static stage => stage.StartedAt.AddSeconds(stage.Seconds));
        var whole = Math.Max((last - first).TotalSeconds, 0.001);
        page.M.Open("div", "card");
        page.M.Both((width, wide) =>
        {
            var (low, high, ticks) = Ticks.Nice(0, whole, wide ? 8 : 4);
            var x = new Scale(low, high, Left, width - 60);
            var height = stages.Count * Row + 24;
            page.M.OpenSvg(width, height, $"{stages.Count} stages in {ConsolePage.Took(TimeSpan.FromSeconds(whole))}; the table below has the numbers");
            foreach (var tick in ticks)
            {
                page.M.Line(x.At(tick), 0, x.At(tick), stages.Count * Row, "grid");
                page.M.Label(x.At(tick), height - 6, Figures.Short(tick) + " s", "ax", "middle");
            }
            for (var i = 0; i < stages.Count; i++)
            {
                var stage = stages[i];
                var from = x.At((stage.StartedAt - first).TotalSeconds);
                var to = x.At((stage.StartedAt - first).TotalSeconds + stage.Seconds);
                page.M.Label(Left - 8, i * Row + 17, Svg.CutTo(stage.Stage, Left - 12), "t iso", "end");
                page.M.Rect(from, i * Row + 5, Math.Max(2, to - from), Row - 10, "bar-week", $"{stage.Stage}: {ConsolePage.Took(TimeSpan.FromSeconds(stage.Seconds))}");
                page.M.Label(Math.Min(to + 5, width - 54), i * Row + 17, ConsolePage.Took(TimeSpan.FromSeconds(stage.Seconds)), "ax");
            }
            page.M.Close();
        });
        page.Scroll("Stages", () =>
        {
            page.Table("Stages of the run", false, "Stage", "Started", "#Seconds", "#Rows in", "#Rows out", "#Rejected", "#Peak memory", "Engine");
            foreach (var stage in stages)
            {
                page.M.Open("tr");
                page.Foreign(stage.Stage).Cell(ConsolePage.Time(stage.StartedAt)).Number(Figures.Fixed(stage.Seconds, 2)).Number(Figures.Count(stage.RowsIn)).Number(Figures.Count(stage.RowsOut))
                    .Number(Figures.Count(stage.RowsRejected)).Number(ConsolePage.Bytes(stage.PeakMemoryBytes)).Foreign(stage.Engine);
                page.M.Close();
            }
            page.EndTable();
        });
        page.M.Close();
    }
}
