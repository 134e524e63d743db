using System.Net;

namespace Analytics.Web.Tests;

/// <summary>The SQL box on the page; what the sandbox itself keeps out has tests of its own.</summary>
public sealed class SqlPageTests
{
    [Fact]
    public async Task A_statement_is_answered_over_the_run_that_is_named()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        using var answer = await browser.PostAsync("/sql", ("token", await browser.TokenAsync("/sql")), ("run", console.Shop.Runs[0].ToString()), ("sql", "select item_name,\r\ncount(*) as n from transactions group by all order by all"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        // The first night has seven lines, the third one would have 21.
        Assert.Contains("7 rows in", text, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">1</td>", text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;window.pwned=1&lt;/script&gt;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select * from nowhere")]
    [InlineData("select '<script>alert(1)</script>' from")]
    [InlineData("drop table rules")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("attach '/tmp/x.db'")]
    public async Task What_will_not_do_is_said(string sql)
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        using var answer = await browser.PostAsync("/sql", ("token", await browser.TokenAsync("/sql")), ("run", "latest"), ("sql", sql));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("role=\"alert\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:x:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_asked()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        using var answer = await browser.PostAsync("/sql", ("run", "latest"), ("sql", "select 1"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
