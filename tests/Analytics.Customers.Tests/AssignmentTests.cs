using Analytics.Customers.Internals;
using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class AssignmentTests
{
    [Fact]
    public void A_hand_solved_assignment()
    {
        // Greedy takes 1 and is left with 9; the best is 2 + 2 + 3.
        Assert.Equal([1, 0, 2], OptimalAssignment.Solve(new double[,] { { 1, 2, 9 }, { 2, 9, 9 }, { 9, 9, 3 } }));
        Assert.Empty(OptimalAssignment.Solve(new double[0, 3]));
        Assert.Throws<ArgumentException>(() => OptimalAssignment.Solve(new double[2, 1]));
    }

    [Fact]
    public void No_permutation_is_cheaper() => Gen.Select(Gen.Int[1, 5], Gen.Int[0, 2]).SelectMany((rows, more) =>
        Gen.Double[-5, 20].Array2D[rows, rows + more]).Sample(cost =>
    {
        var (rows, columns) = (cost.GetLength(0), cost.GetLength(1));
        var assigned = OptimalAssignment.Solve(cost);
        Assert.Equal(rows, assigned.Distinct().Count());
        var total = assigned.Select((column, row) => cost[row, column]).Sum();
        Assert.Equal(Cheapest(cost, 0, new bool[columns]), total, 1e-9);
    });

    private static double Cheapest(double[,] cost, int row, bool[] taken)
    {
        if (row == cost.GetLength(0)) return 0;
        var least = double.PositiveInfinity;
        for (var column = 0; column < taken.Length; column++)
        {
            if (taken[column]) continue;
            taken[column] = true;
            least = Math.Min(least, cost[row, column] + Cheapest(cost, row + 1, taken));
            taken[column] = false;
        }
        return least;
    }
}
