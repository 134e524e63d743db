namespace Analytics.Mining.Internals;

/// <summary>Decides how much of a search its budgets allow, from what each branch spent: the same for any number of threads.</summary>
internal static class Budget
{
    /// <summary>The number of branches, from the first, whose nodes and bytes together lie within the budgets.</summary>
    public static int Cut(long[] nodes, long[]? bytes, long nodeLimit, long byteLimit, out Truncation truncation, out long spentNodes)
    {
        truncation = Truncation.None;
        spentNodes = 0;
        var spentBytes = 0L;
        for (var branch = 0; branch < nodes.Length; branch++)
        {
            if (spentNodes + nodes[branch] > nodeLimit) truncation = Truncation.Nodes;
            else if (bytes is not null && spentBytes + bytes[branch] > byteLimit) truncation = Truncation.Bytes;
            if (truncation != Truncation.None) return branch;
            spentNodes += nodes[branch];
            if (bytes is not null) spentBytes += bytes[branch];
        }
        return nodes.Length;
    }
}
