using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Scheduling;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The runs of a year as a calendar, and those of a month as a list.</summary>
internal static class RunsPage
{
    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/runs", console, Write);
        routes.Get("/runs/latest", console, static visit =>
        {
            var latest = visit.Lake.Latest() ?? throw new NotFoundException("Nothing is published yet", "The first run makes it: analytics run nightly.");
            visit.Context.Response.Redirect(Links.Run(latest));
            return Task.CompletedTask;
        });
    }

    private static string Write(Visit visit)
    {
        var summaries = visit.Console.Catalog.Summaries();
        var years = summaries.Select(static summary => summary.Run.Date.Year).Distinct().Order().ToList();
        var newest = summaries.Count > 0 ? summaries[^1].Run.Date : DateOnly.FromDateTime(visit.Console.Time.GetUtcNow().UtcDateTime);
        var year = visit.Number("year", newest.Year, 1, 9999);
        var month = visit.Number("month", 0, 0, 12);
        var page = new ConsolePage(visit, "Runs", "/runs", sub: Figures.Many(summaries.Count, "published run"));
        foreach (var (run, reason) in visit.Console.Catalog.Unreadable)
            page.M.Open("p", "verdict bad").Text($"{run} cannot be read: ").Foreign(reason).Close();
        if (years.Count > 1)
        {
            page.M.Open("nav", "pages").Attr("aria-label", "Years").Open("ul");
            foreach (var one in years)
            {
                page.M.Open("li").Open("a", one == year ? "here" : null).Attr("href", string.Create(CultureInfo.InvariantCulture, $"/runs?year={one}"));
                if (one == year) page.M.Attr("aria-current", "page");
                page.M.Text(one.ToString(CultureInfo.InvariantCulture)).Close().Close();
            }
            page.M.Close().Close();
        }
        if (summaries.Count == 0) page.Empty("Nothing is published yet. The first run makes it: analytics run nightly.");
        else if (month == 0) Calendar(page, visit, year, summaries);
        else Month(page, visit, new DateOnly(year, month, 1), summaries);
        return page.End();
    }

    private static void Calendar(ConsolePage page, Visit visit, int year, IReadOnlyList<RunSummary> summaries)
    {
        var days = summaries.Where(summary => summary.Run.Date.Year == year).GroupBy(static summary => summary.Run.Date).ToDictionary(static day => day.Key, static day => day.ToList());
        var marks = Marks(visit, year, summaries);
        page.Legend(("k-published", "published"), ("k-again", "published more than once"), ("k-failed", "failed or missing"), ("k-waiting", "waits or runs"));
        page.M.Open("div", "calendar");
        for (var month = 1; month <= 12; month++)
        {
            var first = new DateOnly(year, month, 1);
            page.M.Open("section", "card month").Attr("aria-labelledby", $"m{month}");
            page.M.Open("h2").Attr("id", $"m{month}").Open("a").Attr("href", $"/runs?year={year}&month={month}").Text(first.ToString("MMMM yyyy", CultureInfo.InvariantCulture)).Close().Close();
            page.M.Open("table", "days").Element("caption", first.ToString("MMMM yyyy", CultureInfo.InvariantCulture), "sr").Open("thead").Open("tr");
            foreach (var (letter, name) in (ReadOnlySpan<(string, string)>)[("M", "Monday"), ("T", "Tuesday"), ("W", "Wednesday"), ("T", "Thursday"), ("F", "Friday"), ("S", "Saturday"), ("S", "Sunday")])
                page.M.Open("th").Attr("scope", "col").Attr("abbr", name).Text(letter).Close();
            page.M.Close().Close().Open("tbody");
            var lead = ((int)first.DayOfWeek + 6) % 7;
            for (var start = first.AddDays(-lead); start.Year < year || start.Year == year && start.Month <= month; start = start.AddDays(7))
            {
                page.M.Open("tr");
                for (var i = 0; i < 7; i++) Day(page, start.AddDays(i), month, days, marks);
                page.M.Close();
                if (start.Year == 9999 && start.DayOfYear > 358) break;
            }
            page.M.Close().Close().Close();
        }
        page.M.Close();
    }

    private static void Day(ConsolePage page, DateOnly date, int month, Dictionary<DateOnly, List<RunSummary>> days, Dictionary<DateOnly, (string Class, string Words)> marks)
    {
        if (date.Month != month)
        {
            page.M.Open("td").Close();
            return;
        }
        var number = date.Day.ToString(CultureInfo.InvariantCulture);
        if (days.TryGetValue(date, out var runs))
        {
            var current = runs.FirstOrDefault(static run => run.IsCurrent) ?? runs[^1];
            var words = $"{Figures.Date(date)}: {(runs.Count > 1 ? $"{runs.Count} runs" : "published")}{(runs.Any(static run => run.IsLatest) ? ", the latest" : "")}";
            page.M.Open("td", (runs.Count > 1 ? "day again" : "day published") + (runs.Any(static run => run.IsLatest) ? " latest" : ""));
            page.M.Open("a").Attr("href", Links.Run(current.Run)).Attr("title", words).Attr("aria-label", words).Text(number).Close();
        }
        else if (marks.TryGetValue(date, out var mark))
        {
            page.M.Open("td", "day " + mark.Class).Open("span").Attr("title", mark.Words).Text(number).Element("span", " " + mark.Words, "sr").Close();
        }
        else page.M.Open("td", "day").Text(number);
        page.M.Close();
    }

    /// <summary>Dates of the year that are due and not published, by what the schedules say of them.</summary>
    private static Dictionary<DateOnly, (string, string)> Marks(Visit visit, int year, IReadOnlyList<RunSummary> summaries)
    {
        var marks = new Dictionary<DateOnly, (string, string)>();
        if (visit.Console.Program.Schedules.Count == 0) return marks;
        var now = visit.Console.Time.GetUtcNow();
        var published = summaries.Select(static summary => summary.Run.Date).ToHashSet();
        var pruned = visit.Lake.PrunedThrough();
        foreach (var schedule in visit.Console.Program.Schedules)
        {
            // Whether an input is there is asked for tonight, not for a year.
            var facts = new Data.CatalogNightFacts(visit.Lake, published, pruned, new AttemptBook(visit.Lake, schedule.Name), static _ => InputState.NotYet("not looked at"));
            foreach (var night in NightPlanner.Plan(schedule, facts, now))
                if (night.State != NightState.Published && night.Night.Date.Year == year)
                    marks.TryAdd(night.Night.Date, (NightWords.IsGood(night.State) == false ? "failed" : "waiting", $"{NightWords.State(night.State)} ({schedule.Name})"));
        }
        return marks;
    }

    private static void Month(ConsolePage page, Visit visit, DateOnly first, IReadOnlyList<RunSummary> summaries)
    {
        page.M.Element("h2", first.ToString("MMMM yyyy", CultureInfo.InvariantCulture));
        page.M.Open("p").Open("a").Attr("href", $"/runs?year={first.Year}").Text("The whole year").Close().Close();
        var runs = summaries.Where(summary => summary.Run.Date.Year == first.Year && summary.Run.Date.Month == first.Month).Reverse().ToList();
        if (runs.Count == 0)
        {
            page.Empty("No run of this month is published.");
            return;
        }
        page.Scroll("Runs of the month", () =>
        {
            page.Table("Runs of the month", true, "Business date", "Run", "#Revision", "Engine", "Published", "#Took", "#Files read", "#Tables", "#Bytes", "Base", "");
            foreach (var summary in runs)
            {
                var header = summary.Header;
                page.M.Open("tr").Open("td").Text(Figures.Date(summary.Run.Date)).Close().Open("td");
                page.Link(Links.Run(summary.Run), summary.Run.Id).M.Close();
                page.Number(header.Revision.ToString(CultureInfo.InvariantCulture));
                page.Foreign($"{header.Engine} {header.EngineVersion}").Cell(ConsolePage.Time(header.FinishedAt));
                page.Number(ConsolePage.Took(header.FinishedAt - header.StartedAt), (header.FinishedAt - header.StartedAt).TotalSeconds);
                page.Number(Figures.Count(header.SourceCount)).Number(Figures.Count(header.TableCount)).Number(ConsolePage.Bytes(header.TableBytes), header.TableBytes);
                page.M.Open("td");
                if (header.Base is { } parent) page.Link(Links.Run(new RunRef(parent.BusinessDate, parent.Id)), Figures.Date(parent.BusinessDate));
                page.M.Close().Open("td");
                if (summary.IsCurrent) page.Badge("current", true);
                if (summary.IsLatest)
                {
                    page.M.Text(" ");
                    page.Badge("latest", true);
                }
                page.M.Close().Close();
            }
            page.EndTable();
        });
    }
}
