using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Analytics.Mining.Internals;

/// <summary>Work on bitmaps whose length is a multiple of four words.</summary>
internal static unsafe class Bits
{
    /// <summary>Writes the intersection of two bitmaps and returns its number of bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int And(ulong* left, ulong* right, ulong* both, int words)
    {
        if (!Avx2.IsSupported || words <= 8)
        {
            var count = 0;
            for (var w = 0; w < words; w += 4)
            {
                ulong a = left[w] & right[w], b = left[w + 1] & right[w + 1], c = left[w + 2] & right[w + 2], d = left[w + 3] & right[w + 3];
                both[w] = a;
                both[w + 1] = b;
                both[w + 2] = c;
                both[w + 3] = d;
                count += BitOperations.PopCount(a) + BitOperations.PopCount(b) + BitOperations.PopCount(c) + BitOperations.PopCount(d);
            }
            return count;
        }

        // Mula's nibble look-up (Mula, Kurz and Lemire 2018); byte sums are widened before 31 x 8 bits could overflow them.
        var nibbles = Vector256.Create(
            (byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        var low = Vector256.Create((byte)0x0F);
        var total = Vector256<ulong>.Zero;
        for (var w = 0; w < words;)
        {
            var stop = Math.Min(words, w + 4 * 31);
            var bytes = Vector256<byte>.Zero;
            for (; w < stop; w += 4)
            {
                var and = Vector256.Load(left + w) & Vector256.Load(right + w);
                and.Store(both + w);
                var value = and.AsByte();
                bytes += Avx2.Shuffle(nibbles, value & low) + Avx2.Shuffle(nibbles, (value.AsUInt16() >>> 4).AsByte() & low);
            }
            total += Avx2.SumAbsoluteDifferences(bytes, Vector256<byte>.Zero).AsUInt64();
        }
        return (int)Vector256.Sum(total);
    }

    /// <summary>Brings the bits of <paramref name="value"/> that are set in <paramref name="mask"/> together at the low end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Extract(ulong value, ulong mask)
    {
        if (Bmi2.X64.IsSupported) return Bmi2.X64.ParallelBitExtract(value, mask);
        var result = 0UL;
        for (var bit = 0; mask != 0; bit++, mask &= mask - 1)
            if ((value & mask & (0 - mask)) != 0) result |= 1UL << bit;
        return result;
    }

    /// <summary>Writes the bits of value at the places set in mask, closed up, and returns how many are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Pack(ulong* value, ulong* mask, int words, ulong* target, int targetWords)
    {
        var packed = 0UL;
        int shift = 0, write = 0, count = 0;
        for (var w = 0; w < words; w++)
        {
            var own = mask[w];
            if (own == 0) continue;
            var bits = Extract(value[w], own);
            var added = BitOperations.PopCount(own);
            count += BitOperations.PopCount(bits);
            packed |= bits << shift;
            shift += added;
            if (shift < 64) continue;
            target[write++] = packed;
            shift -= 64;
            packed = shift == 0 ? 0 : bits >> (added - shift);
        }
        if (shift > 0) target[write++] = packed;
        while (write < targetWords) target[write++] = 0;
        return count;
    }
}
