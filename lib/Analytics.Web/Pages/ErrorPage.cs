using Microsoft.AspNetCore.Http;

namespace Analytics.Web.Pages;

/// <summary>A page that says what was wrong and what to do.</summary>
internal static class ErrorPage
{
    /// <summary>Writes one, in the console's frame where that is known.</summary>
    public static async Task WriteAsync(HttpContext context, int code, string title, string text, Visit? visit = null)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/html; charset=utf-8";
        var page = new ConsolePage(visit, title);
        page.M.Element("p", text, "lead");
        page.M.Open("p").Open("a").Attr("href", "/").Text("To tonight").Close().Close();
        await context.Response.WriteAsync(page.End(), context.RequestAborted).ConfigureAwait(false);
    }
}
