using System.Net.Security;
using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Web.Access;
using Analytics.Web.Data;
using Analytics.Web.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Analytics.Web;

/// <summary>The web console: server-rendered pages over a lake. It keeps nothing that the lake does not say, but for who is logged in.</summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    private const int MostForm = 64 << 10;
    private const int MostConnections = 2000;

    private readonly WebApplication _app;
    private readonly ConsoleServices _services;

    private ConsoleServer(WebApplication app, ConsoleServices services) => (_app, _services) = (app, services);

    /// <summary>Where it is reached, such as <c>http://127.0.0.1:8321</c>.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Starts it.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="program">The program around it.</param>
    /// <param name="options">Where it listens and who may see it.</param>
    /// <param name="cancel">Stops starting.</param>
    /// <exception cref="ConsoleException">It may not listen there, a file of users or certificates will not do, or the address is taken.</exception>
    public static async Task<ConsoleServer> StartAsync(Lake lake, IConsoleProgram program, ConsoleOptions options, CancellationToken cancel = default)
    {
        var address = ListenAddress.Check(options);
        // Neither files nor variables of the environment decide where it listens: the configuration alone does.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var certificate = options.CertificateFile.Length > 0 ? new ServerCertificate(options.CertificateFile, options.CertificateKeyFile, options.Time) : null;
        builder.WebHost.UseKestrelCore();
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostForm;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Listen(address, listen =>
            {
                if (certificate is null) return;
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current() }) });
            });
        });
        builder.Services.AddRoutingCore();
        // Kept in memory alone: whoever can read the lake's files could else make cookies. After a restart everybody logs in anew.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var prefix = certificate is not null ? "__Host-" : "";
        builder.Services.AddAuthentication(Doors.Scheme).AddCookie(Doors.Scheme, cookie =>
        {
            cookie.Cookie.Name = prefix + "analytics";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = certificate is not null ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.Session;
            cookie.SlidingExpiration = true;
        });
        builder.Services.AddAntiforgery(tokens =>
        {
            tokens.FormFieldName = "token";
            tokens.SuppressXFrameOptionsHeader = true;
            tokens.Cookie.Name = prefix + "analytics-form";
            tokens.Cookie.HttpOnly = true;
            tokens.Cookie.SameSite = SameSiteMode.Strict;
            tokens.Cookie.SecurePolicy = certificate is not null ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        var app = builder.Build();
        var scratch = new ScratchFolder(Path.GetTempPath());
        var catalog = new RunCatalog(lake, TimeSpan.FromSeconds(1));
        var manifests = new ManifestCache(lake);
        TableQueries? queries = null;
        var files = new RunFiles(lake, program.LocalPath, Path.Combine(scratch.Folder, "fetched"), options.FetchBytes, (sql, cancel) => queries!.RunAsync(sql, [], cancel, static _ => { }));
        queries = new TableQueries(files.IsRemote ? null : program.LocalPath(lake.Full(LakeLayout.Runs)), scratch, options.QueryMemoryBytes, options.QueryTime);
        var services = new ConsoleServices(lake, program, options, catalog, manifests, files, queries, new TonightFeed(lake, program, catalog, manifests, files, queries, options.Time), new AuditLog(lake, options.Time), new Verifications(lake, program, options.Time), new SqlSandbox(program.Sandbox));
        try
        {
            var doors = new Doors(options, app.Services.GetRequiredService<IAntiforgery>());
            app.UseRouting();
            app.Use(doors.PassAsync);
            ConsolePages.Map(app, services, doors);
            foreach (var further in options.Endpoints) further(app);
            app.MapFallback(static context => ErrorPage.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such page", "Look at the runs, or go back to tonight."));
            await app.StartAsync(cancel).ConfigureAwait(false);
            return new ConsoleServer(app, services);
        }
        catch (Exception e)
        {
            services.Queries.Dispose();
            await app.DisposeAsync().ConfigureAwait(false);
            if (e is IOException) throw new ConsoleException($"the console cannot listen on {options.Listen}: {e.Message}; expected a free port. Stop what listens there, or set machine.web.listen", e);
            throw;
        }
    }

    /// <summary>Stops it: streams end at once, requests that go on have some seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _services.Tonight.Dispose();
        _services.Verifications.Dispose();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(grace.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _services.Files.StopAsync().ConfigureAwait(false);
        _services.Queries.Dispose();
        _services.Sandbox.Dispose();
    }
}
