namespace Analytics.Engine.DuckDb.Tests;

public sealed class PreludeTests
{
    [Theory]
    [InlineData("to_date(timestamp '2011-12-09 23:59:59')", "2011-12-09")]
    [InlineData("unix_date(date '1970-01-02')", "1")]
    [InlineData("unix_date(date '1969-12-31')", "-1")]
    [InlineData("date_from_unix_date(365)", "1971-01-01")]
    [InlineData("date_add(date '2011-02-27', 2)", "2011-03-01")]
    [InlineData("date_add(date '2011-02-27', cast(2 as bigint))", "2011-03-01")]
    [InlineData("date_sub(date '2011-03-01', 2)", "2011-02-27")]
    [InlineData("typeof(date_add(date '2011-02-27', 2))", "DATE")]
    [InlineData("size(['a', 'b'])", "2")]
    [InlineData("array_join(['a', 'b'], ', ')", "a, b")]
    [InlineData("element_at(['a', 'b'], 1)", "a")]
    [InlineData("element_at(['a', 'b'], -1)", "b")]
    [InlineData("array_join(sort_array(['b', 'ä', 'B', 'a']), '')", "Babä")]
    [InlineData("sha2('abc', 256)", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("unix_micros(timestamp '1970-01-01 00:00:01.000002')", "1000002")]
    [InlineData("timestamp_micros(1000002)", "1970-01-01 00:00:01.000002")]
    [InlineData("nvl(cast(null as varchar), 'x')", "x")]
    [InlineData("nvl('y', 'x')", "y")]
    [InlineData("regexp_like('C536379', '^C')", "true")]
    [InlineData("regexp_like('536379', '^C')", "false")]
    public void EachMacroGivesWhatSparkGives(string expression, string expected)
    {
        using var test = new TestEngine();
        Assert.Equal(expected, test.Text(expression));
    }

    [Fact]
    public void AggregatesAndExplodeWorkOnRows()
    {
        using var test = new TestEngine();
        test.Table("t", "select * from (values (1, 'b', 4.0), (1, 'a', 1.0), (1, 'b', 3.0), (1, null, 2.0), (2, null, null)) v(k, x, n)");
        Assert.Equal(["1 b,a,b a,b 2.5", "2   "], test.Texts(
            "select concat_ws(' ', k, array_join(collect_list(x), ','), array_join(sort_array(collect_set(x)), ','), coalesce(cast(percentile(n, 0.5) as varchar), '')) as x from t group by k order by k nulls first"));
        Assert.Equal(["0", "0"], test.Texts("select cast(size(collect_list(x)) + size(collect_set(x)) as varchar) as x from t where x is null group by k"));
        Assert.Equal(["1 a", "1 b", "2 c"], test.Texts("select k || ' ' || e as x from (select k, explode(l) as e from (values (1, ['b', 'a']), (2, ['c']), (3, [])) v(k, l)) order by k nulls first, e nulls first"));
    }

    [Fact]
    public void PercentileIsExactAndInterpolates()
    {
        using var test = new TestEngine();
        Assert.Equal("1.75", test.Text("(select percentile(cast(range as integer), 0.25) from range(8))"));
    }

    [Fact]
    public void ShaOfAnotherSizeIsRefused()
    {
        using var test = new TestEngine();
        Assert.Contains("sha2: 0 or 256 bits", Assert.Throws<EngineException>(() => test.Text("sha2('abc', 512)")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesOfTheEnginesOwnStayUsable()
    {
        using var test = new TestEngine();
        test.Table("t", "select date_trunc('month', timestamp '2011-12-09 12:50:00') as m, cast(3 as decimal(18,3)) as q");
        Assert.Equal("2011-12-01 00:00:00|12|3.000|2011-12-12", test.Text("(select concat_ws('|', m, month(m), q, date_add(to_date(timestamp '2011-12-09 12:50:00'), 3)) from t)"));
    }
}
