using Analytics.Publishing;
using Analytics.Scheduling;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>One alert, as messages link to it.</summary>
internal static class AlertPage
{
    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console) => routes.Page("/alerts/{id}", console, static visit =>
    {
        var alert = new AlertBook(visit.Lake, [], visit.Console.Time).Open().FirstOrDefault(one => one.Condition.Id == visit.Route("id"))
            ?? throw new NotFoundException("There is no such open alert", "It is over, or was never raised. Tonight shows what is open.");
        var page = new ConsolePage(visit, alert.Condition.Title, sub: $"since {ConsolePage.Time(alert.RaisedAt)}");
        page.M.Open("p", "verdict bad").Foreign(alert.Condition.Text).Close();
        if (alert.Condition.Remedy.Length > 0) page.M.Open("p").Foreign(alert.Condition.Remedy).Close();
        if (alert.Condition.Command.Length > 0) page.M.Open("pre").Attr("tabindex", "0").Attr("aria-label", "Command").Text(alert.Condition.Command).Close();
        page.M.Open("dl", "facts card");
        page.Fact("Raised by", alert.RaisedBy);
        page.Fact("Told", alert.ToldTo.Count == 0 ? "nobody yet" : string.Join(", ", alert.ToldTo));
        page.Fact("Silenced until", alert.SilencedUntil is { } until ? ConsolePage.Time(until) : "not silenced");
        page.M.Close();
        page.M.Open("p", "actions");
        if (visit.MayAct)
        {
            page.Link($"/act/silence?alert={alert.Condition.Id}", "Silence", "button");
            if (alert.Condition.Date is { } date)
                page.Link($"/act/retry?date={LakeLayout.Date(date)}", "Retry the night", "button").Link($"/act/run?date={LakeLayout.Date(date)}&schedule={alert.Condition.Schedule}", "Run it from here", "button");
        }
        page.M.Close();
        return page.End();
    });
}
