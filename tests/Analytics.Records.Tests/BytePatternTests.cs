using System.Text;
using Analytics.Records.Internals;

namespace Analytics.Records.Tests;

/// <summary>Both engines behind a pattern give the same answers; only plain patterns go to the quick one.</summary>
public sealed class BytePatternTests
{
    [Theory]
    [InlineData("^C", true)]
    [InlineData(@"^(\d{5}|DCGS|gift_)", true)]
    [InlineData("^[A-Z]+$", true)]
    [InlineData(@"a\.b|\\", true)]
    [InlineData("(a+)+$", false)]
    [InlineData("a{1,2}b?", false)]
    [InlineData(@"(a)\1", false)]
    [InlineData("(?i)c", false)]
    [InlineData(@"\bC", false)]
    public void A_pattern_is_plain_where_nothing_multiplies(string pattern, bool plain)
    {
        Assert.Equal(plain, BytePattern.IsPlain(pattern));
        if (pattern.Contains(@"\1", StringComparison.Ordinal)) return; // refused with the mapping
        var random = new Random(5);
        var matcher = new BytePattern(pattern);
        var reference = BytePattern.Compile(pattern);
        for (var i = 0; i < 2000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(9)).Select(_ => "aAbC0159.\\ gift_DCGSé\n"[random.Next(22)])]);
            Assert.True(reference.IsMatch(text) == matcher.IsMatch(Encoding.UTF8.GetBytes(text)), text);
        }
    }
}
