namespace Analytics.Forecasting;

/// <summary>
/// Least squares with a penalty on the squares of some coefficients (Hoerl and Kennard 1970), from the normal equations by
/// Cholesky's factor; judged by generalised cross-validation (Golub, Heath and Wahba 1979).
/// </summary>
internal sealed class RidgeRegression
{
    private double[] _gram = [], _right = [], _factor = [], _work = [], _solution = [];
    private double _total;
    private int _size, _rows;

    /// <summary>The coefficients of the last <see cref="Solve"/>.</summary>
    public ReadOnlySpan<double> Coefficients => _solution.AsSpan(0, _size);

    /// <summary>The residual sum of squares of the last <see cref="Solve"/>.</summary>
    public double Squares { get; private set; }

    /// <summary>Forms the normal equations.</summary>
    /// <param name="columns">Columns of <paramref name="rows"/> values, one behind the other.</param>
    /// <param name="count">How many columns.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="y">The values to explain.</param>
    public void Set(ReadOnlySpan<double> columns, int count, int rows, ReadOnlySpan<double> y)
    {
        (_size, _rows) = (count, rows);
        if (_gram.Length < count * count) (_gram, _factor) = (new double[count * count], new double[count * count]);
        if (_right.Length < count) (_right, _work, _solution) = (new double[count], new double[count], new double[count]);
        _total = Product(y, y);
        for (var i = 0; i < count; i++)
        {
            var a = columns.Slice(i * rows, rows);
            _right[i] = Product(a, y);
            for (var j = 0; j <= i; j++) _gram[i * count + j] = _gram[j * count + i] = Product(a, columns.Slice(j * rows, rows));
        }
    }

    /// <summary>Solves with a penalty a coefficient.</summary>
    /// <param name="penalties">What is added to the diagonal, one a column; 0 for none. Columns beyond its length are left out.</param>
    /// <returns>The generalised cross-validation score n · squares / (n − effective parameters)²; infinite where there is no solution.</returns>
    public double Solve(ReadOnlySpan<double> penalties)
    {
        int k = penalties.Length, size = _size;
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var v = _gram[i * size + j] + (i == j ? penalties[i] : 0);
                for (var l = 0; l < j; l++) v -= _factor[i * k + l] * _factor[j * k + l];
                if (i != j) _factor[i * k + j] = v / _factor[j * k + j];
                else if (v > 1e-10 * Math.Max(_gram[i * size + i], 1e-300)) _factor[i * k + i] = Math.Sqrt(v);
                else return double.PositiveInfinity;
            }
        }
        var b = _solution.AsSpan(0, size);
        b.Clear();
        _right.AsSpan(0, k).CopyTo(b);
        Substitute(b[..k]);
        var squares = _total;
        for (var i = 0; i < k; i++)
        {
            double fitted = 0;
            for (var j = 0; j < k; j++) fitted += _gram[i * size + j] * b[j];
            squares += b[i] * (fitted - 2 * _right[i]);
        }
        Squares = Math.Max(squares, 1e-12 * _total);
        double parameters = k;
        for (var i = 0; i < k; i++)
        {
            if (!(penalties[i] > 0)) continue;
            var unit = _work.AsSpan(0, k);
            unit.Clear();
            unit[i] = 1;
            Substitute(unit);
            parameters -= penalties[i] * unit[i];
        }
        var free = _rows - parameters;
        return free > 1 ? _rows * Squares / (free * free) : double.PositiveInfinity;
    }

    private void Substitute(Span<double> b)
    {
        var k = b.Length;
        for (var i = 0; i < k; i++)
        {
            var v = b[i];
            for (var j = 0; j < i; j++) v -= _factor[i * k + j] * b[j];
            b[i] = v / _factor[i * k + i];
        }
        for (var i = k - 1; i >= 0; i--)
        {
            var v = b[i];
            for (var j = i + 1; j < k; j++) v -= _factor[j * k + i] * b[j];
            b[i] = v / _factor[i * k + i];
        }
    }

    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
