using Analytics.Jobs.Configuration;
using Analytics.Jobs.Forecasting;

namespace Analytics.Jobs.Tests.Forecasting;

public sealed class LongTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("long-table").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Quotes_gaps_and_order_are_read()
    {
        var table = Read("a.csv", "id,time,value\n\"b, \"\"x\"\"\",2025-01-03,3\na,2025-01-02,\na,2025-01-01,1.5\n\"b, \"\"x\"\"\",2025-01-01,1\n");
        Assert.True(table.Dates);
        Assert.Equal(["a", "b, \"x\""], table.Series.Select(s => s.Id));
        var scale = TimeScale.Detect(table.Series, true, Frequency.Day);
        Assert.Equal([1.5, double.NaN], table.Series[0].Regular(scale, "a.csv"));
        Assert.Equal([1, double.NaN, 3], table.Series[1].Regular(scale, "a.csv"));
    }

    [Theory]
    [InlineData("id,time,value\na,2025-01-01,x\n", "line 2, column value: 'x' is no number")]
    [InlineData("id,time,value\na,01.02.2025,1\n", "line 2, column time: '01.02.2025' is no date")]
    [InlineData("id,time,value\na,1,1\na,2025-01-01,1\n", "line 3, column time: '2025-01-01' is no whole number")]
    [InlineData("id,time,value\na,1,1\na,1,2\n", "two values for one time, in lines 2 and 3")]
    [InlineData("id,time,value\na,1\n", "line 2: 2 fields, but the header has 3")]
    [InlineData("id,when,value\na,1,1\n", "has no column time; it has id, when, value")]
    [InlineData("id,time,value\n\"a,1,1\n", "line 2: a quote is opened and never closed")]
    [InlineData("id,time,value\n", "has no rows")]
    [InlineData("", "is empty")]
    public void Bad_tables_are_named(string text, string expected)
    {
        var e = Assert.Throws<UserException>(() => Read("bad.csv", text));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-01-31,2025-02-28,2025-03-31", "Month", "2025-04-30")]
    [InlineData("2025-01-01,2025-02-01,2025-03-01", "Month", "2025-04-01")]
    [InlineData("2024-12-30,2025-01-06,2025-01-13", "Week", "2025-01-20")]
    [InlineData("2025-01-01,2025-04-01,2025-07-01", "Quarter", "2025-10-01")]
    [InlineData("2023-12-31,2024-12-31,2025-12-31", "Year", "2026-12-31")]
    [InlineData("2025-01-01 00:00:00,2025-01-01 01:00:00,2025-01-01 02:00:00", "Hour", "2025-01-01 03:00:00")]
    [InlineData("10,20,30", "Index", "40")]
    public void Frequencies_are_detected_and_go_on(string times, string frequency, string next)
    {
        var table = Read("f.csv", "time,value\n" + string.Concat(times.Split(',').Select((t, i) => $"{t},{i}\n")));
        var scale = TimeScale.Detect(table.Series, table.Dates, null);
        Assert.Equal(frequency, scale.Frequency.ToString());
        Assert.Equal(next, scale.Text(scale.After(table.Series[0].Times[^1], 1)));
        Assert.Equal(3, table.Series[0].Regular(scale, "f.csv").Length);
    }

    [Fact]
    public void Forecasts_are_the_same_on_any_number_of_threads_and_come_back_from_every_format()
    {
        var rows = string.Concat(Enumerable.Range(0, 300).Select(i => $"s{i % 3},{i / 3},{10 + i / 3 % 7 + i * 37 % 5}\n"));
        var table = Read("t.csv", "id,time,value\n" + rows);
        var options = new FileForecastOptions(5, [7], null, false, true, 1);
        var one = FileForecast.Run(table, options, CancellationToken.None);
        var two = FileForecast.Run(table, options with { Threads = 4 }, CancellationToken.None);
        foreach (var (a, b) in one.Series.Zip(two.Series)) Assert.Equal(a.Forecast.Mean, b.Forecast.Mean);
        foreach (var name in (string[])["o.parquet", "o.csv", "o.jsonl"])
        {
            var path = Path.Combine(_folder, name);
            FileForecastWriter.Write(one, path);
            FileForecastWriter.Write(two, path + name[1..]);
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(path + name[1..]));
            if (name == "o.jsonl")
            {
                Assert.Equal(15, File.ReadLines(path).Count());
                continue;
            }
            var back = LongTableReader.Read(path, new LongTableNames(Value: "mean", Regressors: []), CancellationToken.None);
            Assert.Equal(one.Series.Select(s => s.Forecast.Mean), back.Series.Select(s => s.Values));
            Assert.Equal(100, back.Series[0].Times[0]);
        }
        Assert.Throws<UserException>(() => FileForecastWriter.Write(one, Path.Combine(_folder, "o.xlsx")));
    }

    [Fact]
    public void Further_columns_of_numbers_are_regressors_and_rows_behind_the_last_value_are_the_future()
    {
        var table = Read("r.csv", "id,time,value,promotion,weather,open\na,1,5,1,sun,true\na,2,,0,,true\na,3,7,0,rain,false\na,4,,1,,true\na,5,,0,,true\n");
        Assert.Equal(["promotion", "open"], table.Regressors);
        Assert.Equal(["column weather holds text ('sun' in line 2) and is left out"], table.Notes);
        var (series, scale) = (table.Series[0], TimeScale.Detect(table.Series, false, null));
        Assert.Equal([5, double.NaN, 7], series.Regular(scale, "r.csv"));
        Assert.Equal(3, series.LastTime);
        Assert.Equal(2, series.Ahead(scale));
        Assert.Equal([1, 0, 0, 1, 0, double.NaN], series.RegularRegressor(scale, 0, 3, 3));
        Assert.Equal([1, 1, 0, 1, 1], series.RegularRegressor(scale, 1, 3, 2));
        var e = Assert.Throws<UserException>(() => LongTableReader.Read(Path.Combine(_folder, "r.csv"), new LongTableNames(Regressors: ["weather"]), CancellationToken.None));
        Assert.Contains("line 2, column weather: 'sun' is no number", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<UserException>(() => LongTableReader.Read(Path.Combine(_folder, "r.csv"), new LongTableNames(Regressors: ["prize"]), CancellationToken.None));
        Assert.Contains("has no column prize", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_future_gives_regressors_and_the_horizon()
    {
        // Sales double on promotion; the future's only promotion is its second day.
        var rows = string.Concat(Enumerable.Range(0, 140).Select(i => $"s,{i},{(i * 5 % 11 < 4 ? 200 : 100) + i * 37 % 7},{(i * 5 % 11 < 4 ? 1 : 0)}\n"));
        var table = Read("h.csv", "id,time,value,promotion\n" + rows);
        File.WriteAllText(Path.Combine(_folder, "f.csv"), "id,time,promotion\ns,140,0\ns,141,1\ns,142,0\n");
        table.AddFuture(LongTableReader.Read(Path.Combine(_folder, "f.csv"), new LongTableNames(Regressors: table.Regressors), CancellationToken.None, future: true));
        var forecast = FileForecast.Run(table, new FileForecastOptions(null, [], null, false, true, 1), CancellationToken.None);
        var mean = Assert.Single(forecast.Series).Forecast.Mean;
        Assert.Equal(3, mean.Length);
        Assert.InRange(mean[0], 95, 115);
        Assert.InRange(mean[1], 190, 220);
        Assert.InRange(mean[2], 95, 115);
        Assert.Empty(forecast.Notes);
        Assert.Contains(forecast.Series[0].Forecast.Effects, x => x.Name == "promotion" && x.Multiplicative && Math.Abs(x.Coefficient - Math.Log(2)) < 0.1);

        File.WriteAllText(Path.Combine(_folder, "early.csv"), "id,time,promotion\ns,139,0\n");
        var e = Assert.Throws<UserException>(() => table.AddFuture(LongTableReader.Read(Path.Combine(_folder, "early.csv"), new LongTableNames(Regressors: table.Regressors), CancellationToken.None, future: true)));
        Assert.Contains("series 's' has a row at 139, but its last value is at 139", e.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "other.csv"), "id,time,promotion\nz,140,0\n");
        e = Assert.Throws<UserException>(() => table.AddFuture(LongTableReader.Read(Path.Combine(_folder, "other.csv"), new LongTableNames(Regressors: table.Regressors), CancellationToken.None, future: true)));
        Assert.Contains("series 'z' is not in", e.Message, StringComparison.Ordinal);
    }

    private LongTable Read(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return LongTableReader.Read(path, new LongTableNames(), CancellationToken.None);
    }
}
