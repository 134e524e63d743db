namespace Analytics.Mining.Internals;

/// <summary>
/// What a search gives its itemsets to. <c>perfect</c> are items that every basket of the prefix holds:
/// one call stands for the prefix together with each subset of them.
/// </summary>
internal interface IItemsetSink
{
    /// <summary>Whether the sink wants numbers of sets alone: then it gets <see cref="Add"/> instead of <see cref="Emit"/>.</summary>
    static abstract bool CountsOnly { get; }

    /// <summary>Whether the sink's own budget is spent.</summary>
    bool Full { get; }

    /// <summary>Adds <paramref name="sets"/> prefixes of one size, each with as many perfect items.</summary>
    void Add(int size, int perfect, long sets);

    void Emit(ReadOnlySpan<int> prefix, ReadOnlySpan<int> perfect, int support);
}

/// <summary>Counts itemsets by size without naming them.</summary>
/// <param name="minimumLength">Sets of fewer items are not counted.</param>
/// <param name="maximumLength">Sets of more items are not counted.</param>
/// <param name="limit">The sink is full after about as many sets: for callers that only ask whether there are so many.</param>
internal struct CountingSink(int minimumLength, int maximumLength, long limit = long.MaxValue) : IItemsetSink
{
    public static bool CountsOnly => true;

    public readonly bool Full
    {
        get
        {
            if (limit == long.MaxValue) return false;
            var bySize = new long[1];
            AddTo(ref bySize);
            return bySize.Sum() > limit;
        }
    }

    // Sets by (perfect items, size of the prefix): the subsets of the perfect items are counted by binomials at the end.
    private long[][] _counts = [];

    public void Emit(ReadOnlySpan<int> prefix, ReadOnlySpan<int> perfect, int support) => Add(prefix.Length, perfect.Length, 1);

    public void Add(int size, int perfect, long sets)
    {
        if (perfect >= _counts.Length) Grow(perfect, size);
        var row = _counts[perfect];
        if (size >= row.Length) row = GrowRow(perfect, size);
        row[size] += sets;
    }

    private void Grow(int perfect, int size)
    {
        var old = _counts.Length;
        Array.Resize(ref _counts, perfect + 8);
        for (var i = old; i < _counts.Length; i++) _counts[i] = new long[size + 16];
    }

    private readonly long[] GrowRow(int perfect, int size)
    {
        Array.Resize(ref _counts[perfect], size + 16);
        return _counts[perfect];
    }

    /// <summary>Adds what was counted to totals by size.</summary>
    /// <exception cref="OverflowException">There are more itemsets than a long counts.</exception>
    public readonly void AddTo(ref long[] bySize)
    {
        for (var perfect = 0; perfect < _counts.Length; perfect++)
        for (var size = 0; size < _counts[perfect].Length; size++)
        {
            var sets = _counts[perfect][size];
            if (sets == 0) continue;
            Int128 ways = 1;
            for (var taken = 0; taken <= perfect; taken++)
            {
                var total = size + taken;
                if (total > maximumLength) break;
                if (total >= minimumLength)
                {
                    if (total >= bySize.Length) Array.Resize(ref bySize, total + 1);
                    bySize[total] = checked((long)(bySize[total] + ways * sets));
                }
                ways = ways * (perfect - taken) / (taken + 1);
            }
        }
    }
}

/// <summary>Hands each itemset to a visitor.</summary>
internal struct VisitingSink<TVisitor>(TVisitor visitor, int minimumLength, int maximumLength) : IItemsetSink
    where TVisitor : struct, IItemsetVisitor
{
    public static bool CountsOnly => false;

    public readonly bool Full => Visitor is CollectingVisitor { } collecting && collecting.Bytes > collecting.Limit;

    public readonly void Add(int size, int perfect, long sets) => throw new InvalidOperationException("a visitor needs the items");

    public TVisitor Visitor = visitor;
    private int[] _set = new int[64];

    public void Emit(ReadOnlySpan<int> prefix, ReadOnlySpan<int> perfect, int support)
    {
        if (perfect.Length == 0)
        {
            if (prefix.Length >= minimumLength && prefix.Length <= maximumLength) Visitor.Visit(prefix, support);
            return;
        }
        if (prefix.Length + perfect.Length > _set.Length) _set = new int[2 * (prefix.Length + perfect.Length)];
        prefix.CopyTo(_set);
        Extend(prefix.Length, perfect, support);
    }

    private void Extend(int length, ReadOnlySpan<int> perfect, int support)
    {
        if (length >= minimumLength) Visitor.Visit(_set.AsSpan(0, length), support);
        if (length >= maximumLength) return;
        for (var i = 0; i < perfect.Length && !Full; i++)
        {
            _set[length] = perfect[i];
            Extend(length + 1, perfect[(i + 1)..], support);
        }
    }
}

/// <summary>Keeps itemsets, each sorted by code, until its budget is spent.</summary>
internal struct CollectingVisitor() : IItemsetVisitor
{
    public int[] Items = new int[256];
    public int[] Lengths = new int[64];
    public int[] Supports = new int[64];
    public int ItemCount;
    public int Count;

    /// <summary>The search behind this visitor stops soon after this many bytes.</summary>
    public long Limit = long.MaxValue;

    public readonly long Bytes => 4L * ItemCount + 8L * Count;

    public void Visit(ReadOnlySpan<int> items, int support)
    {
        if (ItemCount + items.Length > Items.Length) Array.Resize(ref Items, Grow(Items.Length, items.Length));
        if (Count == Lengths.Length)
        {
            Array.Resize(ref Lengths, Grow(Count, 1));
            Array.Resize(ref Supports, Lengths.Length);
        }
        var target = Items.AsSpan(ItemCount, items.Length);
        items.CopyTo(target);
        InsertionSort(target);
        ItemCount += items.Length;
        Lengths[Count] = items.Length;
        Supports[Count++] = support;
    }

    private static int Grow(int length, int more) =>
        (int)Math.Min(Array.MaxLength, Math.Max(2L * length, (long)length + more));

    private static void InsertionSort(Span<int> items)
    {
        for (var i = 1; i < items.Length; i++)
        {
            var item = items[i];
            var j = i - 1;
            for (; j >= 0 && items[j] > item; j--) items[j + 1] = items[j];
            items[j + 1] = item;
        }
    }
}
