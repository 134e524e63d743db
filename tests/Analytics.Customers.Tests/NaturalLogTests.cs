using Analytics.Customers.Internals;
using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class NaturalLogTests
{
    [Fact]
    public void Known_values()
    {
        Assert.Equal(0.0, NaturalLog.Of(1));
        Assert.Equal(0.6931471805599453, NaturalLog.Of(2));
        Assert.Equal(2.302585092994046, NaturalLog.Of(10), 5e-16);
    }

    [Fact]
    public void Within_two_units_in_the_last_place_of_the_runtime_s() =>
        Gen.Double[0, 60].Select(power => Math.Pow(2, power)).Sample(value =>
        {
            var expected = Math.Log(value);
            Assert.True(Math.Abs(NaturalLog.Of(value) - expected) <= 2 * (Math.BitIncrement(expected) - expected), $"ln {value:R}");
        }, iter: 100_000);

    [Fact]
    public void It_never_falls() =>
        Gen.Int[0, 100_000_000].Sample(cents => Assert.True(NaturalLog.Of(1 + cents / 100.0) <= NaturalLog.Of(1 + (cents + 1) / 100.0)));
}
