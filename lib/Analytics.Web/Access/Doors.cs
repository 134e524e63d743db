using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Analytics.Web.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Analytics.Web.Access;

/// <summary>An endpoint that needs no login: the login itself, style and script.</summary>
internal sealed class OpenDoor;

/// <summary>An endpoint for operators alone.</summary>
internal sealed class OperatorDoor;

/// <summary>What every request passes, in this order: headers, host, who asks, whether the request is ours, what he may do.</summary>
internal sealed class Doors(ConsoleOptions options, IAntiforgery antiforgery)
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
    private const string StampClaim = "stamp";

    private readonly HostNames _hosts = new(options);
    private readonly HashSet<IPAddress> _proxies = [.. options.TrustedProxies.Select(static text => Plain(IPAddress.Parse(text)))];
    private readonly HashSet<string> _operators = options.ProxyOperators.ToHashSet(StringComparer.Ordinal);

    /// <summary>The users; null where nobody logs in here.</summary>
    public UserFile? Users { get; } = options.UsersFile.Length > 0 ? new UserFile(options.UsersFile) : null;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        SecurityHeaders.Set(context);
        var metadata = context.GetEndpoint()?.Metadata;
        var isAnonymous = metadata?.GetMetadata<IAllowAnonymous>() is not null;
        if (isAnonymous)
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        if (!_hosts.IsOurs(context.Request))
        {
            await Refuse(context, StatusCodes.Status421MisdirectedRequest, "This console is not reached by that name. Add it to machine.web.hosts, or use a name that is there.").ConfigureAwait(false);
            return;
        }
        var peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (_proxies.Count > 0)
        {
            if (!_proxies.Contains(peer))
            {
                await Refuse(context, StatusCodes.Status403Forbidden, "Requests come through the reverse proxy (machine.web.trusted_proxies).").ConfigureAwait(false);
                return;
            }
            if (string.Equals(context.Request.Headers["X-Forwarded-Proto"].ToString(), "https", StringComparison.OrdinalIgnoreCase)) context.Request.Scheme = "https";
        }
        var isOpen = metadata?.GetMetadata<OpenDoor>() is not null;
        var user = await WhoAsync(context).ConfigureAwait(false);
        if (user is null && !isOpen)
        {
            if (Users is not null && HttpMethods.IsGet(context.Request.Method) && !IsStream(context.Request))
                context.Response.Redirect("/login?return=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString));
            else
                await Refuse(context, StatusCodes.Status401Unauthorized, Users is not null ? "Log in first." : $"The reverse proxy names no user in {options.ProxyUserHeader}.").ConfigureAwait(false);
            return;
        }
        if (user is not null)
        {
            context.User = user.Principal(Scheme);
            context.Features.Set(user);
        }
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !await IsOursAsync(context).ConfigureAwait(false))
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest, "This request was not made by a page of this console",
                "It brings no valid token. Perhaps the page was opened before the console was restarted, or cookies are blocked: open the page again and repeat.").ConfigureAwait(false);
            return;
        }
        if (metadata?.GetMetadata<OperatorDoor>() is not null && user is not { MayAct: true })
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status403Forbidden, "That is for operators", $"{user?.Name} may look and not act. An operator can do it, or change the role.").ConfigureAwait(false);
            return;
        }
        await next(context).ConfigureAwait(false);
    }

    /// <summary>Logs somebody in whose password was right.</summary>
    public static Task SignInAsync(HttpContext context, UserEntry user) => context.SignInAsync(Scheme,
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.Name), new Claim(StampClaim, Stamp(user))], Scheme)),
        new AuthenticationProperties { IsPersistent = false });

    private async Task<ConsoleUser?> WhoAsync(HttpContext context)
    {
        if (_proxies.Count > 0)
        {
            var name = context.Request.Headers[options.ProxyUserHeader].ToString().Trim();
            if (name.Length is 0 or > 200) return null;
            var groups = context.Request.Headers[options.ProxyGroupsHeader].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return new ConsoleUser(name, _operators.Contains(name) || groups.Any(_operators.Contains) ? ConsoleRole.Operator : ConsoleRole.Viewer);
        }
        if (Users is null) return new ConsoleUser(Environment.UserName, options.LoopbackRole);
        var ticket = await context.AuthenticateAsync(Scheme).ConfigureAwait(false);
        // The role is the file's, at every request; a cookie from before a change of the password is worth nothing.
        if (ticket.Principal?.FindFirstValue(ClaimTypes.NameIdentifier) is not { } known || !Users.Read().TryGetValue(known, out var user)) return null;
        return ticket.Principal.FindFirstValue(StampClaim) == Stamp(user) ? new ConsoleUser(user.Name, user.Role) : null;
    }

    private async Task<bool> IsOursAsync(HttpContext context) =>
        HostNames.IsSameOrigin(context.Request) && await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false);

    private static string Stamp(UserEntry user) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user.Hash)))[..16];

    private static bool IsStream(HttpRequest request) => request.Path.StartsWithSegments("/events");

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static Task Refuse(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n");
    }
}
