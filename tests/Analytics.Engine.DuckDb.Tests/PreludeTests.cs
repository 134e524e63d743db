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
}
