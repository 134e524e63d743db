using Analytics.Web.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Where users log in and out.</summary>
internal static class LoginPage
{
    private const int MostPassword = 1000;

    // For names that nobody has: a wrong name takes as long as a wrong password.
    private static readonly string NoUser = PasswordHash.Make(Guid.NewGuid().ToString());

    // One at a time and core: a hash takes a quarter of a second, and the pages want the rest.
    private static readonly SemaphoreSlim Hashing = new(Math.Max(1, Environment.ProcessorCount / 2));

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console, Doors doors)
    {
        if (doors.Users is not { } users) return;
        var throttle = new LoginThrottle(console.Time);
        routes.Page("/login", console, static visit => Write(visit, Local(visit.Query("return")), null)).WithMetadata(new OpenDoor());
        routes.Post("/login", console, async (visit, form) =>
        {
            var (name, password, back) = (form["name"].ToString(), form["password"].ToString(), Local(form["return"].ToString()));
            if (name.Length > 60) name = name[..60];
            if (throttle.Wait(name, visit.From) is var wait && wait > TimeSpan.Zero)
            {
                visit.Context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                visit.Context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await Answer(visit, back, $"Too many tries. The next one is possible in {ConsolePage.Took(wait)}.").ConfigureAwait(false);
                return;
            }
            throttle.Began(name, visit.From);
            var user = users.Read().GetValueOrDefault(name);
            bool isRight;
            await Hashing.WaitAsync(visit.Cancel).ConfigureAwait(false);
            try
            {
                isRight = PasswordHash.IsMatch(password.Length <= MostPassword ? password : "", user?.Hash ?? NoUser) && user is not null;
            }
            finally
            {
                Hashing.Release();
            }
            if (!isRight)
            {
                visit.Context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                await Answer(visit, back, "Name and password do not belong together.").ConfigureAwait(false);
                return;
            }
            throttle.Succeeded(name, visit.From);
            await Doors.SignInAsync(visit.Context, user!).ConfigureAwait(false);
            visit.Context.Response.Redirect(back);
        }).WithMetadata(new OpenDoor());
        routes.Post("/logout", console, static async (visit, _) =>
        {
            await visit.Context.SignOutAsync(Doors.Scheme).ConfigureAwait(false);
            visit.Context.Response.Redirect("/login");
        });
    }

    /// <summary>A path of this console, never another site's.</summary>
    internal static string Local(string path) =>
        path.Length > 0 && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl) ? path : "/";

    private static Task Answer(Visit visit, string back, string mistake)
    {
        visit.Context.Response.ContentType = "text/html; charset=utf-8";
        return visit.Context.Response.WriteAsync(Write(visit, back, mistake), visit.Cancel);
    }

    private static string Write(Visit visit, string back, string? mistake)
    {
        var page = new ConsolePage(visit, "Log in");
        if (mistake is not null) page.M.Open("p", "verdict bad").Attr("role", "alert").Text(mistake).Close();
        page.M.Open("div", "card narrow-card");
        page.Form("/login", () =>
        {
            page.M.Open("input").Attr("type", "hidden").Attr("name", "return").Attr("value", back).Close();
            page.Field("name", "Name", isRequired: true, further: [("autocomplete", "username"), ("autocapitalize", "none")]);
            page.Field("password", "Password", type: "password", isRequired: true, further: [("autocomplete", "current-password")]);
            page.Button("Log in", "primary");
        }, "form");
        page.M.Close();
        return page.End();
    }
}
