using System.Text;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Tonight at a glance, kept up to date by a stream of server-sent events.</summary>
internal static class TonightPage
{
    private const int MostWatchers = 1000;

    // A stream ends now and then, so that whoever lost his role or his session is asked again.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/", console, static async visit =>
        {
            var tonight = await visit.Console.Tonight.LookAsync(visit.Cancel).ConfigureAwait(false);
            var page = new ConsolePage(visit, "Tonight", "/", sub: visit.Console.Program.Shop);
            // The script fetches what is new into this; without it the page is read anew by hand.
            page.M.Open("div").Attr("id", "live").Attr("data-events", "/events/tonight");
            TonightParts.Write(page, visit, tonight);
            page.M.Close();
            page.M.Open("p", "note").Attr("id", "live-state").Attr("role", "status").Text($"As of {ConsolePage.Time(tonight.At)}.").Close();
            return page.End();
        });
        routes.Get("/events/tonight", console, StreamAsync);
    }

    private static async Task StreamAsync(Visit visit)
    {
        var feed = visit.Console.Tonight;
        using var place = feed.Watch(MostWatchers);
        if (place is null)
        {
            visit.Context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        var time = visit.Console.Time;
        using var over = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(visit.Cancel, feed.Stopping, over.Token);
        var response = visit.Context.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        string? told = null;
        var toldAt = time.GetUtcNow();
        try
        {
            while (true)
            {
                var tonight = await feed.LookAsync(either.Token).ConfigureAwait(false);
                var html = Fragments.Of(visit, tonight);
                var now = time.GetUtcNow();
                if (html != told)
                {
                    if (told is not null) await SendAsync(response, html, either.Token).ConfigureAwait(false);
                    (told, toldAt) = (html, now);
                }
                else if (now - toldAt >= Silence)
                {
                    await response.WriteAsync(": still here\n\n", either.Token).ConfigureAwait(false);
                    toldAt = now;
                }
                await response.Body.FlushAsync(either.Token).ConfigureAwait(false);
                await Task.Delay(Pulse, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer left, the stream's time is over, or the console stops.
        }
    }

    private static Task SendAsync(HttpResponse response, string html, CancellationToken cancel)
    {
        var text = new StringBuilder("event: tonight\n");
        foreach (var line in html.Split('\n')) text.Append("data: ").Append(line).Append('\n');
        return response.WriteAsync(text.Append('\n').ToString(), cancel);
    }

    /// <summary>One state is written once for each role, however many watch.</summary>
    private static class Fragments
    {
        private static readonly Lock Gate = new();
        private static readonly Dictionary<bool, (Tonight Of, string Html)> Last = [];

        public static string Of(Visit visit, Tonight tonight)
        {
            lock (Gate)
            {
                if (Last.TryGetValue(visit.MayAct, out var last) && ReferenceEquals(last.Of, tonight)) return last.Html;
                var page = new ConsolePage();
                TonightParts.Write(page, visit, tonight);
                var html = page.M.ToString();
                Last[visit.MayAct] = (tonight, html);
                return html;
            }
        }
    }
}
