namespace Analytics.Mining;

/// <summary>Receives itemsets as they are found. Make it a struct: the search is compiled for it.</summary>
public interface IItemsetVisitor
{
    /// <summary>One frequent itemset.</summary>
    /// <param name="items">Its item codes, in no order that means anything; valid during the call only.</param>
    /// <param name="support">The number of baskets that hold all of them.</param>
    void Visit(ReadOnlySpan<int> items, int support);
}
