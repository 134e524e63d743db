using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

/// <summary>
/// A search for itemsets that is run branch by branch: the branch of a rank holds the sets whose least frequent item it is.
/// One instance a thread.
/// </summary>
internal abstract class ItemsetSearch<TSink>(
    RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel) : IDisposable
    where TSink : struct, IItemsetSink
{
    protected readonly RankedBaskets _baskets = baskets;
    protected readonly Projection _root = baskets.View();
    protected readonly int _minimumSupport = minimumSupport;
    protected readonly int _maximumLength = maximumLength;
    protected readonly int[] _prefix = new int[baskets.Count + 1];
    protected readonly int[] _perfect = new int[baskets.Count + 1];
    protected int _prefixLength;
    protected int _perfectLength;
    private readonly CancellationToken _cancel = cancel;
    private long _nextCheck;

    public TSink Sink = sink;

    public long Nodes;

    /// <summary>The search gives up, with <see cref="Exhausted"/> set, once it has visited more nodes than this.</summary>
    public long NodeLimit = long.MaxValue;

    public bool Exhausted;

    /// <summary>The bytes of working memory that the search has taken.</summary>
    public virtual long WorkingBytes => 0;

    /// <summary>Searches one branch.</summary>
    public void Run(int rank)
    {
        _prefixLength = 0;
        _perfectLength = 0;
        _nextCheck = 0;
        Branch(rank);
        GC.KeepAlive(_baskets);
    }

    /// <summary>Starts the count of nodes anew.</summary>
    public void Reset()
    {
        Nodes = 0;
        Exhausted = false;
    }

    protected abstract void Branch(int rank);

    public abstract void Dispose();

    // True when the search must stop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool Enter()
    {
        if (++Nodes >= _nextCheck || Exhausted) return Check();
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Check()
    {
        _cancel.ThrowIfCancellationRequested();
        if (Nodes > NodeLimit || Sink.Full) Exhausted = true;
        _nextCheck = Math.Min(Nodes + 1024, NodeLimit == long.MaxValue ? long.MaxValue : NodeLimit + 1);
        return Exhausted;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void EmitPrefix(int support)
    {
        if (TSink.CountsOnly) Sink.Add(_prefixLength, _perfectLength, 1);
        else Sink.Emit(_prefix.AsSpan(0, _prefixLength), _perfect.AsSpan(0, _perfectLength), support);
    }
}
