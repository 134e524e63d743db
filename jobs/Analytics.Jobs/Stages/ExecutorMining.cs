using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Mining;
using Analytics.Tasks;

namespace Analytics.Jobs.Stages;

/// <summary>
/// Mines all frequent itemsets on executors, in shards (parallel FP-growth; Li et al. 2008): no basket comes into this process. The same
/// itemsets as it would find itself.
/// </summary>
internal sealed class ExecutorMining
{
    // Several shards and buckets a core, so that a heavy one does not hold up the rest. They decide no result.
    private const int PerCore = 4, LeastShards = 16;

    private const string Codes = "basket_codes", Parts = "basket_parts_of_shards", Mined = "mined_shards";

    private readonly StageContext _context;
    private readonly int[] _itemCounts;

    private ExecutorMining(StageContext context, int baskets, int[] itemCounts) => (_context, Baskets, _itemCounts) = (context, baskets, itemCounts);

    /// <summary>The number of baskets.</summary>
    public int Baskets { get; }

    /// <summary>Items in baskets.</summary>
    public long Items => _itemCounts.Sum(count => (long)count);

    /// <summary>Brings each basket's items together, which stay on the executors, and counts the baskets of each item.</summary>
    /// <param name="context">The run.</param>
    /// <param name="items">The number of item codes.</param>
    public static ExecutorMining Count(StageContext context, int items)
    {
        context.Relations.Need("items");
        context.Engine.DefineTable(Codes, Relations.SqlFile(Codes), new SqlParameters().Add("buckets", (long)Division(context.Engine)), context.Cancel);
        var counts = new int[items];
        foreach (var batch in context.Relations.Read("item_baskets", [new("code", ColumnType.Int32), new("baskets", ColumnType.Int64)]))
            for (var row = 0; row < batch.Count; row++) counts[batch.Ints(0)[row]] = checked((int)batch.Longs(1)[row]);
        var baskets = context.Relations.Read("basket_count", [new("baskets", ColumnType.Int64)]).Sum(batch => batch.Longs(0)[0]);
        return new ExecutorMining(context, checked((int)baskets), counts);
    }

    /// <summary>Mines.</summary>
    /// <returns>
    /// The itemsets; null where the budget of search nodes was hit: it is each shard's own, so only one process can say what it leaves.
    /// </returns>
    public MiningResult? Mine(MiningOptions options)
    {
        var engine = _context.Engine;
        var plan = new ShardedMining(_itemCounts, Baskets, Division(engine), options);
        var made = new List<string> { Codes };
        try
        {
            Run(Codes, new BasketPartsTask(plan), Parts, made);
            Run(Parts, new MineShardTask(plan), Mined, made);
            Column[] columns = [new("shard", ColumnType.Int32), .. new MineShardTask(plan).Output];
            var rows = engine.Read(new SqlText(Mined, $"select {string.Join(", ", columns.Select(column => column.Name))} from {Mined}"), SqlParameters.None, columns, _context.Cancel);
            var result = plan.Collect(rows);
            return result.Outcome.Truncation == Truncation.Nodes || (options.MaximumNodes > 0 && result.Outcome.Nodes > options.MaximumNodes) ? null : result;
        }
        finally
        {
            made.Reverse();
            if (!_context.Cancel.IsCancellationRequested) made.ForEach(engine.Drop);
        }
    }

    private static int Division(IEngine engine) => Math.Max(LeastShards, PerCore * engine.Executors!.Parallelism);

    private void Run(string relation, GroupedTask task, string output, List<string> made)
    {
        var outcome = _context.Engine.RunGrouped(relation, task, output, _context.Cancel);
        made.Add(output);
        if (outcome.Failures.Count > 0) throw new InvalidOperationException($"{task.Name} failed for {outcome.Failures[0].Key[0]}: {outcome.Failures[0].Message}");
    }
}
