using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Analytics.Mining.Internals;

/// <summary>
/// Supports of all subsets of a few items at once. Each basket is a mask over the items; a histogram of the masks is turned
/// into supports by adding, item by item, the counts with the item to those without it (the superset sum, Yates 1937).
/// That costs k / 2 additions a subset, sixteen in one instruction, whatever the number of baskets.
/// </summary>
internal sealed unsafe class SubsetCounter
{
    /// <summary>The most items: 4,096 subsets in two histograms of 8 KB lie in the first-level cache.</summary>
    public const int MaximumItems = 12;

    private readonly uint[] _wide = GC.AllocateUninitializedArray<uint>(1 << MaximumItems, pinned: true);
    private readonly ushort[] _narrow = GC.AllocateUninitializedArray<ushort>(2 << MaximumItems, pinned: true);
    private readonly byte[] _masks = GC.AllocateUninitializedArray<byte>(128, pinned: true);
    private readonly int[] _bySize = new int[MaximumItems + 1];

    /// <summary>Whether the last count was of less than 65,536 baskets.</summary>
    private bool _isNarrow;

    public int[] BySize => _bySize;

    /// <summary>The support of a subset after <see cref="Count"/>.</summary>
    /// <param name="subset">A bit an item.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Support(int subset) => _isNarrow ? _narrow[subset] : (int)_wide[subset];

    /// <summary>Computes the supports of all subsets of <paramref name="items"/> items.</summary>
    /// <param name="bitmaps">A bitmap an item, <paramref name="words"/> words apart.</param>
    /// <param name="words">Words of a bitmap.</param>
    /// <param name="items">4 .. <see cref="MaximumItems"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Count(ulong* bitmaps, int words, int items)
    {
        var size = 1 << items;
        _isNarrow = words * 64 < 1 << 16;
        var masks = (byte*)Unsafe.AsPointer(ref _masks[0]);
        if (_isNarrow)
        {
            // Two histograms by turns: the same mask twice in a row would wait for its own store.
            var even = (ushort*)Unsafe.AsPointer(ref _narrow[0]);
            var odd = even + size;
            new Span<ushort>(even, 2 * size).Clear();
            for (var w = 0; w < words; w++)
            {
                if (!Masks(bitmaps + w, words, items, masks)) continue;
                if (items <= 8)
                    for (var i = 0; i < 64; i += 2)
                    {
                        even[masks[i]]++;
                        odd[masks[i + 1]]++;
                    }
                else
                    for (var i = 0; i < 64; i += 2)
                    {
                        even[masks[i] | masks[64 + i] << 8]++;
                        odd[masks[i + 1] | masks[65 + i] << 8]++;
                    }
            }
            for (var i = 0; i < size; i += 16) (Vector256.Load(even + i) + Vector256.Load(odd + i)).Store(even + i);
            for (var bit = 16; bit < size; bit <<= 1)
            for (var block = 0; block < size; block += 2 * bit)
            for (var i = block; i < block + bit; i += 16) (Vector256.Load(even + i) + Vector256.Load(even + i + bit)).Store(even + i);
            for (var i = 0; i < size; i += 16) WithinVector(Vector256.Load(even + i)).Store(even + i);
        }
        else
        {
            var wide = (uint*)Unsafe.AsPointer(ref _wide[0]);
            new Span<uint>(wide, size).Clear();
            for (var w = 0; w < words; w++)
            {
                if (!Masks(bitmaps + w, words, items, masks)) continue;
                for (var i = 0; i < 64; i++) wide[masks[i] | (items > 8 ? masks[64 + i] << 8 : 0)]++;
            }
            for (var bit = 1; bit < size; bit <<= 1)
            for (var block = 0; block < size; block += 2 * bit)
            for (var i = block; i < block + bit; i++) wide[i] += wide[i + bit];
        }
    }

    // The superset sums over the lowest four items, whose sixteen subsets share a vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> WithinVector(Vector256<ushort> counts)
    {
        counts += (counts.AsUInt32() >>> 16).AsUInt16();
        counts += (counts.AsUInt64() >>> 32).AsUInt16();
        // Each half of 128 bits holds two 64-bit groups (third item); the halves differ in the fourth.
        var lower = counts.GetLower();
        var upper = counts.GetUpper();
        lower += Vector128.Create(lower.AsUInt64().GetElement(1), 0).AsUInt16();
        upper += Vector128.Create(upper.AsUInt64().GetElement(1), 0).AsUInt16();
        return Vector256.Create(lower + upper, upper);
    }

    /// <summary>Counts the subsets with enough support by their size into <see cref="BySize"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CountBySize(int items, int minimumSupport)
    {
        var size = 1 << items;
        var bySize = _bySize;
        Array.Clear(bySize);
        if (_isNarrow)
        {
            if (minimumSupport > ushort.MaxValue) return;
            var narrow = (ushort*)Unsafe.AsPointer(ref _narrow[0]);
            var least = Vector256.Create((ushort)minimumSupport);
            // Lane l of accumulator h counts the sets of h items beyond the lowest four, and those of l's bits.
            var sums = stackalloc Vector256<ushort>[MaximumItems - 3];
            for (var h = 0; h <= items - 4; h++) sums[h] = Vector256<ushort>.Zero;
            for (var block = 0; block < size >> 4; block++)
                sums[BitOperations.PopCount((uint)block)] -= Vector256.GreaterThanOrEqual(Vector256.Load(narrow + block * 16), least);
            for (var h = 0; h <= items - 4; h++)
            {
                var lanes = (ushort*)(sums + h);
                for (var lane = 0; lane < 16; lane++) bySize[h + BitOperations.PopCount((uint)lane)] += lanes[lane];
            }
        }
        else
            for (var subset = 0; subset < size; subset++)
                if (_wide[subset] >= (uint)minimumSupport) bySize[BitOperations.PopCount((uint)subset)]++;
    }

    // The masks of 64 baskets from one word of each item's bitmap; false where no basket has any of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Masks(ulong* word, int stride, int items, byte* masks)
    {
        var any = 0UL;
        for (var i = 0; i < items; i++) any |= word[i * stride];
        if (any == 0) return false;
        Expand(word, stride, Math.Min(items, 8), masks);
        if (items > 8) Expand(word + 8 * stride, stride, items - 8, masks + 64);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Spread(Vector256<byte> value, Vector256<byte> lanes) =>
        Avx2.IsSupported ? Avx2.Shuffle(value, lanes) : Vector256.Shuffle(value, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand(ulong* word, int stride, int items, byte* masks)
    {
        // Byte b of a vector looks at bit b of the word: its byte is spread over eight lanes, and each lane tests its own bit.
        var bits = Vector256.Create(0x8040201008040201UL).AsByte();
        var first = Vector256.Create(
            (byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
        Vector256<byte> low = default, high = default;
        for (var i = 0; i < items; i++)
        {
            var value = word[(long)i * stride];
            var flag = Vector256.Create((byte)(1 << i));
            var lower = Spread(Vector256.Create((uint)value).AsByte(), first);
            var upper = Spread(Vector256.Create((uint)(value >> 32)).AsByte(), first);
            low |= Vector256.Equals(lower & bits, bits) & flag;
            high |= Vector256.Equals(upper & bits, bits) & flag;
        }
        low.Store(masks);
        high.Store(masks + 32);
    }
}
