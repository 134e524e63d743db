using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring;

/// <summary>Keystore files, version 3 (Web3 Secret Storage): scrypt or PBKDF2, AES-128 in counter mode, a Keccak-256 over key and ciphertext.</summary>
public static class Keystore
{
    // What geth calls the standard: 256 MiB and about a second.
    private const int ScryptN = 1 << 18;
    private const int ScryptR = 8;
    private const int ScryptP = 1;
    private const long MostScryptBytes = 1L << 30;
    private const long MostScryptWork = 1L << 34;
    private const int MostIterations = 100_000_000;

    /// <summary>Opens a keystore.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="passphrase">The passphrase's bytes, as they are.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="AnchoringException">It is none, asks for absurd work, or the passphrase is wrong.</exception>
    public static PrivateKey Open(string json, ReadOnlySpan<byte> passphrase, string where)
    {
        var derived = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        var key = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 3) throw new FormatException("its version is not 3");
            // Some writers say Crypto.
            var crypto = root.TryGetProperty("crypto", out var lower) ? lower : root.GetProperty("Crypto");
            if (crypto.GetProperty("cipher").GetString() != "aes-128-ctr") throw new FormatException("its cipher is not aes-128-ctr");
            var iv = Bytes(crypto.GetProperty("cipherparams"), "iv", 16);
            var ciphertext = Bytes(crypto, "ciphertext", 32);
            var mac = Bytes(crypto, "mac", 32);
            Derive(crypto, passphrase, derived);
            if (!CryptographicOperations.FixedTimeEquals(Keccak.Hash([.. derived.AsSpan(16), .. ciphertext]), mac))
                throw new AnchoringException(AnchorFault.Usage, $"{where}: the passphrase is wrong, or the file was altered");
            Counter(derived.AsSpan(0, 16), iv, ciphertext, key);
            var opened = PrivateKey.From(key);
            if (root.TryGetProperty("address", out var address) && address.GetString() is { Length: > 0 } text && !new Address(Hex.ParseData(text, Address.Length)).Equals(opened.Address))
            {
                opened.Dispose();
                throw new FormatException($"it says that its address is {text}, and its key is another account's");
            }
            return opened;
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AnchoringException(AnchorFault.Usage, $"{where} is no keystore of version 3: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The text of a new keystore of a key, with scrypt.</summary>
    public static string Write(PrivateKey key, Passphrase passphrase) => Write(key, passphrase.Bytes, ScryptN, ScryptR, ScryptP);

    internal static string Write(PrivateKey key, ReadOnlySpan<byte> passphrase, int n, int r, int p)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        var iv = RandomNumberGenerator.GetBytes(16);
        var derived = Scrypt.Derive(passphrase, salt, n, r, p, 32);
        try
        {
            var ciphertext = new byte[32];
            Counter(derived.AsSpan(0, 16), iv, key.Bytes, ciphertext);
            var json = new JsonObject
            {
                ["version"] = 3,
                ["id"] = Guid.NewGuid().ToString(),
                ["address"] = Convert.ToHexStringLower(key.Address.Bytes),
                ["crypto"] = new JsonObject
                {
                    ["cipher"] = "aes-128-ctr",
                    ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(iv) },
                    ["ciphertext"] = Convert.ToHexStringLower(ciphertext),
                    ["kdf"] = "scrypt",
                    ["kdfparams"] = new JsonObject { ["dklen"] = 32, ["n"] = n, ["r"] = r, ["p"] = p, ["salt"] = Convert.ToHexStringLower(salt) },
                    ["mac"] = Convert.ToHexStringLower(Keccak.Hash([.. derived.AsSpan(16), .. ciphertext])),
                },
            };
            return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static void Derive(JsonElement crypto, ReadOnlySpan<byte> passphrase, Span<byte> derived)
    {
        var parameters = crypto.GetProperty("kdfparams");
        var salt = Bytes(parameters, "salt", null);
        if (parameters.GetProperty("dklen").GetInt32() != derived.Length) throw new FormatException($"its dklen is not {derived.Length}");
        switch (crypto.GetProperty("kdf").GetString())
        {
            case "scrypt":
                var (n, r, p) = (parameters.GetProperty("n").GetInt32(), parameters.GetProperty("r").GetInt32(), parameters.GetProperty("p").GetInt32());
                if (n < 2 || (n & (n - 1)) != 0 || r < 1 || p < 1 || 128L * n * r > MostScryptBytes || 128L * n * r * p > MostScryptWork)
                    throw new FormatException($"its scrypt parameters n {n}, r {r}, p {p} are none, or ask for more than 1 GiB of memory");
                var key = Scrypt.Derive(passphrase, salt, n, r, p, derived.Length);
                key.CopyTo(derived);
                CryptographicOperations.ZeroMemory(key);
                break;
            case "pbkdf2":
                if (parameters.GetProperty("prf").GetString() != "hmac-sha256") throw new FormatException("its prf is not hmac-sha256");
                var count = parameters.GetProperty("c").GetInt32();
                if (count is < 1 or > MostIterations) throw new FormatException($"its iterations are {count}; 1 to {MostIterations} are expected");
                Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, derived, count, HashAlgorithmName.SHA256);
                break;
            case var other:
                throw new FormatException($"its kdf is {other}; scrypt or pbkdf2 is expected");
        }
    }

    /// <summary>AES-128 in counter mode; the counter is the whole block, big-endian.</summary>
    private static void Counter(ReadOnlySpan<byte> key, byte[] iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        using var aes = Aes.Create();
        var aesKey = key.ToArray();
        aes.Key = aesKey;
        CryptographicOperations.ZeroMemory(aesKey);
        var counter = (byte[])iv.Clone();
        Span<byte> stream = stackalloc byte[16];
        for (var at = 0; at < input.Length; at += 16)
        {
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            for (var i = at; i < Math.Min(at + 16, input.Length); i++) output[i] = (byte)(input[i] ^ stream[i - at]);
            for (var i = 15; i >= 0 && ++counter[i] == 0; i--) { }
        }
        CryptographicOperations.ZeroMemory(stream);
    }

    private static byte[] Bytes(JsonElement element, string name, int? length)
    {
        var bytes = Hex.ParseData(element.GetProperty(name).GetString() ?? throw new FormatException($"its {name} is no text"));
        return length is null || bytes.Length == length ? bytes : throw new FormatException($"its {name} has {bytes.Length} bytes; {length} are expected");
    }
}
