using Analytics.Columns;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>Scores the baskets of a second file by the rules of a first: the ranked consequents that each lacks.</summary>
internal sealed class FileScores
{
    public static readonly Column[] Columns =
    [
        new("basket", ColumnType.Int64), new("rank", ColumnType.Int32), new("consequent", ColumnType.TextList), new("score", ColumnType.Double, Nullable: true),
        new("antecedent", ColumnType.TextList), new("support_count", ColumnType.Int64), new("confidence", ColumnType.Double),
    ];

    private readonly RuleScorer _scorer;
    private readonly BasketSet _baskets;
    private readonly int[] _codes;
    private readonly ScoredConsequent[] _results;

    /// <summary>Prepares the rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="ids">Their item ids by code.</param>
    /// <param name="baskets">The baskets to score; items that the rules do not know are passed over.</param>
    /// <param name="measure">The measure by which consequents rank.</param>
    /// <param name="most">The most consequents of a basket.</param>
    public FileScores(RuleTable rules, string[] ids, BasketFile baskets, RuleMeasure measure, int most)
    {
        _scorer = new RuleScorer(rules, measure);
        _baskets = baskets.Baskets;
        var known = ids.Select((id, code) => (id, code)).ToDictionary(pair => pair.id, pair => pair.code, StringComparer.Ordinal);
        // Both files' codes follow the UTF-8 order of the ids, so what is ascending stays so.
        _codes = Array.ConvertAll(baskets.Ids, id => known.GetValueOrDefault(id, -1));
        _results = new ScoredConsequent[most];
    }

    /// <summary>Baskets for which there is something.</summary>
    public long Served { get; private set; }

    /// <summary>Consequents of all baskets.</summary>
    public long Rows { get; private set; }

    /// <summary>Each basket's consequents, best first.</summary>
    /// <param name="cancel">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <returns>A basket's number from 1, one of its results, and that result's place from 1.</returns>
    public IEnumerable<(long Basket, int Rank, ScoredConsequent Result)> Score(CancellationToken cancel)
    {
        var session = _scorer.NewSession();
        var basket = new int[64];
        for (var b = 0; b < _baskets.Count; b++)
        {
            if ((b & 1023) == 0) cancel.ThrowIfCancellationRequested();
            var count = Known(b, ref basket);
            var found = session.Score(basket.AsSpan(0, count), _results);
            if (found > 0) Served++;
            Rows += found;
            for (var i = 0; i < found; i++) yield return (b + 1, i + 1, _results[i]);
        }
    }

    private int Known(int index, ref int[] known)
    {
        var items = _baskets[index];
        if (known.Length < items.Length) known = new int[items.Length];
        var count = 0;
        foreach (var item in items)
            if (_codes[item] >= 0) known[count++] = _codes[item];
        return count;
    }

    /// <summary>The results as rows of a file.</summary>
    public IEnumerable<ColumnBatch> Batches(string[] ids, CancellationToken cancel)
    {
        var rules = _scorer.Rules;
        var batch = new ColumnBatch(Columns);
        void List(int column, ReadOnlySpan<int> codes)
        {
            foreach (var code in codes) batch.TextLists(column).Items.Append(ids[code]);
            batch.TextLists(column).EndList();
        }
        foreach (var (basket, rank, result) in Score(cancel))
        {
            batch.Longs(0).Append(basket);
            batch.Ints(1).Append(rank);
            List(2, rules.Itemsets[result.ConsequentRow]);
            if (double.IsNaN(result.Score)) batch[3].AppendNull();
            else batch.Doubles(3).Append(result.Score);
            List(4, rules.Antecedent(result.Rule));
            batch.Longs(5).Append(rules.SupportCounts[result.Rule]);
            batch.Doubles(6).Append(rules.Value(result.Rule, RuleMeasure.Confidence));
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }
}
