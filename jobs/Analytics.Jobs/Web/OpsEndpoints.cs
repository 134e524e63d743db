using System.Security.Cryptography;
using System.Text;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Schedule;
using Analytics.Publishing;
using Analytics.Scheduling;
using Analytics.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Jobs.Web;

/// <summary>/healthz, /readyz and /metrics on the console's server, for machines.</summary>
internal static class OpsEndpoints
{
    // A look comes every 20 seconds; a night's end may delay one.
    private static readonly TimeSpan Asleep = TimeSpan.FromMinutes(5);

    /// <summary>The endpoints.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="lake">The lake.</param>
    /// <param name="scheduler">The scheduler of this process; null where there is none.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UserException">Code 2: the token of /metrics is not to be had.</exception>
    public static Action<IEndpointRouteBuilder> Of(LoadedSettings loaded, Lake lake, NightScheduler? scheduler, TimeProvider time)
    {
        var from = loaded.Settings.Machine.Telemetry.MetricsTokenFrom;
        var token = from.Length > 0 ? Secrets.Read(from, "machine.telemetry.metrics_token_from") : null;
        var metrics = new LakeMetrics(lake, PipelineVersion.Program);
        var startedAt = time.GetUtcNow();
        return endpoints =>
        {
            // Alive: the process answers, and its scheduler, if it has one, is not asleep. Says nothing of the shop, so anybody may ask.
            endpoints.MapGet("/healthz", context => Answer(context, Sleeping(scheduler, startedAt, time.GetUtcNow()))).WithMetadata(new AllowAnonymousAttribute());
            // Ready: it can read its lake as well.
            endpoints.MapGet("/readyz", context => Answer(context, Sleeping(scheduler, startedAt, time.GetUtcNow()) ?? Unreadable(lake))).WithMetadata(new AllowAnonymousAttribute());
            var map = endpoints.MapGet("/metrics", context => MetricsAsync(context, metrics, scheduler, token));
            if (token is not null) map.WithMetadata(new AllowAnonymousAttribute());
        };
    }

    private static string? Sleeping(NightScheduler? scheduler, DateTimeOffset startedAt, DateTimeOffset now) =>
        scheduler is not null && now - (scheduler.LookedAt ?? startedAt) > Asleep ? "the scheduler has not looked for more than five minutes" : null;

    private static string? Unreadable(Lake lake)
    {
        try
        {
            return lake.Files.FolderExists(lake.Full(LakeLayout.Runs)) ? null : "the lake is not there";
        }
        catch (FileStoreException)
        {
            return "the lake cannot be read";
        }
    }

    private static Task Answer(HttpContext context, string? wrong)
    {
        context.Response.StatusCode = wrong is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync((wrong ?? "ok") + "\n", context.RequestAborted);
    }

    private static Task MetricsAsync(HttpContext context, LakeMetrics metrics, NightScheduler? scheduler, string? token)
    {
        if (token is not null && !IsRight(context.Request.Headers.Authorization.ToString(), token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return context.Response.WriteAsync("a bearer token is needed (machine.telemetry.metrics_token_from)\n", context.RequestAborted);
        }
        string text;
        try
        {
            text = metrics.Write(scheduler?.Decisions);
        }
        catch (Exception e) when (e is IOException or PublishingException or Analytics.Anchoring.AnchoringException or UnauthorizedAccessException)
        {
            return Answer(context, $"the lake cannot be read: {e.Message}");
        }
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    // As long for a wrong token as for a right one.
    private static bool IsRight(string header, string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header)), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)));
}
