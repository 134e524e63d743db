using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;
using CsCheck;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class SqlRendererTests
{
    private static readonly SqlParameters Day = new SqlParameters().Add("day", new DateOnly(2011, 12, 9));

    private static string Render(string sql, SqlParameters parameters) => SqlRenderer.Render(new SqlText("test.sql", sql), parameters).Text;

    [Theory]
    [InlineData("select :day", "select cast('2011-12-09' as date)")]
    [InlineData("select :day;\n-- done\n", "select cast('2011-12-09' as date)")]
    [InlineData("select ':day', \":day\", $$:day$$, $q$:day $$$q$, e'\\':day', x::day, :day", "select ':day', \":day\", $$:day$$, $q$:day $$$q$, e'\\':day', x::day, cast('2011-12-09' as date)")]
    [InlineData("select 'it''s :day' -- :day\n, :day /* :day /* :day */ ' */", "select 'it''s :day' -- :day\n, cast('2011-12-09' as date) /* :day /* :day */ ' */")]
    [InlineData("select name'\\', :day", "select name'\\', cast('2011-12-09' as date)")]
    [InlineData("select f(a := :day), l[1:2]", "select f(a := cast('2011-12-09' as date)), l[1:2]")]
    [InlineData("select 1-- '\n, :day", "select 1-- '\n, cast('2011-12-09' as date)")]
    public void ParametersStandOutsideOfQuotesCommentsAndCasts(string sql, string expected) => Assert.Equal(expected, Render(sql, Day));

    [Theory]
    [InlineData("select\n :month, :day", "test.sql, line 2: parameter :month has no value: add it to the query's parameters", 2)]
    [InlineData("select 1", "test.sql: parameter :day is given but the query does not use it: remove it or write :day", null)]
    [InlineData("select :day;\nselect 2", "test.sql, line 2: something follows the closing semicolon: a file holds one query", 2)]
    [InlineData("select :day;;", "test.sql, line 1: something follows the closing semicolon: a file holds one query", 1)]
    [InlineData("select :day\n, 'open", "test.sql, line 2: ' is opened and never closed", 2)]
    [InlineData("select :day /* open", "test.sql, line 1: / is opened and never closed", 1)]
    [InlineData("select :day\0", "test.sql, line 1: the query holds a NUL character: remove it", 1)]
    public void MistakesNameFileAndLine(string sql, string message, int? line)
    {
        var error = Assert.Throws<EngineException>(() => Render(sql, Day));
        Assert.Equal(message, error.Message);
        Assert.Equal(line, error.Line);
        Assert.Equal("test.sql", error.Query);
        Assert.Equal(EngineErrorKind.Contract, error.Kind);
    }

    [Fact]
    public void ValuesThatDoNotFitAreRefused()
    {
        string Fault(SqlParameters parameters) => Assert.Throws<EngineException>(() => Render("select :p", parameters)).Message;
        Assert.Contains("parameter :p holds a NUL character", Fault(new SqlParameters().Add("p", "a\0b")), StringComparison.Ordinal);
        Assert.Contains("parameter :p holds half a surrogate pair at position 1", Fault(new SqlParameters().Add("p", "a\ud800b")), StringComparison.Ordinal);
        Assert.Contains("parameter :p 1.2345 does not fit DECIMAL(18,3)", Fault(new SqlParameters().Add("p", 1.2345m, ColumnType.Quantity)), StringComparison.Ordinal);
        Assert.Contains("parameter :p 12345 does not fit DECIMAL(6,2)", Fault(new SqlParameters().Add("p", 12345m, new ColumnType(ColumnKind.Decimal, 6, 2))), StringComparison.Ordinal);
        Assert.Equal("select cast('1.2000' as DECIMAL(18,3))", Render("select :p", new SqlParameters().Add("p", 1.2000m, ColumnType.Quantity)));
        Assert.Equal("select cast(null as VARCHAR)", Render("select :p", new SqlParameters().Add("p", (string?)null)));
    }

    [Fact]
    public void LinesOfErrorsAreThoseOfTheFileWhateverTheParametersHold()
    {
        using var test = new TestEngine();
        var query = new SqlText("test.sql", "select :text as a,\n  :text as b,\n  missing as x");
        var error = Assert.Throws<EngineException>(() => test.Engine.DefineTable("t", query, new SqlParameters().Add("text", "one\ntwo\n\nfour"), CancellationToken.None));
        Assert.Equal(3, error.Line);
        Assert.StartsWith("Binder Error: Referenced column \"missing\" was not found", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("(test.sql, line 3)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void AnyTextComesBackThroughQuotes()
    {
        using var test = new TestEngine();
        Column[] columns = [new("x", ColumnType.Text, true)];
        var hard = Gen.Int[0, 9].Select(i => new[] { "'", "''", "\\", "\\'", "\n", "\r\n", "😀", "\"", "--", ":p" }[i]);
        Gen.OneOf(hard, Gen.String, Gen.String[Gen.Char['\u0001', '\uffff'], 0, 20]).Array[0, 8].Select(parts => string.Concat(parts)).Sample(text =>
        {
            var valid = !text.Contains('\0') && System.Text.Encoding.Unicode.GetString(System.Text.Encoding.Unicode.GetBytes(text)) == text;
            var parameters = new SqlParameters().Add("p", text);
            var query = new SqlText("test.sql", "select :p as x");
            if (!valid)
            {
                Assert.Throws<EngineException>(() => test.Engine.Read(query, parameters, columns, CancellationToken.None).Count());
                return;
            }
            var batch = test.Engine.Read(query, parameters, columns, CancellationToken.None).Single();
            Assert.Equal(text, batch.Texts(0).GetString(0));
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void AnyNumberComesBackThroughQuotes()
    {
        using var test = new TestEngine();
        Column[] columns = [new("d", ColumnType.Double), new("l", ColumnType.Int64), new("m", ColumnType.Amount), new("t", ColumnType.Date), new("b", ColumnType.Boolean)];
        var query = new SqlText("test.sql", "select :d as d, :l as l, :m as m, :t as t, :b as b");
        Gen.Select(Gen.OneOf(Gen.Double, Gen.Double.Special), Gen.OneOf(Gen.Long, Gen.Int[0, 2].Select(i => i == 0 ? long.MinValue : long.MaxValue)),
            Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Int[0, DateOnly.MaxValue.DayNumber], Gen.Bool).Sample((d, l, m, t, b) =>
        {
            var parameters = new SqlParameters().Add("d", d).Add("l", l).Add("m", m / 10_000_000m, ColumnType.Amount).Add("t", DateOnly.FromDayNumber(t)).Add("b", b);
            var batch = test.Engine.Read(query, parameters, columns, CancellationToken.None).Single();
            Assert.Equal(double.IsNaN(d) ? "NaN" : BitConverter.DoubleToInt64Bits(d).ToString(), double.IsNaN(batch.Doubles(0)[0]) ? "NaN" : BitConverter.DoubleToInt64Bits(batch.Doubles(0)[0]).ToString());
            Assert.Equal(l, batch.Longs(1)[0]);
            Assert.Equal(m, batch.Int128s(2)[0]);
            Assert.Equal(t, batch.Ints(3)[0] + new DateOnly(1970, 1, 1).DayNumber);
            Assert.Equal(b, batch.Booleans(4)[0]);
        }, iter: 1000, threads: 1);
    }
}
