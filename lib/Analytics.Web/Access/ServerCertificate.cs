using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Analytics.Web.Access;

/// <summary>
/// The certificate of the console with the chain that stands behind it in its file, which browsers need as well. A file that was replaced,
/// as a renewal does, is read again within a minute; one that will not do is told on standard error, and the certificate before it stays.
/// </summary>
internal sealed class ServerCertificate
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _chainFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _context;
    private (DateTime Chain, DateTime Key) _read;
    private DateTimeOffset _lookedAt;

    /// <exception cref="ConsoleException">The files cannot be read, or do not fit each other.</exception>
    public ServerCertificate(string chainFile, string keyFile, TimeProvider time)
    {
        (_chainFile, _keyFile, _time) = (chainFile, keyFile, time);
        (_read, _lookedAt) = (Times(), time.GetUtcNow());
        _context = Read(chainFile, keyFile);
    }

    /// <summary>What a new connection is shown.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (now - _lookedAt < Patience) return _context;
            _lookedAt = now;
            var times = Times();
            if (times == _read) return _context;
            try
            {
                _context = Read(_chainFile, _keyFile);
            }
            catch (ConsoleException e)
            {
                Console.Error.WriteLine($"warning: the certificate was replaced, and the new one is not used: {e.Message}");
            }
            _read = times;
            return _context;
        }
    }

    private (DateTime, DateTime) Times() => (File.GetLastWriteTimeUtc(_chainFile), File.GetLastWriteTimeUtc(_keyFile));

    private static SslStreamCertificateContext Read(string chainFile, string keyFile)
    {
        try
        {
            var own = X509Certificate2.CreateFromPemFile(chainFile, keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(chainFile);
            // Offline: nothing is fetched from whoever made it.
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConsoleException($"the certificate {chainFile} with the key {keyFile} cannot be read: {e.Message}; expected two PEM files, the certificate before those that it was issued by", e);
        }
    }
}
