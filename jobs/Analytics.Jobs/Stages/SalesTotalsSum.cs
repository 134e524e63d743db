using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>Adds up the rows of daily_sales at level total while they are written: the table need not be read again for it.</summary>
internal sealed class SalesTotalsSum
{
    private static readonly int Level = At("level"), Date = At("date"), Orders = At("orders"), Lines = At("lines"), Units = At("units"), Gross = At("gross_amount"), Returns = At("return_amount");

    /// <summary>Above what a DECIMAL(28,7) holds: ten to the 28th.</summary>
    private static readonly Int128 TooLarge = (Int128)10_000_000_000_000_000_000 * 1_000_000_000;

    private long _days, _orders, _lines;
    private Int128 _units, _gross, _returns;
    private int _first, _last;

    /// <summary>Adds rows in the columns of daily_sales, in any order.</summary>
    public void Add(ColumnBatch batch)
    {
        var levels = batch.Texts(Level);
        var dates = batch.Ints(Date);
        for (var row = 0; row < batch.Count; row++)
        {
            if (!levels[row].SequenceEqual("total"u8)) continue;
            var date = dates[row];
            _first = _days == 0 ? date : Math.Min(_first, date);
            _last = _days == 0 ? date : Math.Max(_last, date);
            _days++;
            checked
            {
                _orders += batch.Longs(Orders)[row];
                _lines += batch.Longs(Lines)[row];
            }
            // Every addend is below 10^28, so that an Int128 goes over after ten thousand million days only.
            _units += batch.Longs(Units)[row];
            _gross += batch.Int128s(Gross)[row];
            _returns += batch.Int128s(Returns)[row];
        }
    }

    /// <summary>The sums.</summary>
    /// <exception cref="EngineException">An amount is larger than any table could hold.</exception>
    public SalesTotals Totals() => new(_days, _days > 0 ? Dates.FromDays(_first) : null, _days > 0 ? Dates.FromDays(_last) : null, _orders, _lines,
        (decimal)_units / 1000, Amount(_gross, "gross_amount"), Amount(_returns, "return_amount"));

    private static decimal Amount(Int128 sum, string column) => Int128.Abs(sum) < TooLarge
        ? Amounts.ToDecimal(sum)
        : throw new EngineException($"daily_sales: {column} of all days adds up to more than DECIMAL(28,7) holds: look for prices or quantities that cannot be", "daily_sales", isContractBreach: true);

    private static int At(string column) => TableSchemas.Position(TableSchemas.Of("daily_sales"), column);
}
