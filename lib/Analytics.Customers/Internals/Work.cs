namespace Analytics.Customers.Internals;

/// <summary>Independent pieces of work on several threads; each writes to a place of its own, so their order never shows.</summary>
internal static class Work
{
    public static void For(int pieces, int threads, Action<int> piece)
    {
        if (threads == 1 || pieces == 1)
            for (var i = 0; i < pieces; i++) piece(i);
        else
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece);
    }
}
