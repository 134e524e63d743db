using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Analytics.Web.Access;

namespace Analytics.Web.Tests;

/// <summary>The console's own TLS: certificates in PEM with the chain behind them, cookies that go over it alone, renewal, files that will not do.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-tls-").FullName;
    private readonly Authority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string ChainFile => Path.Combine(_folder, "cert.pem");

    private string KeyFile => Path.Combine(_folder, "key.pem");

    [Fact]
    public async Task Who_trusts_the_root_alone_logs_in_over_tls()
    {
        _authority.Issue(1, ChainFile, KeyFile);
        await using var console = await TestConsole.StartAsync(hasUsers: true, with: options => options with { CertificateFile = ChainFile, CertificateKeyFile = KeyFile });
        Assert.Equal("https", console.Address.Scheme);
        var cookies = new CookieContainer();
        // The one between root and certificate comes from the server, or from nowhere.
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false, SslOptions = _authority.Trusted() }) { BaseAddress = console.Address };
        using (var answer = await client.GetAsync("/login"))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
            var token = System.Text.RegularExpressions.Regex.Match(await answer.Content.ReadAsStringAsync(), "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
            using var form = new FormUrlEncodedContent([new("token", token), new("name", "otto"), new("password", TestConsole.Password), new("return", "/runs")]);
            using var login = await client.PostAsync("/login", form);
            Assert.Equal("/runs", login.Headers.Location?.ToString());
        }
        Assert.Contains("(operator)", await client.GetStringAsync("/runs"), StringComparison.Ordinal);
        var all = cookies.GetAllCookies();
        Assert.Equal(["__Host-analytics", "__Host-analytics-form"], all.Select(static cookie => cookie.Name).Order(StringComparer.Ordinal));
        Assert.All(all, static cookie => Assert.True(cookie.Secure && cookie.HttpOnly, cookie.Name));

        // Without TLS there is nothing at that port.
        using var plain = new HttpClient();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://127.0.0.1:{console.Address.Port}/login")));
    }

    [Fact]
    public void A_renewed_certificate_is_shown_within_a_minute_and_a_broken_one_is_not()
    {
        _authority.Issue(1, ChainFile, KeyFile);
        var clock = new HandClock();
        var certificate = new ServerCertificate(ChainFile, KeyFile, clock);
        string Shown() => certificate.Current().TargetCertificate.Subject;
        Assert.Equal("CN=console 1", Shown());
        Assert.Single(certificate.Current().IntermediateCertificates);
        Replace(() => _authority.Issue(2, ChainFile, KeyFile), 10);
        Assert.Equal("CN=console 1", Shown());
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal("CN=console 2", Shown());
        Replace(() => File.WriteAllText(KeyFile, "half a key"), 20);
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal("CN=console 2", Shown());
        Replace(() => _authority.Issue(3, ChainFile, KeyFile), 30);
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal("CN=console 3", Shown());
    }

    [Fact]
    public async Task Files_that_will_not_do_are_named()
    {
        _authority.Issue(1, ChainFile, KeyFile);
        _authority.Issue(2, Path.Combine(_folder, "other.pem"), Path.Combine(_folder, "otherkey.pem"));
        using var shop = new WebShop();
        foreach (var (chain, key) in ((string, string)[])[(ChainFile, Path.Combine(_folder, "otherkey.pem")), (KeyFile, KeyFile), (ChainFile, Path.Combine(_folder, "nowhere.pem"))])
        {
            var refused = await Assert.ThrowsAsync<ConsoleException>(() => TestConsole.StartAsync(shop, options => options with { CertificateFile = chain, CertificateKeyFile = key }));
            Assert.Contains($"the certificate {chain} with the key {key} cannot be read", refused.Message, StringComparison.Ordinal);
        }
        var half = await Assert.ThrowsAsync<ConsoleException>(() => TestConsole.StartAsync(shop, options => options with { CertificateFile = ChainFile }));
        Assert.Contains("come together", half.Message, StringComparison.Ordinal);
    }

    // File systems keep times of some coarseness; a renewal is no matter of milliseconds.
    private void Replace(Action write, int seconds)
    {
        write();
        foreach (var file in (string[])[ChainFile, KeyFile]) File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(seconds));
    }

    /// <summary>A root, one between, and certificates for 127.0.0.1.</summary>
    private sealed class Authority : IDisposable
    {
        private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch.AddYears(50);
        private static readonly DateTimeOffset Until = From.AddYears(60);

        private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly ECDsa _middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _root;
        private readonly X509Certificate2 _middle;

        public Authority()
        {
            _root = Signing("CN=root", _rootKey).CreateSelfSigned(From, Until);
            using var middle = Signing("CN=middle", _middleKey).Create(_root, From, Until, [2]);
            _middle = middle.CopyWithPrivateKey(_middleKey);
        }

        public void Issue(byte number, string chainFile, string keyFile)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN=console {number}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.Create(_middle, From, Until, [3, number]);
            File.WriteAllText(chainFile, certificate.ExportCertificatePem() + "\n" + _middle.ExportCertificatePem() + "\n");
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        }

        public SslClientAuthenticationOptions Trusted() => new()
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _root }, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };

        public void Dispose()
        {
            _root.Dispose();
            _middle.Dispose();
            _rootKey.Dispose();
            _middleKey.Dispose();
        }

        private static CertificateRequest Signing(string name, ECDsa key)
        {
            var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request;
        }
    }

    private sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
