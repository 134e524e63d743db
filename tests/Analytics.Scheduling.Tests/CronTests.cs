namespace Analytics.Scheduling.Tests;

public sealed class CronTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static ScheduleDefinition Schedule(string cron, TimeZoneInfo zone, int daysBack = 1) =>
        new() { Name = "nightly", Cron = CronCalendar.Parse(cron), Zone = zone, DaysBack = daysBack };

    private static DateOnly Date(int year, int month, int day) => new(year, month, day);

    private static DateTimeOffset Utc(int year, int month, int day, int hour, int minute = 0) => new(year, month, day, hour, minute, 0, TimeSpan.Zero);

    [Fact]
    public void ATimeThatDoesNotExistIsTheEndOfTheGap()
    {
        // 2026-03-29: 02:00 to 03:00 does not exist in Berlin; the night is due at 03:00, which is 01:00 UTC.
        Assert.Equal(Utc(2026, 3, 29, 1), LocalClock.Resolve(new DateTime(2026, 3, 29, 2, 30, 0), Berlin));
        Assert.Equal(Utc(2026, 3, 29, 1), LocalClock.Resolve(new DateTime(2026, 3, 29, 2, 0, 0), Berlin));
        Assert.Equal(Utc(2026, 3, 29, 1), LocalClock.Resolve(new DateTime(2026, 3, 29, 3, 0, 0), Berlin));
        Assert.Equal(Utc(2026, 3, 29, 0, 59), LocalClock.Resolve(new DateTime(2026, 3, 29, 1, 59, 0), Berlin));
        // Lord Howe moves its clock by half an hour: 02:00 becomes 02:30 at 15:30 UTC of the day before.
        Assert.Equal(Utc(2026, 10, 3, 15, 30), LocalClock.Resolve(new DateTime(2026, 10, 4, 2, 15, 0), LordHowe));
    }

    [Fact]
    public void ATimeThatComesTwiceIsTheFirst()
    {
        Assert.Equal(Utc(2026, 10, 25, 0, 30), LocalClock.Resolve(new DateTime(2026, 10, 25, 2, 30, 0), Berlin));
        Assert.Equal(Utc(2026, 11, 1, 5, 30), LocalClock.Resolve(new DateTime(2026, 11, 1, 1, 30, 0), NewYork));
    }

    [Theory]
    [InlineData("Europe/Berlin"), InlineData("Europe/London"), InlineData("America/New_York"), InlineData("Australia/Lord_Howe"), InlineData("America/Santiago"), InlineData("Pacific/Apia"), InlineData("Asia/Tehran"), InlineData("UTC")]
    public void EveryDayOfTenYearsHasOneNight(string zone)
    {
        foreach (var cron in (string[])["0 30 2 * * ?", "0 30 1 * * ?", "0 0 0 * * ?", "0 59 23 * * ?"])
        {
            var schedule = Schedule(cron, TimeZoneInfo.FindSystemTimeZoneById(zone));
            var nights = DueNights.Until(schedule, Date(2020, 1, 1), Utc(2030, 1, 2, 12)).Where(night => night.Date < Date(2030, 1, 1)).ToList();
            Assert.Equal(Enumerable.Range(0, 3653).Select(Date(2020, 1, 1).AddDays), nights.Select(night => night.Date));
            for (var i = 1; i < nights.Count; i++)
                Assert.InRange((nights[i].DueAt - nights[i - 1].DueAt).TotalHours, 22.9, 25.1);
        }
    }

    [Fact]
    public void TheHourThatComesTwiceRunsOneNight()
    {
        // Hourly between one and three: of a date with several times, the first counts.
        var nights = DueNights.Until(Schedule("0 0/15 1-3 * * ?", Berlin), Date(2026, 10, 23), Utc(2026, 10, 26, 12)).ToList();
        Assert.Equal([Date(2026, 10, 23), Date(2026, 10, 24), Date(2026, 10, 25)], nights.Select(night => night.Date));
        Assert.Equal(Utc(2026, 10, 24, 23), nights[1].DueAt);
    }

    [Fact]
    public void LeapDaysAndWeekdays()
    {
        var leap = DueNights.Until(Schedule("0 0 3 * * ?", London), Date(2028, 2, 28), Utc(2028, 3, 2, 12)).Select(night => night.Date);
        Assert.Equal([Date(2028, 2, 28), Date(2028, 2, 29), Date(2028, 3, 1)], leap);
        // Tuesday to Saturday mornings are the nights of Monday to Friday.
        var work = DueNights.Until(Schedule("0 0 3 ? * TUE-SAT", London), Date(2026, 1, 2), Utc(2026, 1, 13, 12)).Select(night => night.Date.DayOfWeek);
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Monday], work);
    }

    [Fact]
    public void TheNewestAndTheNext()
    {
        var schedule = Schedule("0 30 2 * * ?", Berlin);
        Assert.Equal(Date(2026, 3, 27), DueNights.Newest(schedule, Utc(2026, 3, 29, 0, 59))!.Value.Date);
        Assert.Equal(Date(2026, 3, 28), DueNights.Newest(schedule, Utc(2026, 3, 29, 1))!.Value.Date);
        var next = DueNights.After(schedule, Utc(2026, 3, 29, 0, 59)).First();
        Assert.Equal(new DueNight(Date(2026, 3, 28), Utc(2026, 3, 29, 1)), next);
        Assert.Null(DueNights.Newest(Schedule("0 0 3 1 1 ? 2040", London), Utc(2026, 1, 1, 0)));
        Assert.Empty(DueNights.After(Schedule("0 0 3 1 1 ? 2020", London), Utc(2026, 1, 1, 0)));
        Assert.Equal(Date(2024, 2, 28), DueNights.Newest(Schedule("0 0 3 29 2 ?", London), Utc(2026, 1, 1, 0))!.Value.Date);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 30 2")]
    [InlineData("61 30 2 * * ?")]
    [InlineData("every night")]
    public void WhatIsNoExpressionSaysSo(string text) =>
        Assert.Contains("0 30 2 * * ? for 02:30 every night", Assert.Throws<FormatException>(() => CronCalendar.Parse(text)).Message, StringComparison.Ordinal);
}
