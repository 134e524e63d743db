namespace Analytics.Customers.Internals;

/// <summary>
/// The assignment of rows to columns with the least total cost: the Hungarian method by shortest augmenting paths with potentials
/// (Kuhn, 1955; Jonker and Volgenant, 1987), O(rows² × columns).
/// </summary>
internal static class OptimalAssignment
{
    /// <summary>The column of each row. There must be at least as many columns as rows, and every cost finite.</summary>
    public static int[] Solve(double[,] cost)
    {
        var (rows, columns) = (cost.GetLength(0), cost.GetLength(1));
        if (columns < rows) throw new ArgumentException($"{rows} rows can't each have one of {columns} columns", nameof(cost));
        // Row and column 0 are the path's root; real ones count from 1.
        var rowPotential = new double[rows + 1];
        var columnPotential = new double[columns + 1];
        var rowOf = new int[columns + 1];
        var cameFrom = new int[columns + 1];
        for (var row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            var column = 0;
            var slack = new double[columns + 1];
            Array.Fill(slack, double.PositiveInfinity);
            var done = new bool[columns + 1];
            do
            {
                done[column] = true;
                var here = rowOf[column];
                var least = double.PositiveInfinity;
                var next = 0;
                for (var j = 1; j <= columns; j++)
                {
                    if (done[j]) continue;
                    var reduced = cost[here - 1, j - 1] - rowPotential[here] - columnPotential[j];
                    if (reduced < slack[j]) (slack[j], cameFrom[j]) = (reduced, column);
                    if (slack[j] < least) (least, next) = (slack[j], j);
                }
                for (var j = 0; j <= columns; j++)
                {
                    if (!done[j])
                    {
                        slack[j] -= least;
                        continue;
                    }
                    rowPotential[rowOf[j]] += least;
                    columnPotential[j] -= least;
                }
                column = next;
            }
            while (rowOf[column] != 0);
            for (; column != 0; column = cameFrom[column]) rowOf[column] = rowOf[cameFrom[column]];
        }
        var assigned = new int[rows];
        for (var column = 1; column <= columns; column++)
            if (rowOf[column] != 0) assigned[rowOf[column] - 1] = column - 1;
        return assigned;
    }
}
