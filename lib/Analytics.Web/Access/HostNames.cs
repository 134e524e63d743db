using Microsoft.AspNetCore.Http;

namespace Analytics.Web.Access;

/// <summary>
/// The names by which the console is asked for. A page of another site may make its own name mean 127.0.0.1 (DNS rebinding) and would
/// then be of the console's origin; the Host header still says its name.
/// </summary>
internal sealed class HostNames
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    public HostNames(ConsoleOptions options)
    {
        foreach (var name in options.Hosts) _names.Add(name);
    }

    /// <summary>Whether the request is for one of them.</summary>
    public bool IsOurs(HttpRequest request) => request.Host.HasValue && _names.Contains(request.Host.Host);

    /// <summary>
    /// Whether a request that changes something comes from a page of ours, as far as the browser says: Origin and Sec-Fetch-Site.
    /// The token decides; this is a second lock on the door.
    /// </summary>
    public static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, Authority(request), StringComparison.OrdinalIgnoreCase);
    }

    // A URI leaves its scheme's usual port out; a Host header may name it.
    private static string Authority(HttpRequest request) => request.Host.Port is 80 or 443 ? request.Host.Host : request.Host.Value ?? "";
}
