using System.Net;

namespace Analytics.Web.Access;

/// <summary>Where the console listens, and whether that may be: what can be reached from outside needs users (or a proxy), TLS (or a proxy) and names.</summary>
internal static class ListenAddress
{
    /// <summary>The address and port.</summary>
    /// <exception cref="ConsoleException">It is none, or the doors are open.</exception>
    public static IPEndPoint Check(ConsoleOptions options)
    {
        if (!IPEndPoint.TryParse(options.Listen, out var address) || !options.Listen.Contains(':', StringComparison.Ordinal))
            throw new ConsoleException($"'machine.web.listen' is '{options.Listen}', but an address and a port are expected, such as 127.0.0.1:8321 or 0.0.0.0:8321");
        if (options.CertificateFile.Length > 0 != options.CertificateKeyFile.Length > 0)
            throw new ConsoleException("'machine.web.certificate' and 'machine.web.certificate_key' come together: name both PEM files");
        foreach (var proxy in options.TrustedProxies)
            if (!IPAddress.TryParse(proxy, out _)) throw new ConsoleException($"'machine.web.trusted_proxies' holds '{proxy}', but an IP address is expected");
        if (options.UsersFile.Length > 0 && options.TrustedProxies.Count > 0)
            throw new ConsoleException("'machine.web.users' and 'machine.web.trusted_proxies' exclude each other: either the console asks for passwords, or a proxy does");
        if (options.UsersFile.Length > 0 && new UserFile(options.UsersFile).Read().Count == 0)
            throw new ConsoleException($"the users file {options.UsersFile} has no user: add one with `analytics web user add NAME --role operator`");
        if (IPAddress.IsLoopback(address.Address)) return address;

        var outside = $"'machine.web.listen' is {options.Listen}, which can be reached from outside";
        if (options.UsersFile.Length == 0 && options.TrustedProxies.Count == 0)
            throw new ConsoleException($"{outside}, and there are no users: name a users file (machine.web.users; `analytics web user add NAME --role operator` makes it), or a reverse proxy that asks for them (machine.web.trusted_proxies), or listen on 127.0.0.1");
        if (options.CertificateFile.Length == 0 && options.TrustedProxies.Count == 0)
            throw new ConsoleException($"{outside}, and passwords would go over the network in the clear: name a certificate (machine.web.certificate, machine.web.certificate_key), or put a reverse proxy before it");
        if (options.Hosts.Count == 0)
            throw new ConsoleException($"{outside}: name the hosts by which browsers reach it (machine.web.hosts, such as [\"analytics.shop.example\"])");
        return address;
    }
}
