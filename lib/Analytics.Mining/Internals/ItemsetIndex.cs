namespace Analytics.Mining.Internals;

/// <summary>
/// Finds itemsets by a hash that is the exclusive or of a 64-bit number an item, so that the hash of a set without some of
/// its items costs one operation.
/// </summary>
internal sealed class ItemsetIndex
{
    private readonly ItemsetTable _table;
    private readonly ulong[] _hashes;
    private readonly int[] _rows;
    private readonly int _mask;

    public ItemsetIndex(ItemsetTable table)
    {
        _table = table;
        ItemHashes = new ulong[table.ItemCount];
        for (var item = 0; item < ItemHashes.Length; item++) ItemHashes[item] = Mix((ulong)item + 1);
        var size = 16;
        while (size < 2L * table.Count) size *= 2;
        _mask = size - 1;
        _hashes = new ulong[size];
        _rows = new int[size];
        Array.Fill(_rows, -1);
        for (var row = 0; row < table.Count; row++)
        {
            var hash = Hash(table[row]);
            var slot = (int)hash & _mask;
            while (_rows[slot] >= 0)
            {
                // All lookups are of sets that may only differ from the one found by a collision of 64 bits;
                // two sets in the table that collide would be told apart by nothing.
                if (_hashes[slot] == hash) Collision = true;
                slot = (slot + 1) & _mask;
            }
            _rows[slot] = row;
            _hashes[slot] = hash;
        }
    }

    public ulong[] ItemHashes { get; }

    /// <summary>Whether two sets share a hash: lookups must then compare items.</summary>
    public bool Collision { get; }

    public ulong Hash(ReadOnlySpan<int> items)
    {
        var hash = 0UL;
        foreach (var item in items) hash ^= ItemHashes[item];
        return hash;
    }

    /// <summary>The row of a set with this hash and size, or -1.</summary>
    public int Find(ulong hash, int size)
    {
        for (var slot = (int)hash & _mask; _rows[slot] >= 0; slot = (slot + 1) & _mask)
            if (_hashes[slot] == hash)
            {
                var row = _rows[slot];
                if (_table.Offsets[row + 1] - _table.Offsets[row] == size) return row;
            }
        return -1;
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over a counter.
    public static ulong Mix(ulong x)
    {
        x *= 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
