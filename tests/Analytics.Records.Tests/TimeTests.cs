using System.Globalization;
using System.Text;
using Analytics.Records.Internals;

namespace Analytics.Records.Tests;

public sealed class TimeTests
{
    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2010-12-01 08:26:00")]
    [InlineData("yyyy-MM-dd HH:mm:ss.FFF", "2010-12-01 08:26:00")]
    [InlineData("yyyy-MM-dd HH:mm:ss.FFF", "2010-12-01 08:26:00.5")]
    [InlineData("yyyy-MM-dd HH:mm:ss.ffffff", "2010-12-01 08:26:00.123456")]
    [InlineData("d/M/yyyy H:mm", "1/12/2010 8:26")]
    [InlineData("d/M/yyyy H:mm", "31/12/2010 23:59")]
    [InlineData("dd-MMM-yyyy", "01-DEC-2010")]
    [InlineData("M/d/yyyy h:mm tt", "12/1/2010 12:26 AM")]
    [InlineData("M/d/yyyy h:mm tt", "12/1/2010 12:26 pm")]
    [InlineData("yyyyMMdd", "20101201")]
    [InlineData("yyyy-MM-dd'T'HH:mm", "2010-12-01T08:26")]
    [InlineData("yyyy\\-MM\\-dd\\THH:mm", "2010-12-01T08:26")]
    [InlineData("yyyy.MM.dd 'kl.' H", "2010.12.01 kl. 7")]
    public void ReadsWhatDotNetReads(string format, string text)
    {
        Assert.True(TimeFormat.Compile(format).TryParse(Encoding.UTF8.GetBytes(text), out var local, out _));
        Assert.Equal(DateTime.ParseExact(text, format, CultureInfo.InvariantCulture), DateTime.UnixEpoch.AddTicks(local * 10));
        foreach (var broken in (string[])[text + " ", " " + text, text[..^1] + "x", text[1..] + "?", ""])
            Assert.False(TimeFormat.Compile(format).TryParse(Encoding.UTF8.GetBytes(broken), out _, out _), broken);
    }

    [Theory]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2010-12-01T08:26:00Z", 0)]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2010-12-01T08:26:00-05:30", -330)]
    [InlineData("yyyy-MM-ddTHH:mm:sszzz", "2010-12-01T08:26:00+01:00", 60)]
    [InlineData("yyyy-MM-ddTHH:mm:sszzz", "2010-12-01T08:26:00+0100", 60)]
    public void ReadsOffsets(string format, string text, int minutes)
    {
        // T stands for itself only in quotes.
        var compiled = TimeFormat.Compile(format.Replace("T", "'T'", StringComparison.Ordinal));
        Assert.True(compiled.HasOffset);
        Assert.True(compiled.TryParse(Encoding.UTF8.GetBytes(text), out _, out var offset));
        Assert.Equal(minutes * 60_000_000L, offset);
        Assert.False(compiled.TryParse(Encoding.UTF8.GetBytes(text[..19]), out _, out _));
    }

    [Theory]
    [InlineData("yy-MM-dd", "'yy' at 1")]
    [InlineData("yyyy-MM", "no day")]
    [InlineData("yyyy-MM-dd h:mm", "h needs tt")]
    [InlineData("yyyy-MM-dd mm", "no hour")]
    [InlineData("yyyy-MM-dd HH H", "second time")]
    [InlineData("yyyy-MM-ddTHH", "'T' at 11")]
    [InlineData("yyyy-MM-dd 'x", "never closed")]
    [InlineData("yyyy-MM-dd HH:mm:ss.fffffff", "'fffffff'")]
    public void SaysWhatIsWrongWithAFormat(string format, string message)
        => Assert.Contains(message, Assert.Throws<FormatException>(() => TimeFormat.Compile(format)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Europe/London", 2011)]
    [InlineData("America/New_York", 2007)]
    [InlineData("Australia/Lord_Howe", 2011)]
    [InlineData("Asia/Kathmandu", 1986)]
    [InlineData("Pacific/Apia", 2011)]
    [InlineData("America/Sao_Paulo", 2018)]
    [InlineData("Africa/Casablanca", 2012)]
    [InlineData("UTC", 1999)]
    public void FollowsTheZoneThroughAYear(string name, int year)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var clock = new ZoneClock(zone);
        for (var local = new DateTime(year, 1, 1); local.Year == year; local = local.AddMinutes(15))
        {
            var exists = clock.TryToUtc((local - DateTime.UnixEpoch).Ticks / 10, out var utc);
            // The least UTC time that shows this local one, by trying all that could.
            DateTime? expected = null;
            for (var offset = new TimeSpan(15, 0, 0); offset >= new TimeSpan(-13, 0, 0) && expected is null; offset -= TimeSpan.FromMinutes(15))
                if (zone.GetUtcOffset(DateTime.SpecifyKind(local - offset, DateTimeKind.Utc)) == offset) expected = local - offset;
            Assert.True(exists == expected.HasValue && (!exists || DateTime.UnixEpoch.AddTicks(utc * 10) == expected), $"{local:O} {exists} {expected:O}");
        }
    }

    [Fact]
    public void ADayWhoseMidnightWasSkippedBeginsAfterIt()
    {
        var mapping = Mappings.Positions(',', '"') with { TimeZone = "America/Sao_Paulo" };
        var outcome = Harness.Run("o,i,1,2018-11-04,1\n"u8.ToArray(), mapping);
        Assert.Equal((new DateTime(2018, 11, 4, 3, 0, 0) - DateTime.UnixEpoch).Ticks / 10, long.Parse(outcome.Rows.Single().Split('|')[6], CultureInfo.InvariantCulture));
        var samoa = Harness.Run("o,i,1,2011-12-30,1\n"u8.ToArray(), mapping with { TimeZone = "Pacific/Apia" });
        Assert.StartsWith("1|time_gap|ordered_at|", samoa.Rejects.Single(), StringComparison.Ordinal);
    }
}
