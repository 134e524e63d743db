namespace Analytics.Mining.Internals;

/// <summary>
/// Finds generators: itemsets each of whose proper subsets is in more baskets. All subsets of a generator are generators, so a
/// set is one if each of its parts with one item less was found and has more support. Branches must be run in ascending order,
/// and children are, so that every part comes before the whole.
/// </summary>
internal sealed class GeneratorSearch<TSink>(
    RankedBaskets baskets, int basketCount, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : JoinSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private ulong[] _hashes = new ulong[1 << 12];
    private int[] _supports = new int[1 << 12];
    private int _found;

    public override long WorkingBytes => base.WorkingBytes + 12L * _hashes.Length;

    // An item in every basket says no more than the empty set.
    protected override bool Begins(int support) => support < basketCount;

    protected override bool Keeps(int item, int support, int prefixSupport) => support != prefixSupport && IsGenerator(item, support);

    protected override void Found(int support)
    {
        if (2 * (_found + 1) > _hashes.Length) Grow();
        Put(PrefixHash(), support);
        _found++;
        base.Found(support);
    }

    // Whether the prefix with one more item has less support than each of its parts with one item less, all of them generators.
    private bool IsGenerator(int item, int support)
    {
        var whole = PrefixHash() ^ ItemsetIndex.Mix((ulong)item + 1);
        for (var i = 0; i < _prefixLength; i++)
        {
            var part = Find(whole ^ ItemsetIndex.Mix((ulong)_prefix[i] + 1));
            if (part < 0 || part == support) return false;
        }
        return true;
    }

    private ulong PrefixHash()
    {
        var hash = 0UL;
        for (var i = 0; i < _prefixLength; i++) hash ^= ItemsetIndex.Mix((ulong)_prefix[i] + 1);
        return hash;
    }

    private int Find(ulong hash)
    {
        var mask = _hashes.Length - 1;
        for (var slot = (int)hash & mask; _supports[slot] != 0; slot = (slot + 1) & mask)
            if (_hashes[slot] == hash) return _supports[slot];
        return -1;
    }

    private void Put(ulong hash, int support)
    {
        var mask = _hashes.Length - 1;
        var slot = (int)hash & mask;
        while (_supports[slot] != 0) slot = (slot + 1) & mask;
        _hashes[slot] = hash;
        _supports[slot] = support;
    }

    private void Grow()
    {
        var (hashes, supports) = (_hashes, _supports);
        _hashes = new ulong[2 * hashes.Length];
        _supports = new int[_hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
            if (supports[i] != 0) Put(hashes[i], supports[i]);
    }
}
