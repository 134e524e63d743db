using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Analytics.Web.Access;

/// <summary>Hashes of passwords: PBKDF2 with HMAC-SHA-256 (RFC 8018), a salt of 16 bytes, written as <c>pbkdf2-sha256$ROUNDS$SALT$HASH</c>.</summary>
public static class PasswordHash
{
    private const string Name = "pbkdf2-sha256";
    // OWASP's Password Storage Cheat Sheet asks for 600,000 rounds of SHA-256; about a quarter of a second of one core.
    private const int Rounds = 600_000;
    private const int MostRounds = 10_000_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>The hash of a password, with a salt drawn at random.</summary>
    public static string Make(string password, int rounds = Rounds)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Name}${rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, rounds))}");
    }

    /// <summary>Whether a password is the one that was hashed; takes as long for a wrong one. A hash of another form is no match.</summary>
    public static bool IsMatch(string password, string hash) =>
        TryParse(hash, out var rounds, out var salt, out var expected) && CryptographicOperations.FixedTimeEquals(Derive(password, salt, rounds), expected);

    /// <summary>Whether a text is such a hash.</summary>
    public static bool IsHash(string text) => TryParse(text, out _, out _, out _);

    private static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, HashBytes);

    private static bool TryParse(string text, out int rounds, out byte[] salt, out byte[] hash)
    {
        (rounds, salt, hash) = (0, [], []);
        var parts = text.Split('$');
        if (parts.Length != 4 || parts[0] != Name) return false;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out rounds) || rounds is < 1 or > MostRounds) return false;
        var (saltBuffer, hashBuffer) = (new byte[SaltBytes], new byte[HashBytes]);
        if (!Convert.TryFromBase64String(parts[2], saltBuffer, out var saltLength) || saltLength != SaltBytes) return false;
        if (!Convert.TryFromBase64String(parts[3], hashBuffer, out var hashLength) || hashLength != HashBytes) return false;
        (salt, hash) = (saltBuffer, hashBuffer);
        return true;
    }
}
