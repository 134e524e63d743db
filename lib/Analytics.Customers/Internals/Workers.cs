namespace Analytics.Customers.Internals;

/// <summary>
/// Who may work: so many threads (-1 is one a processor) until it is called off. Pieces are independent and each writes to a place of its own,
/// so their order never shows.
/// </summary>
internal readonly record struct Workers(int Threads, CancellationToken Cancel = default)
{
    /// <summary>The calling thread by itself.</summary>
    public Workers Alone => this with { Threads = 1 };

    /// <exception cref="OperationCanceledException">It was called off; no piece is running any more.</exception>
    public void For(int pieces, Action<int> piece)
    {
        Cancel.ThrowIfCancellationRequested();
        if (Threads == 1 || pieces == 1)
        {
            for (var i = 0; i < pieces; i++)
            {
                Cancel.ThrowIfCancellationRequested();
                piece(i);
            }
        }
        else
        {
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = Cancel }, piece);
        }
    }
}
