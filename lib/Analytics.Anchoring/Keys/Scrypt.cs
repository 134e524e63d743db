using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;

namespace Analytics.Anchoring;

/// <summary>
/// scrypt (RFC 7914): BouncyCastle's, which is vectorised (0.8 s of processor for the usual keystore, ours 2.9 s). It refuses N of 65536 or more
/// where r is 1, as the standard says, and the published keystore vector, and the files of those who followed it, have just that: those are ours.
/// </summary>
public static class Scrypt
{
    private const int BlockWords = 16;
    private const int MostOfStandard = 1 << 16;

    /// <summary>Derives bytes. Takes 128 × n × r bytes of memory, which are cleared afterwards.</summary>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">Cost, a power of two above 1.</param>
    /// <param name="r">Block size.</param>
    /// <param name="p">Parallelisation; done one after the other.</param>
    /// <param name="length">Bytes wanted.</param>
    public static byte[] Derive(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        if (r == 1 && n >= MostOfStandard) return DeriveOwn(passphrase, salt, n, r, p, length);
        var secret = passphrase.ToArray();
        try
        {
            return SCrypt.Generate(secret, salt.ToArray(), n, r, p, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The same by our own code, for all parameters.</summary>
    internal static byte[] DeriveOwn(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        if (n < 2 || !BitOperations.IsPow2(n)) throw new ArgumentOutOfRangeException(nameof(n), n, "a power of two above 1 is expected");
        ArgumentOutOfRangeException.ThrowIfLessThan(r, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        var chunk = 128 * r;
        var blocks = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, 1, HashAlgorithmName.SHA256, checked(chunk * p));
        var words = new uint[chunk / 4];
        var scratch = new uint[words.Length];
        var table = new uint[n][];
        try
        {
            for (var i = 0; i < n; i++) table[i] = GC.AllocateUninitializedArray<uint>(words.Length);
            for (var i = 0; i < p; i++)
            {
                var bytes = blocks.AsSpan(i * chunk, chunk);
                for (var j = 0; j < words.Length; j++) words[j] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * j)..]);
                Mix(words, scratch, table, r);
                for (var j = 0; j < words.Length; j++) BinaryPrimitives.WriteUInt32LittleEndian(bytes[(4 * j)..], words[j]);
            }
            return Rfc2898DeriveBytes.Pbkdf2(passphrase, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            foreach (var row in table.Append(words).Append(scratch))
                if (row is not null) CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }

    /// <summary>scryptROMix.</summary>
    private static void Mix(uint[] x, uint[] scratch, uint[][] table, int r)
    {
        for (var i = 0; i < table.Length; i++)
        {
            x.CopyTo(table[i], 0);
            BlockMix(x, scratch, r);
        }
        for (var i = 0; i < table.Length; i++)
        {
            var row = table[(int)(x[x.Length - BlockWords] & (uint)(table.Length - 1))];
            for (var j = 0; j < x.Length; j++) x[j] ^= row[j];
            BlockMix(x, scratch, r);
        }
    }

    /// <summary>scryptBlockMix: even blocks go to the first half, odd ones to the second.</summary>
    private static void BlockMix(uint[] x, uint[] scratch, int r)
    {
        Span<uint> block = stackalloc uint[BlockWords];
        x.AsSpan(x.Length - BlockWords).CopyTo(block);
        for (var i = 0; i < 2 * r; i++)
        {
            for (var j = 0; j < BlockWords; j++) block[j] ^= x[i * BlockWords + j];
            Salsa(block);
            block.CopyTo(scratch.AsSpan((i / 2 + (i & 1) * r) * BlockWords));
        }
        scratch.CopyTo(x, 0);
    }

    /// <summary>Salsa20/8 core.</summary>
    private static void Salsa(Span<uint> b)
    {
        Span<uint> x = stackalloc uint[BlockWords];
        b.CopyTo(x);
        for (var i = 0; i < 4; i++)
        {
            Quarter(ref x[0], ref x[4], ref x[8], ref x[12]);
            Quarter(ref x[5], ref x[9], ref x[13], ref x[1]);
            Quarter(ref x[10], ref x[14], ref x[2], ref x[6]);
            Quarter(ref x[15], ref x[3], ref x[7], ref x[11]);
            Quarter(ref x[0], ref x[1], ref x[2], ref x[3]);
            Quarter(ref x[5], ref x[6], ref x[7], ref x[4]);
            Quarter(ref x[10], ref x[11], ref x[8], ref x[9]);
            Quarter(ref x[15], ref x[12], ref x[13], ref x[14]);
        }
        for (var i = 0; i < BlockWords; i++) b[i] += x[i];
    }

    private static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= BitOperations.RotateLeft(a + d, 7);
        c ^= BitOperations.RotateLeft(b + a, 9);
        d ^= BitOperations.RotateLeft(c + b, 13);
        a ^= BitOperations.RotateLeft(d + c, 18);
    }
}
