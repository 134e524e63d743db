using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Tonight at a glance, kept up to date by a stream of server-sent events.</summary>
internal static class TonightPage
{
    // A stream ends now and then, so that whoever lost his role or his session is asked again.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        var streams = new TonightStreams(console.Tonight, console.Time);
        routes.Page("/", console, async visit =>
        {
            var tonight = await console.Tonight.LookAsync(visit.Cancel).ConfigureAwait(false);
            var (html, version) = streams.Write(visit.MayAct, tonight);
            var page = new ConsolePage(visit, "Tonight", "/", sub: console.Program.Shop);
            // The script fetches what is new into this; without it the page is read anew by hand.
            page.M.Open("div").Attr("id", "live").Attr("data-events", "/events/tonight?seen=" + version).Attr("data-now", ConsolePage.Time(console.Time.GetUtcNow()).Replace(' ', 'T'));
            page.M.Raw(html).Close();
            page.M.Open("p", "note").Attr("id", "live-state").Attr("role", "status").Text($"As of {ConsolePage.Time(tonight.At)}.").Close();
            return page.End();
        });
        routes.Get("/events/tonight", console, visit => StreamAsync(visit, streams));
    }

    private static async Task StreamAsync(Visit visit, TonightStreams streams)
    {
        var response = visit.Context.Response;
        if (!streams.TryJoin())
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            using var over = new CancellationTokenSource(Longest, visit.Console.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(visit.Cancel, visit.Console.Tonight.Stopping, over.Token);
            response.ContentType = "text/event-stream";
            response.Headers["X-Accel-Buffering"] = "no";
            // A browser that was cut off says itself what it saw last.
            var seen = visit.Context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : visit.Query("seen");
            var (state, frame) = streams.Now(visit.MayAct);
            if (state is not null && state.Version != seen) await response.BodyWriter.WriteAsync(state.Bytes, either.Token).ConfigureAwait(false);
            else await response.Body.FlushAsync(either.Token).ConfigureAwait(false);
            if (state is not null) seen = "";
            while (true)
            {
                frame = await frame.Next.Task.WaitAsync(either.Token).ConfigureAwait(false);
                var news = frame;
                // Who reads slowly gets the newest state and none of those between.
                while (frame.Next.Task.IsCompletedSuccessfully)
                {
                    frame = frame.Next.Task.Result;
                    if (!frame.IsPulse || news.IsPulse) news = frame;
                }
                if (seen.Length == 0 || news.Version != seen) await response.BodyWriter.WriteAsync(news.Bytes, either.Token).ConfigureAwait(false);
                seen = "";
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer left, the stream's time is over, or the console stops.
        }
        finally
        {
            streams.Leave();
        }
    }
}
