using System.Security.Cryptography;

namespace Analytics.Anchoring;

/// <summary>Secrets on disk and in the environment. A file that anyone but its owner can read is refused.</summary>
public static class KeyFiles
{
    private const int MostBytes = 1 << 16;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Opens a keystore file.</summary>
    /// <exception cref="AnchoringException">The file is not there, others can read it, it is no keystore or the passphrase is wrong.</exception>
    public static PrivateKey Open(string keystore, Passphrase passphrase)
    {
        var bytes = Read(keystore, "keystore");
        try
        {
            return Keystore.Open(System.Text.Encoding.UTF8.GetString(bytes), passphrase.Bytes, keystore);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The private key in a file of 64 hexadecimal digits.</summary>
    /// <exception cref="AnchoringException">The file is not there, others can read it, or it holds no key. The message does not hold what it holds.</exception>
    public static PrivateKey Import(string file)
    {
        var bytes = Read(file, "private key");
        var key = new byte[32];
        try
        {
            var text = bytes.AsSpan().Trim(" \t\r\n"u8);
            if (text.StartsWith("0x"u8)) text = text[2..];
            if (text.Length != 64 || Convert.FromHexString(text, key, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new AnchoringException(AnchorFault.Usage, $"{file} holds no private key: 64 hexadecimal digits are expected, with or without 0x");
            return PrivateKey.From(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Writes a new keystore file that its owner alone can read. It appears whole or not at all.</summary>
    /// <exception cref="AnchoringException">The name is taken.</exception>
    public static void Create(string file, string keystore)
    {
        var full = Path.GetFullPath(file);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(keystore));
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: false);
        }
        catch (IOException e) when (File.Exists(full))
        {
            throw new AnchoringException(AnchorFault.Usage, $"{file} exists: a key is never overwritten. Name another file", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    internal static byte[] Read(string file, string what)
    {
        if (!File.Exists(file)) throw new AnchoringException(AnchorFault.Usage, $"{file} does not exist; the file of the {what} is expected");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new AnchoringException(AnchorFault.Usage, $"{file} can be read or written by others than its owner, and holds the {what}: take the right away with `chmod 600 {file}`, and think of who may have read it");
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MostBytes) throw new AnchoringException(AnchorFault.Usage, $"{file} has {stream.Length} bytes, which is too much for a {what}");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new AnchoringException(AnchorFault.Usage, $"{file} cannot be read by this user: give the {what} to the user that runs the program", e);
        }
    }
}

/// <summary>A passphrase; cleared when disposed.</summary>
public sealed class Passphrase : IDisposable
{
    private readonly byte[] _bytes;

    private Passphrase(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A passphrase as text, for tests.</summary>
    public static Passphrase Of(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The first line of a file that its owner alone can read.</summary>
    public static Passphrase FromFile(string file)
    {
        var bytes = KeyFiles.Read(file, "passphrase");
        var end = bytes.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) end = bytes.Length;
        var passphrase = new Passphrase(bytes.AsSpan(0, end).ToArray());
        CryptographicOperations.ZeroMemory(bytes);
        return end > 0 ? passphrase : throw new AnchoringException(AnchorFault.Usage, $"{file} holds no passphrase in its first line");
    }

    /// <summary>The value of a variable of the environment.</summary>
    public static Passphrase FromEnvironment(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? Of(value) : throw new AnchoringException(AnchorFault.Usage, $"the environment has no variable {variable}; it should hold the keystore's passphrase");

    /// <summary>Clears it.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
