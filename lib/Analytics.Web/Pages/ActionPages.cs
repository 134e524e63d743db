using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Scheduling;
using Analytics.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>
/// What operators do. Each has a page that says what will happen, and wants a reason and a confirmation. The audit log has it before it is
/// done, and what came of it afterwards; what cannot be written there is not done.
/// </summary>
internal static class ActionPages
{
    private const int LeastReason = 3;
    private const int MostReason = 500;
    private const int MostDays = 3660;
    private const int MostHours = 24 * 90;

    /// <summary>Something to be done: to what, and the deed, which returns what came of it and the page to go to.</summary>
    private sealed record Deed(string Target, Func<(string Outcome, string Next)> Do);

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        Action(routes, console, "run", "Run a date", RunFields, RunDeed);
        Action(routes, console, "backfill", "Back-fill a range", BackfillFields, BackfillDeed);
        Action(routes, console, "retry", "Retry a night", RetryFields, RetryDeed);
        Action(routes, console, "rollback", "Roll back to a run", RollbackFields, RollbackDeed);
        Action(routes, console, "release", "Release a lease", ReleaseFields, ReleaseDeed);
        Action(routes, console, "silence", "Silence an alert", SilenceFields, SilenceDeed);
    }

    private static void Action(IEndpointRouteBuilder routes, ConsoleServices console, string name, string title, Action<ConsolePage, Visit> fields, Func<Visit, IFormCollection, Deed> read)
    {
        var path = "/act/" + name;
        routes.Page(path, console, visit =>
        {
            var page = new ConsolePage(visit, title);
            page.M.Open("div", "card dialog");
            page.Form(path, () =>
            {
                fields(page, visit);
                page.M.Open("label").Open("span").Text("Why? It stands in the audit log.").Close();
                page.M.Open("textarea").Attr("name", "why").Attr("required", "required").Attr("minlength", LeastReason).Attr("maxlength", MostReason).Close().Close();
                page.M.Open("label", "check").Open("input").Attr("type", "checkbox").Attr("name", "sure").Attr("value", "yes").Attr("required", "required").Close().Element("span", "I am sure").Close();
                page.Button(title, "primary");
                page.M.Text(" ");
                page.Link("/", "Rather not", "button");
            }, "form");
            page.M.Close();
            return page.End();
        }).WithMetadata(new OperatorDoor());
        routes.Post(path, console, (visit, form) =>
        {
            var why = form["why"].ToString().Trim();
            if (why.Length < LeastReason || why.Length > MostReason) throw new FormException($"The reason has {why.Length} characters; {LeastReason} to {MostReason} are expected. Go back and say why.");
            if (form["sure"] != "yes") throw new FormException("It was not confirmed. Go back and tick the box.");
            var deed = read(visit, form);
            var user = visit.User!.Name;
            var audit = visit.Console.Audit;
            var number = audit.Add(user, visit.From, name, deed.Target, why);
            string next;
            try
            {
                (var outcome, next) = deed.Do();
                audit.Add(user, visit.From, name, deed.Target, outcome, number);
            }
            catch (Exception e)
            {
                audit.Add(user, visit.From, name, deed.Target, "failed: " + e.Message, number);
                throw;
            }
            finally
            {
                visit.Console.Tonight.Forget();
            }
            visit.Context.Response.Redirect(next);
            return Task.CompletedTask;
        }).WithMetadata(new OperatorDoor());
    }

    private static void RunFields(ConsolePage page, Visit visit)
    {
        page.M.Element("p", "Starts `run nightly` for the date, in a process of its own on this machine. A run appears whole or not at all; the same input and configuration again is nothing to do.", "lead");
        page.Field("date", "Business date", visit.Query("date"), "date", isRequired: true);
        Schedules(page, visit);
        page.M.Open("label", "check").Open("input").Attr("type", "checkbox").Attr("name", "anew").Attr("value", "yes").Close().Element("span", "Also where the date has a run already (input that changed gives a new run)").Close();
    }

    private static Deed RunDeed(Visit visit, IFormCollection form)
    {
        var date = Date(form, "date");
        return Start(visit, new RunOrder(Schedule(visit, form), date, date, form["anew"] == "yes", visit.User!.Name), Figures.Date(date));
    }

    private static void BackfillFields(ConsolePage page, Visit visit)
    {
        page.M.Element("p", "Runs the dates one after the other, oldest first, in processes of their own on this machine. Dates that have a run are left alone; the first that fails ends it.", "lead");
        page.Field("from", "First business date", visit.Query("from"), "date", isRequired: true);
        page.Field("to", "Last business date", visit.Query("to"), "date", isRequired: true);
        Schedules(page, visit);
    }

    private static Deed BackfillDeed(Visit visit, IFormCollection form)
    {
        var (from, to) = (Date(form, "from"), Date(form, "to"));
        if (from > to) throw new FormException($"The first date {Figures.Date(from)} is after the last, {Figures.Date(to)}.");
        if (to.DayNumber - from.DayNumber >= MostDays) throw new FormException($"The range has {Figures.Count(to.DayNumber - from.DayNumber + 1)} dates; at most {Figures.Count(MostDays)} are expected.");
        return Start(visit, new RunOrder(Schedule(visit, form), from, to, false, visit.User!.Name), $"{Figures.Date(from)} to {Figures.Date(to)}");
    }

    private static Deed Start(Visit visit, RunOrder order, string target) => new(order.Schedule.Length > 0 ? $"{target} ({order.Schedule})" : target, () =>
    {
        var started = visit.Console.Program.Start(order);
        return ($"started, log {started.Log}", $"/started/{started.Id}");
    });

    private static void RetryFields(ConsolePage page, Visit visit)
    {
        page.M.Element("p", "Forgets the failures of a night, so that the schedule tries it anew at its next look. Nothing is started if no scheduler runs.", "lead");
        page.Field("date", "Business date", visit.Query("date"), "date", isRequired: true);
    }

    private static Deed RetryDeed(Visit visit, IFormCollection form)
    {
        var date = Date(form, "date");
        var schedules = visit.Console.Program.Schedules;
        if (schedules.Count == 0) throw new FormException("The configuration has no schedule: run the date instead.");
        return new Deed(Figures.Date(date), () =>
        {
            var failures = 0;
            foreach (var book in schedules.Select(schedule => new AttemptBook(visit.Lake, schedule.Name)))
            {
                failures += book.Of(date).Count;
                book.Forget(date);
            }
            return ($"{Figures.Many(failures, "attempt")} forgotten", "/");
        });
    }

    private static void RollbackFields(ConsolePage page, Visit visit)
    {
        var run = visit.Lake.Resolve(visit.Query("run"));
        var latest = visit.Lake.Latest();
        page.M.Element("p", $"Points latest to {run}{(latest is { } now ? $" instead of {now}" : "")}, and makes it the current run of its date. Nothing is deleted; whoever reads latest sees the other tables at once. It is undone in the same way.", "lead");
        page.Field("run", "Run", run.ToString(), isRequired: true, further: ("readonly", "readonly"));
    }

    private static Deed RollbackDeed(Visit visit, IFormCollection form)
    {
        var run = visit.Lake.Resolve(form["run"].ToString());
        return new Deed(run.ToString(), () =>
        {
            var before = visit.Lake.Latest();
            visit.Lake.Rollback(run, CancellationToken.None);
            return ($"latest pointed to {before?.ToString() ?? "nothing"} and points to {run}", Links.Run(run));
        });
    }

    private static void ReleaseFields(ConsolePage page, Visit visit)
    {
        page.M.Element("p", "Takes the right to publish a date away from whoever has it. That process may go on and is refused when it wants to publish; use it for one that hangs and cannot be killed.", "lead");
        if (Visit.TryDate(visit.Query("date"), out var date) && visit.Lake.FindLease(date) is { } lease)
            page.Note($"Lease {lease.Token.ToString(CultureInfo.InvariantCulture)} is {lease.State.ToString().ToLowerInvariant()}: {SafeText.Cut(lease.Owner.Purpose, 80)}, process {lease.Owner.ProcessId} on {SafeText.Cut(lease.Owner.Host, 80)}, heartbeat {ConsolePage.Time(lease.Owner.Heartbeat)}.");
        page.Field("date", "Business date", visit.Query("date"), "date", isRequired: true);
    }

    private static Deed ReleaseDeed(Visit visit, IFormCollection form)
    {
        var date = Date(form, "date");
        if (visit.Lake.FindLease(date) is not { State: LeaseState.Held } lease) throw new FormException($"Nobody has the lease of {Figures.Date(date)}.");
        return new Deed(Figures.Date(date), () =>
        {
            visit.Lake.BreakLease(date, $"released by {visit.User!.Name} in the console");
            return ($"lease {lease.Token.ToString(CultureInfo.InvariantCulture)} is taken from process {lease.Owner.ProcessId} on {lease.Owner.Host}", "/");
        });
    }

    private static void SilenceFields(ConsolePage page, Visit visit)
    {
        var id = visit.Query("alert");
        if (Alert(visit, id) is not { } alert) throw new NotFoundException("There is no such open alert", "Perhaps it is over.");
        page.M.Open("p", "lead").Foreign(alert.Condition.Title).Text(": ").Foreign(alert.Condition.Text).Close();
        page.M.Open("input").Attr("type", "hidden").Attr("name", "alert").Attr("value", alert.Condition.Id).Close();
        page.Field("hours", "Tell nobody of it for so many hours", "8", "number", isRequired: true, hint: null, ("min", "1"), ("max", MostHours.ToString(CultureInfo.InvariantCulture)));
    }

    private static Deed SilenceDeed(Visit visit, IFormCollection form)
    {
        if (Alert(visit, form["alert"].ToString()) is not { } alert) throw new NotFoundException("There is no such open alert", "Perhaps it is over.");
        if (!int.TryParse(form["hours"], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours is < 1 or > MostHours) throw new FormException($"1 to {MostHours} hours are expected.");
        return new Deed(alert.Condition.Id, () =>
        {
            var until = visit.Console.Time.GetUtcNow().AddHours(hours);
            new AlertBook(visit.Lake, [], visit.Console.Time).Silence(alert.Condition.Id, until);
            return ($"silent until {ConsolePage.Time(until)}", "/");
        });
    }

    private static OpenAlert? Alert(Visit visit, string id) => new AlertBook(visit.Lake, [], visit.Console.Time).Open().FirstOrDefault(alert => alert.Condition.Id == id);

    private static void Schedules(ConsolePage page, Visit visit)
    {
        var schedules = visit.Console.Program.Schedules;
        page.Choice("schedule", "Input", visit.Query("schedule") is { Length: > 0 } named ? named : schedules.Count > 0 ? schedules[0].Name : "",
            schedules.Select(static schedule => (schedule.Name, $"of the schedule {schedule.Name}")).Append(("", "of the configuration (machine.input)")));
    }

    private static string Schedule(Visit visit, IFormCollection form)
    {
        var name = form["schedule"].ToString();
        return name.Length == 0 || visit.Console.Program.Schedules.Any(schedule => schedule.Name == name) ? name : throw new FormException("There is no such schedule.");
    }

    private static DateOnly Date(IFormCollection form, string field) =>
        Visit.TryDate(form[field].ToString(), out var date) ? date : throw new FormException($"'{SafeText.Cut(form[field].ToString(), 40)}' is no date such as 2025-12-31.");
}
