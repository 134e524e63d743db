using Analytics.Records.Internals;

namespace Analytics.Records.Tests;

/// <summary>The rules that travel say what the machine's own say, at every change and at any time.</summary>
public sealed class ZoneRulesTests
{
    public static TheoryData<string> Zones =>
        ["Europe/London", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran", "UTC"];

    [Theory]
    [MemberData(nameof(Zones))]
    public void EqualTheZone(string zone)
    {
        var rules = ZoneRules.Of(zone);
        Assert.True(rules.Length < 64 << 10);
        var (own, sent) = (new ZoneClock(TimeZoneInfo.FindSystemTimeZoneById(zone)), new ZoneClock(rules));
        void Same(long utc) => Assert.True(own.OffsetAt(utc) == sent.OffsetAt(utc), $"{zone}, {DateTime.UnixEpoch.AddTicks(utc * 10):O}: {own.OffsetAt(utc)} and {sent.OffsetAt(utc)}");
        foreach (var start in ZoneRules.Read(rules).Starts.Skip(1))
            foreach (var by in (long[])[-1, 0, 1]) Same(start * 1_000_000 + by);
        var random = new Random(5);
        var (least, most) = ((DateTime.MinValue - DateTime.UnixEpoch).Ticks / 10, (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / 10);
        for (var i = 0; i < 30_000; i++)
        {
            Same(random.NextInt64(least, most));
            Same(random.NextInt64(-3_000_000_000_000_000, 20_000_000_000_000_000));
            var local = random.NextInt64(0, 3_000_000_000_000_000);
            Assert.Equal((own.TryToUtc(local, out var a), a), (sent.TryToUtc(local, out var b), b));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("3600;5")]
    [InlineData("3600;10:0;10:3600")]
    [InlineData("x")]
    public void OtherTextsAreRefused(string rules) => Assert.Throws<FormatException>(() => new ZoneClock(rules));
}
