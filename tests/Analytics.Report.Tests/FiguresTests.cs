using Analytics.Report.Internals;

namespace Analytics.Report.Tests;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(-1234.5, "−1,235")]
    [InlineData(-0.2, "0")]
    public void Counts(double value, string expected) => Assert.Equal(expected, Figures.Count((decimal)value));

    [Theory]
    [InlineData(999.994, "999.99")]
    [InlineData(999.995, "1,000.00")]
    [InlineData(1000.5, "1,001")]
    [InlineData(-0.001, "0.00")]
    public void Amounts(double value, string expected) => Assert.Equal(expected, Figures.Amount((decimal)value));

    [Theory]
    [InlineData(0.0, "0\u00a0%")]
    [InlineData(0.00001, "< 0.1\u00a0%")]
    [InlineData(0.123, "12.3\u00a0%")]
    [InlineData(0.99999, "> 99.9\u00a0%")]
    [InlineData(1.0, "100.0\u00a0%")]
    [InlineData(double.NaN, "–")]
    public void SharesNeverRoundToAllOrNothing(double share, string expected) => Assert.Equal(expected, Figures.Percent(share));

    [Theory]
    [InlineData(100, 110, "+10.0\u00a0%")]
    [InlineData(100, 90, "−10.0\u00a0%")]
    [InlineData(100, 100.01, "0.0\u00a0%")]
    [InlineData(0, 5, null)]
    [InlineData(-5, 5, null)]
    public void Changes(double from, double to, string? expected) => Assert.Equal(expected, Figures.Change((decimal)from, (decimal)to));

    [Theory]
    [InlineData(0.0, "< 1e−300")]
    [InlineData(1.26e-12, "1.3e−12")]
    [InlineData(0.04, "0.0400")]
    [InlineData(null, "–")]
    public void Probabilities(double? value, string expected) => Assert.Equal(expected, Figures.Probability(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(2500, "2.5k")]
    [InlineData(-5e6, "−5M")]
    [InlineData(1e9, "1bn")]
    [InlineData(2.5e20, "2.5e20")]
    public void AxisLabels(double value, string expected) => Assert.Equal(expected, Figures.Short(value));

    [Theory]
    [InlineData(1, "1 file")]
    [InlineData(0, "0 files")]
    [InlineData(1200, "1,200 files")]
    public void Plurals(long count, string expected) => Assert.Equal(expected, Figures.Many(count, "file"));
}
