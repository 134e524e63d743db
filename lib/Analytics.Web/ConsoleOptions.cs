using Microsoft.AspNetCore.Routing;

namespace Analytics.Web;

/// <summary>Where the console listens and who may see it.</summary>
public sealed record ConsoleOptions
{
    /// <summary>Address and port, such as <c>127.0.0.1:8321</c>, <c>[::1]:8321</c> or <c>0.0.0.0:8321</c>; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "127.0.0.1:8321";

    /// <summary>The users file; empty for none.</summary>
    public string UsersFile { get; init; } = "";

    /// <summary>Names by which browsers reach the console, without ports. Those of loopback are always among them.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>A certificate chain in PEM; empty for plain HTTP.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>The certificate's key in PEM.</summary>
    public string CertificateKeyFile { get; init; } = "";

    /// <summary>Addresses of reverse proxies that say who asks; with any, nobody else is let in.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>The proxies' header with the user's name.</summary>
    public string ProxyUserHeader { get; init; } = "X-Forwarded-User";

    /// <summary>The proxies' header with the user's groups, separated by commas.</summary>
    public string ProxyGroupsHeader { get; init; } = "X-Forwarded-Groups";

    /// <summary>Users and groups of the proxies' headers that may act; all others look.</summary>
    public IReadOnlyList<string> ProxyOperators { get; init; } = [];

    /// <summary>What whoever reaches a loopback address without users may do.</summary>
    public ConsoleRole LoopbackRole { get; init; } = ConsoleRole.Operator;

    /// <summary>How long somebody stays logged in without asking for anything.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Bytes that the queries behind the pages may take.</summary>
    public long QueryMemoryBytes { get; init; } = 512L << 20;

    /// <summary>Bytes of a lake on another file system that are kept on this machine, and so the most that one answer may need.</summary>
    public long FetchBytes { get; init; } = 1L << 30;

    /// <summary>The longest that a query behind a page may take.</summary>
    public TimeSpan QueryTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Further endpoints on the same server, such as metrics and health. They are behind the same doors as the pages, but for those with the
    /// metadata <c>AllowAnonymous</c>, which neither a login nor the check of the Host header stands before.
    /// </summary>
    public IReadOnlyList<Action<IEndpointRouteBuilder>> Endpoints { get; init; } = [];
}

/// <summary>What a user may do.</summary>
public enum ConsoleRole
{
    /// <summary>Look at everything.</summary>
    Viewer,
    /// <summary>Also run, retry, roll back, release and silence.</summary>
    Operator,
}
