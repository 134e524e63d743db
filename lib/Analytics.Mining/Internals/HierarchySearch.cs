namespace Analytics.Mining.Internals;

/// <summary>
/// Finds itemsets across the levels of a hierarchy that hold no item together with a category of its own, whose support would
/// say nothing (Cumulate; Srikant and Agrawal 1995): such a pair is never joined, so nothing below it is searched.
/// </summary>
internal sealed unsafe class HierarchySearch<TSink>(
    RankedBaskets baskets, Hierarchy hierarchy, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : JoinSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    protected override bool MayJoin(int item, int last) => !hierarchy.AreRelated(_root.Codes[item], _root.Codes[last]);
}
