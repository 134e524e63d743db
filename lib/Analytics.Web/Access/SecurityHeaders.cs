using Microsoft.AspNetCore.Http;

namespace Analytics.Web.Access;

/// <summary>What browsers are told to refuse on our pages.</summary>
internal static class SecurityHeaders
{
    /// <summary>Our own style, script, requests and forms, and nothing else: no inline script, no inline style, no other site.</summary>
    public const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>
    /// A report in a frame: its own inline style and script in an origin of its own, which can reach nothing. Its own policy allows
    /// no more than the hashes of the two.
    /// </summary>
    public const string ReportPolicy = "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'";

    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // No-referrer would make the Origin of our own forms read null.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }
}
