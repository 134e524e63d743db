namespace Analytics.Forecasting.Tests;

public sealed class StableMathTests
{
    [Fact]
    public void Exp_and_log_agree_with_the_runtime_to_the_last_bits()
    {
        for (var i = -7000; i <= 7000; i++)
        {
            var x = i * 0.1 + 1e-4 * (i % 7);
            Assert.InRange(StableMath.Exp(x) / Math.Exp(x) - 1, -3e-16, 3e-16);
            if (Math.Exp(x) is var e and > 0) Assert.InRange(StableMath.Log(e) - Math.Log(e), -3e-16 * Math.Max(1, Math.Abs(x)), 3e-16 * Math.Max(1, Math.Abs(x)));
        }
        Assert.Equal(double.NegativeInfinity, StableMath.Log(0));
        Assert.True(double.IsNaN(StableMath.Log(-1)));
        Assert.Equal(double.PositiveInfinity, StableMath.Exp(1000));
        Assert.Equal(0, StableMath.Exp(-1000));
        Assert.Equal(Math.Log(5e-324), StableMath.Log(5e-324), 12);
        Assert.Equal(1, StableMath.Exp(0));
    }

    [Fact]
    public void Cosine_and_sine_agree_with_the_runtime()
    {
        for (var i = -500; i <= 500; i++)
        {
            var t = i / 97.0;
            Assert.Equal(Math.Cos(2 * Math.PI * t), StableMath.CosineOfTurns(t), 11);
            Assert.Equal(Math.Sin(2 * Math.PI * t), StableMath.SineOfTurns(t), 11);
        }
    }
}
