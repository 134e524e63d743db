using System.Numerics;

namespace Analytics.Records.Curation.Internals;

/// <summary>Finds rows whose 128-bit fingerprints were there before. Reused from date to date.</summary>
internal sealed class FingerprintTable
{
    private int[] _slots = [];

    /// <summary>For each row the first row with its fingerprint; the row itself where it is the first.</summary>
    public void FindFirst(ReadOnlySpan<long> high, ReadOnlySpan<long> low, Span<int> first)
    {
        var size = (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * (long)high.Length)));
        if (_slots.Length < size) _slots = new int[size];
        var slots = _slots.AsSpan(0, size);
        slots.Clear();
        var shift = 64 - int.Log2(size);
        for (var row = 0; row < high.Length; row++)
        {
            var slot = (int)((ulong)(low[row] ^ high[row]) * 0x9E3779B97F4A7C15 >> shift);
            int other;
            while ((other = slots[slot] - 1) >= 0 && (low[other] != low[row] || high[other] != high[row])) slot = slot + 1 & size - 1;
            if (other < 0) slots[slot] = row + 1;
            first[row] = other < 0 ? row : other;
        }
    }
}
