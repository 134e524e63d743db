namespace Analytics.Mining.Internals;

/// <summary>
/// One run over all branches: which search, in which order, on how many threads, and where the budgets end it. The budgets cut
/// between branches in ascending order, so what is kept does not depend on the threads.
/// </summary>
internal sealed class SearchPlan
{
    // Offsets and items of a table are arrays with int positions.
    private const long TableLimit = 4L * 2_000_000_000;

    private readonly MiningOptions _options;
    private readonly CancellationToken _cancel;
    private readonly RankedBaskets _baskets;
    private readonly int _basketCount;

    public SearchPlan(BasketSet baskets, MiningOptions options, CancellationToken cancel)
    {
        _options = options;
        _cancel = cancel;
        _basketCount = baskets.Count;
        _baskets = RankedBaskets.Build(baskets, options.MinimumSupport);
        if (options.Kind is ItemsetKind.Closed or ItemsetKind.Maximal) _baskets.IndexEnds();
        NodeLimit = options.MaximumNodes == 0 ? long.MaxValue : options.MaximumNodes;
        ByteLimit = options.MaximumBytes == 0 ? TableLimit : Math.Min(options.MaximumBytes, TableLimit);
    }

    /// <summary>Where set, items are not joined with their categories.</summary>
    public Hierarchy? Hierarchy { get; init; }

    /// <summary>The working memory of the searches of all threads together, in bytes; for measurements.</summary>
    public long WorkingBytes;

    /// <summary>The bytes of the renumbered baskets.</summary>
    public long BasketBytes => _baskets.Bytes;

    public int Branches => _baskets.Count;

    public bool Budgeted => _options.MaximumNodes > 0;

    public long NodeLimit { get; }

    public long ByteLimit { get; }

    /// <summary>After <see cref="RunEach"/>: how many branches, from the first, the budgets allow.</summary>
    public int Cut { get; private set; }

    public MiningOutcome Outcome { get; private set; }

    public MiningOutcome Complete(long nodes) => new(Truncation.None, Branches, Branches, nodes);

    // Generators need what smaller branches found.
    private int Threads => _options.Kind == ItemsetKind.Generator ? 1 : _options.EffectiveThreads;

    public ItemsetSearch<TSink> Create<TSink>(TSink sink) where TSink : struct, IItemsetSink
    {
        int support = _options.MinimumSupport, length = _options.EffectiveMaximumLength;
        ItemsetSearch<TSink> search = Hierarchy is not null
            ? new HierarchySearch<TSink>(_baskets, Hierarchy, support, length, sink, _cancel)
            : (_options.Kind, _options.Algorithm) switch
        {
            (ItemsetKind.Closed, _) => new ClosedSearch<TSink>(_baskets, support, false, sink, _cancel),
            (ItemsetKind.Maximal, _) => new ClosedSearch<TSink>(_baskets, support, true, sink, _cancel),
            (ItemsetKind.Generator, _) => new GeneratorSearch<TSink>(_baskets, _basketCount, support, length, sink, _cancel),
            (_, MiningAlgorithm.Apriori) => new AprioriSearch<TSink>(_baskets, support, length, sink, _cancel),
            (_, MiningAlgorithm.FpGrowth) => new FpGrowthSearch<TSink>(_baskets, support, length, sink, _cancel),
            (_, MiningAlgorithm.Eclat) => new BranchSearch<TSink>(_baskets, support, length, sink, SearchForm.Bitmaps, _cancel),
            (_, MiningAlgorithm.Lcm) => new BranchSearch<TSink>(_baskets, support, length, sink, SearchForm.Lists, _cancel),
            _ => new BranchSearch<TSink>(_baskets, support, length, sink, SearchForm.Any, _cancel),
        };
        search.NodeLimit = NodeLimit;
        return search;
    }

    /// <summary>Runs all branches without budgets, the largest first; each thread's search is handed over at its end.</summary>
    public void Run<TSink>(Func<TSink> newSink, Action<ItemsetSearch<TSink>> finish) where TSink : struct, IItemsetSink
    {
        var ascending = _options.Kind == ItemsetKind.Generator;
        WorkQueue.Run(Threads, Branches, take =>
        {
            using var search = Create(newSink());
            for (var task = take(); task >= 0; task = take())
            {
                _cancel.ThrowIfCancellationRequested();
                search.Run(ascending ? task : Branches - 1 - task);
            }
            Interlocked.Add(ref WorkingBytes, search.WorkingBytes);
            finish(search);
        });
    }

    /// <summary>Runs the branches in ascending order, each into a sink of its own, until the budgets are spent.</summary>
    /// <param name="newSink">Makes a branch's sink.</param>
    /// <param name="finish">Takes what a branch found and returns its bytes.</param>
    public void RunEach<TSink>(Func<TSink> newSink, Func<int, ItemsetSearch<TSink>, long> finish) where TSink : struct, IItemsetSink
    {
        var nodes = new long[Branches];
        var bytes = new long[Branches];
        var done = new bool[Branches];
        var gate = new Lock();
        long spentNodes = 0, spentBytes = 0;
        var cut = 0;
        var truncation = Truncation.None;
        WorkQueue.Run(Threads, Branches, take =>
        {
            using var search = Create(newSink());
            for (var branch = take(); branch >= 0; branch = take())
            {
                _cancel.ThrowIfCancellationRequested();
                search.Reset();
                search.Sink = newSink();
                search.Run(branch);
                lock (gate)
                {
                    bytes[branch] = finish(branch, search);
                    nodes[branch] = search.Nodes;
                    done[branch] = true;
                    // Only branches behind which all are done count, so the cut is where one thread would have made it.
                    while (truncation == Truncation.None && cut < Branches && done[cut])
                    {
                        if (spentNodes + nodes[cut] > NodeLimit) truncation = Truncation.Nodes;
                        else if (spentBytes + bytes[cut] > ByteLimit) truncation = Truncation.Bytes;
                        else
                        {
                            spentNodes += nodes[cut];
                            spentBytes += bytes[cut++];
                        }
                    }
                    if (truncation != Truncation.None) break;
                }
            }
        });
        Cut = cut;
        Outcome = new MiningOutcome(truncation, Branches, cut, spentNodes);
    }
}
