using System.Text;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>Errors on their way to the driver keep their proportions.</summary>
public sealed class ErrorTraceTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(50, 1e-200)]
    [InlineData(112, 3.5)]
    [InlineData(400, 1e150)]
    public void What_is_packed_comes_back_in_proportion(int length, double scale)
    {
        var random = new Random(length);
        var errors = new double[length];
        for (var t = 0; t < length; t++) errors[t] = random.Next(5) == 0 ? double.NaN : scale * (random.NextDouble() - 0.5);
        errors[^1] = -scale;
        var values = ErrorTrace.Values(ErrorTrace.Unpack(Encoding.UTF8.GetBytes(ErrorTrace.Pack(errors)!)));
        var last = errors[^values.Length..];
        Assert.Equal(Math.Min(ErrorTrace.Most, length), values.Length);
        Assert.Equal(-short.MaxValue, values[^1]);
        for (var k = 0; k < values.Length; k++)
        {
            if (double.IsNaN(last[k])) Assert.True(double.IsNaN(values[k]));
            else Assert.Equal(last[k] / scale, values[k] / short.MaxValue, 2e-5);
        }
    }

    [Fact]
    public void Nothing_is_packed_where_no_error_differs_from_zero()
    {
        Assert.Null(ErrorTrace.Pack([]));
        Assert.Null(ErrorTrace.Pack([double.NaN, 0, 0]));
    }

    [Theory]
    [InlineData("AA=")]
    [InlineData("AAAA")]
    [InlineData("~~~~")]
    public void What_is_no_trace_is_refused(string text) => Assert.Throws<FormatException>(() => ErrorTrace.Unpack(Encoding.UTF8.GetBytes(text)));
}
