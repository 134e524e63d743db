using System.ComponentModel;
using System.Net;
using Analytics.Web;

namespace Analytics.Jobs.Configuration;

/// <summary>The web console.</summary>
internal sealed record WebSettings
{
    [Description("Whether `analytics schedule run` serves the console as well; `analytics web` serves it alone.")]
    public bool WithSchedule { get; init; }

    [Description("Address and port. What can be reached from outside needs users or a reverse proxy, a certificate or a reverse proxy, and hosts.")]
    public string Listen { get; init; } = "127.0.0.1:8321";

    [Description("The names by which browsers reach the console, such as analytics.shop.example; localhost is always one.")]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    [Description("The file of the users, which `analytics web user add NAME --role operator` makes; empty for none, then whoever reaches a loopback address is let in.")]
    public string Users { get; init; } = "";

    [Description("What whoever reaches a loopback address without users may do: operator or viewer.")]
    public string LoopbackRole { get; init; } = "operator";

    [Description("After so many minutes without a request a user logs in anew.")]
    public int SessionMinutes { get; init; } = 720;

    [Description("The TLS certificate with its chain, a PEM file; empty for plain HTTP.")]
    public string Certificate { get; init; } = "";

    [Description("The certificate's key, a PEM file.")]
    public string CertificateKey { get; init; } = "";

    [Description("IP addresses of reverse proxies that say who asks; with any, requests from elsewhere are refused. The proxy must take these headers away from its own clients.")]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    [Description("The proxies' header with the user's name, such as X-Forwarded-User or X-Forwarded-Email.")]
    public string ProxyUserHeader { get; init; } = "X-Forwarded-User";

    [Description("The proxies' header with the user's groups, separated by commas.")]
    public string ProxyGroupsHeader { get; init; } = "X-Forwarded-Groups";

    [Description("Names and groups of the proxies' headers that may act; all others look.")]
    public IReadOnlyList<string> ProxyOperators { get; init; } = [];

    [Description("Memory of the queries behind the pages, in MiB.")]
    public int MemoryMib { get; init; } = 512;

    [Description("Files of a lake on Hadoop's file systems that the console keeps on its machine, in MiB; a page that needs more is refused.")]
    public int FetchMib { get; init; } = 1024;

    [Description("The longest that a query behind a page may take, in seconds.")]
    public int QuerySeconds { get; init; } = 30;

    /// <summary>The same for the console.</summary>
    public ConsoleOptions ToOptions() => new()
    {
        Listen = Listen,
        Hosts = Hosts,
        UsersFile = Users,
        LoopbackRole = LoopbackRole == "viewer" ? ConsoleRole.Viewer : ConsoleRole.Operator,
        Session = TimeSpan.FromMinutes(SessionMinutes),
        CertificateFile = Certificate,
        CertificateKeyFile = CertificateKey,
        TrustedProxies = TrustedProxies,
        ProxyUserHeader = ProxyUserHeader,
        ProxyGroupsHeader = ProxyGroupsHeader,
        ProxyOperators = ProxyOperators,
        QueryMemoryBytes = (long)MemoryMib << 20,
        FetchBytes = (long)FetchMib << 20,
        QueryTime = TimeSpan.FromSeconds(QuerySeconds),
    };

    /// <summary>What the types cannot say; whether the doors are shut is checked when the console starts.</summary>
    public void Check(List<string> errors)
    {
        if (!IPEndPoint.TryParse(Listen, out _)) errors.Add($"'machine.web.listen' is '{Listen}', but an address and a port are expected, such as 127.0.0.1:8321");
        foreach (var proxy in TrustedProxies)
            if (!IPAddress.TryParse(proxy, out _)) errors.Add($"'machine.web.trusted_proxies' holds '{proxy}', but an IP address is expected");
        SettingsRules.OneOf("machine.web.loopback_role", LoopbackRole, ["operator", "viewer"], errors);
        SettingsRules.Range("machine.web.session_minutes", SessionMinutes, 1, 100_000, errors);
        SettingsRules.Range("machine.web.memory_mib", MemoryMib, 64, 1_000_000, errors);
        SettingsRules.Range("machine.web.fetch_mib", FetchMib, 1, 10_000_000, errors);
        SettingsRules.Range("machine.web.query_seconds", QuerySeconds, 1, 3600, errors);
    }
}
