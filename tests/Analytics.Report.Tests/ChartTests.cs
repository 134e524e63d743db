using Analytics.Report.Internals;
using Analytics.Report.Internals.Charts;
using CsCheck;

namespace Analytics.Report.Tests;

public sealed class ChartTests
{
    [Theory]
    [InlineData(0, 97, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [InlineData(-30, 170, 4, new double[] { -50, 0, 50, 100, 150, 200 })]
    [InlineData(0, 0, 4, new double[] { 0, 0.25, 0.5, 0.75, 1 })]
    [InlineData(0, 10, 4, new double[] { 0, 2.5, 5, 7.5, 10 })]
    public void TicksAreNumbersThatPeopleCountIn(double low, double high, int about, double[] expected) =>
        Assert.Equal(expected, Ticks.Nice(low, high, about).At.Select(t => Math.Round(t, 9)));

    [Fact]
    public void TicksHoldAnyDomain() =>
        Gen.Select(Gen.Double, Gen.Double, Gen.Int[1, 10]).Sample((a, b, about) =>
        {
            var (low, high, at) = Ticks.Nice(Math.Min(a, b), Math.Max(a, b), about);
            var scale = new Scale(low, high, 0, 100);
            return high > low && at.Length is >= 2 and <= 25 && double.IsFinite(scale.Clamped(a)) && double.IsFinite(scale.Clamped(b))
                && at.All(t => double.IsFinite(scale.At(t)));
        });

    [Fact]
    public void DateTicksLieInsideAndAreFew() =>
        Gen.Select(Gen.Int[0, 3_600_000], Gen.Int[0, 8000], Gen.Int[2, 16]).Sample((start, days, about) =>
        {
            var first = DateOnly.FromDayNumber(start);
            var last = DateOnly.FromDayNumber(start + days);
            var ticks = Ticks.Dates(first, last, about);
            return ticks.Count >= 1 && ticks.Count <= about * 2 + 2 && ticks.All(t => t.Date >= first && t.Date <= last)
                && ticks.Zip(ticks.Skip(1)).All(p => p.First.Date < p.Second.Date);
        });

    [Fact]
    public void TreemapFillsTheBoxInProportion() =>
        Gen.Double[0.001, 100].Array[1, 24].Sample(weights =>
        {
            var total = weights.Sum();
            var shares = weights.Select(w => w / total).OrderDescending().ToArray();
            var boxes = Treemap.Layout(shares, 540, 290);
            for (var i = 0; i < boxes.Length; i++)
            {
                var (x, y, w, h) = boxes[i];
                if (x < -1e-6 || y < -1e-6 || x + w > 540 + 1e-6 || y + h > 290 + 1e-6) return false;
                if (Math.Abs(w * h - shares[i] * 540 * 290) > 1e-6 * 540 * 290) return false;
                for (var k = 0; k < i; k++)
                {
                    var (x2, y2, w2, h2) = boxes[k];
                    if (x < x2 + w2 - 1e-6 && x2 < x + w - 1e-6 && y < y2 + h2 - 1e-6 && y2 < y + h - 1e-6) return false;
                }
            }
            return true;
        });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ACoordinateThatIsNoNumberIsABug(double value) => Assert.Throws<ArgumentOutOfRangeException>(() => Markup.Coordinate(value));

    [Theory]
    [InlineData(-0.04, "0")]
    [InlineData(12.25, "12.3")]
    [InlineData(-3, "-3")]
    public void CoordinatesAreShort(double value, string expected) => Assert.Equal(expected, Markup.Coordinate(value));

    [Theory]
    [InlineData("short", 100, "short")]
    [InlineData("A LONG NAME IN CAPITALS", 100, "A LONG NAME…")]
    [InlineData("WWWWWWWWWWWW", 1, "WWW…")]
    public void LabelsAreCutToTheirRoom(string text, double width, string expected) => Assert.Equal(expected, Svg.CutTo(text, width));

    [Fact]
    public void DailySeriesFillsGapsAndAddsUp()
    {
        var monday = new DateOnly(2026, 6, 1);
        var series = DailySeries.From([new(monday.AddDays(9), 5, -1, 1, 2, 1), new(monday, 7, 0, 1, 1, 1), new(monday.AddDays(9), 1, 0, 1, 1, 1)]);
        Assert.Equal(10, series.Days.Length);
        Assert.Equal(new DailyFigures(monday.AddDays(9), 6, -1, 2, 3, 2), series.Days[^1]);
        Assert.Equal([(7m, 7), (6m, 3)], series.Weeks().Select(w => (w.Sum.GrossAmount, w.Days)));
        Assert.Equal(6, series.Span(7)!.Value.GrossAmount);
        Assert.Equal(7, series.Span(3, 7)!.Value.GrossAmount);
        Assert.Null(series.Span(4, 7));
        Assert.Equal([1.0, 0, 0, (double)(6m / 7)], series.WeekAverage().Select(a => a.Value));
    }
}
