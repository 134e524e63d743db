using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>The part of the first page about the run that analysts see, and the lake that it lies in.</summary>
internal static class LatestPart
{
    private const string Example = """
        "machine": {
          "schedules": {
            "nightly": { "cron": "0 30 2 * * ?", "input": ["/in/{date:yyyyMMdd}/*.csv.gz"] }
          }
        }
        """;

    private static readonly (string Path, string Title)[] Places =
        [("", "The run"), ("/report", "Report"), ("/tables", "Tables"), ("/rules", "Rules"), ("/forecasts", "Forecasts"), ("/segments", "Segments"), ("/verify", "Verify")];

    public static void Write(ConsolePage page, Tonight tonight)
    {
        page.Section("latest", "Latest run", "What analysts see: the tables under latest, and the report.");
        if (tonight.Newest is not { } newest)
        {
            page.Empty("Nothing is published yet. The first run makes it: analytics run nightly.");
            page.M.Open("dl", "facts card");
            LakeFacts(page, tonight.Lake);
            page.M.Close();
        }
        else Newest(page, tonight, newest);
        page.EndSection();
    }

    /// <summary>How nights come to run by themselves.</summary>
    public static void HowToSchedule(ConsolePage page)
    {
        page.Section("no-schedule", "No schedule", "The configuration names none, so nobody starts a night by itself, makes up for a lost one, or calls for help.");
        page.M.Open("div", "card").Open("p").Text("Put one into the configuration, at 02:30 by the shop's clock here, for the business date of the day before:").Close();
        page.M.Open("pre").Attr("tabindex", "0").Attr("aria-label", "Example of a schedule");
        foreach (var line in Example.ReplaceLineEndings("\n").Split('\n')) page.M.Text(line).Raw("\n");
        page.M.Close().Open("p").Text("Then ").Element("code", "analytics schedule check").Text(" says whether all is right, and ").Element("code", "analytics schedule run")
            .Text(" is the service. ").Element("code", "docs/schedule.md").Text(" has the rest: waiting for input, tries, alerts, deadlines.").Close();
        page.M.Close();
        page.EndSection();
    }

    private static void Newest(ConsolePage page, Tonight tonight, NewestRun newest)
    {
        var (run, header) = (newest.Summary.Run, newest.Summary.Header);
        if (newest.Trouble.Length > 0) page.M.Open("p", "verdict bad").Text("The run cannot be read whole: ").Foreign(newest.Trouble).Close();
        foreach (var failed in newest.Failed) page.M.Open("p", "verdict bad").Foreign(SafeText.Cut(failed, 400)).Close();
        page.M.Open("dl", "facts card");
        page.Fact("Business date", () => page.Link(Links.Run(run), LakeLayout.Date(run.Date)));
        page.Fact("Run", run.Id);
        page.Fact("Published", $"{ConsolePage.Time(header.FinishedAt)}, took {ConsolePage.Took(header.FinishedAt - header.StartedAt)}");
        page.Fact("Made by", $"analytics {header.ProgramVersion}, {header.Engine} {header.EngineVersion}");
        if (newest.Trouble.Length == 0)
        {
            page.Fact("Came with it", newest.Files == 0 ? "no file" : $"{Figures.Many(newest.Files, "file")}, {Figures.Many(newest.Fates.Records, "line")}: {Figures.Many(newest.Fates.Sale, "sale")}, {Figures.Many(newest.Fates.Return, "return")}, "
                + $"{Figures.Many(newest.Fates.Adjustment, "adjustment")}, {Figures.Many(newest.Fates.Duplicate, "duplicate")}, {Figures.Count(newest.Fates.Rejected)} rejected");
            page.Fact("Rests on", $"{Figures.Many(header.SourceCount, "file")}, {Figures.Many(newest.Lines, "line")}");
            page.Fact("Quality", () =>
            {
                if (newest.Passed is not { } passed) page.M.Text("no checks");
                else
                {
                    page.Badge($"{Figures.Count(passed)} passed", true);
                    page.M.Text(" ");
                    if (newest.Failed.Count > 0) page.Badge("some failed", false);
                    page.M.Text(" ");
                    page.Link(Links.Run(run) + "#quality", "all checks");
                }
            });
        }
        page.Fact("Published tables", $"{Figures.Many(header.TableCount, "table")}, {ConsolePage.Bytes(header.TableBytes)}");
        page.Fact("Root on a chain", () =>
        {
            if (tonight.Chain is { } standing) RunPage.ChainState(page, standing);
            else page.M.Text("never queued");
        });
        LakeFacts(page, tonight.Lake);
        page.M.Close();
        if (tonight.Lake.LastPublished is { } last && last.Run != run)
        {
            page.M.Open("p", "note").Text("Published last was ");
            page.Link(Links.Run(last.Run), last.Run.ToString()).M.Text($" at {ConsolePage.Time(last.Header.FinishedAt)}: latest was rolled back since, or that date is older.").Close();
        }
        if (newest.Stages.Count > 0) Stages(page, newest.Stages);
        page.M.Open("p", "actions");
        foreach (var (path, title) in Places) page.Link(Links.Run(run) + path, title, "button");
        if (header.Base is { } parent) page.Link(Links.With("/compare", ("a", new RunRef(parent.BusinessDate, parent.Id).ToString()), ("b", run.ToString())), "Compare with its base", "button");
        page.M.Close();
    }

    private static void Stages(ConsolePage page, IReadOnlyList<StageSpan> stages) => page.Scroll("Stages of the latest run", () =>
    {
        page.Table("Stages of the latest run", false, "Stage", "Started", "#Seconds", "#Rows in", "#Rows out", "#Rejected", "#Peak memory");
        foreach (var stage in stages)
        {
            page.M.Open("tr");
            page.Foreign(stage.Stage).M.Element("td", ConsolePage.Time(stage.StartedAt), "when");
            page.Number(Figures.Fixed(stage.Seconds, 2)).Number(Figures.Count(stage.RowsIn)).Number(Figures.Count(stage.RowsOut))
                .Number(Figures.Count(stage.RowsRejected)).Number(ConsolePage.Bytes(stage.PeakMemoryBytes));
            page.M.Close();
        }
        page.EndTable();
    });

    private static void LakeFacts(ConsolePage page, LakeNow lake)
    {
        page.Fact("Lake", $"{SafeText.Cut(lake.Root, 200)}, {Figures.Many(lake.Runs, "run")}");
        // In whole GiB: the state is told anew where it changes.
        if (lake.FreeBytes is { } free) page.Fact("Free for it", free >= 1L << 30 ? $"{Figures.Count(free >> 30)} GiB" : ConsolePage.Bytes(free));
    }
}
