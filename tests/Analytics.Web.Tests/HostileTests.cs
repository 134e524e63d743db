using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Analytics.Web.Tests;

/// <summary>Paths that lead out, names that are markup, queries that are SQL.</summary>
public sealed partial class HostileTests
{
    public static TheoryData<string> Pages => [.. TestPages.All];

    private static readonly string[] Ways =
    [
        "..", "../..", "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", "%2e%2e/%2e%2e/users.json", "..%5c..", "%252e%252e%252f", "2025-12-31%00", "%00", "....//", "//etc/passwd", "/etc/passwd", "C:%5c", "'",
        "%3Cscript%3E", "2025-12-31%2f..%2f2025-12-30", "latest%0d%0aSet-Cookie:x=1", "%ff%fe", "%E2%80%AE", "..;/",
    ];

    public static TheoryData<string> Places =>
    [
        "/{0}", "/runs/{0}", "/runs/{0}/0123456789abcdef", "/runs/2025-12-31/{0}", "/runs/2025-12-31/{0}/report.html", "/runs/2025-12-31/{0}/manifest.json", "{run}/tables/{0}", "{run}/tables/{0}/download?as=parquet", "/alerts/{0}",
        "/nights/{0}/2025-12-31/1", "/nights/nightly/{0}/1", "/nights/nightly/2025-12-31/{0}", "/started/{0}", "/assets/{0}", "/compare?a={0}&b=latest", "{run}/forecasts/series?level=item&measure=units&key={0}", "/act/rollback?run={0}", "/act/silence?alert={0}", "/sql?run={0}",
    ];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task No_part_of_a_path_leads_out_of_the_lake(string place)
    {
        var console = await Shared.LoopbackAsync();
        File.WriteAllText(Path.Combine(console.Shop.Folder, "users.json"), "not for the eyes of browsers");
        foreach (var way in Ways)
        {
            // By hand: a client would mend the path before it sends it.
            var path = TestPages.Path(place.Replace("{0}", way, StringComparison.Ordinal), console);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, console.Address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync();
            // What is left of dots alone is another page of the console; all else is not there.
            var status = int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
            Assert.True(status is 200 ? way.Trim('.', '/', '%', '2', 'e').Length == 0 || path.Contains('?', StringComparison.Ordinal) && !path.Contains("download", StringComparison.Ordinal) : status is >= 300 and < 500, $"{path}: {answer[..Math.Min(300, answer.Length)]}");
            Assert.DoesNotContain("root:x:", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("not for the eyes", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\nSet-Cookie: x=1", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task No_name_becomes_markup(string page)
    {
        if (page.EndsWith("report.html", StringComparison.Ordinal) || page.EndsWith("manifest.json", StringComparison.Ordinal)) return;
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        var text = await browser.PageAsync(TestPages.Path(page, console));
        // The one script of a page is the console's own file; nothing runs by itself in an attribute.
        var script = Assert.Single(Scripts().Matches(text).Select(static match => match.Value));
        Assert.Matches("^<script src=\"/assets/[0-9a-f]{16}\\.js\" defer=\"defer\">$", script);
        Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Handlers(), Values().Replace(text, "\"\""));
        Assert.DoesNotContain(text, static c => c is '\u202e' or '\u2066' || char.IsControl(c) && c is not '\n');
    }

    [Fact]
    public async Task Names_are_shown_as_they_are()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        foreach (var page in (string[])["/tables/transactions", "/tables/rejects", "/rules"])
        {
            var text = await browser.PageAsync(TestPages.Run(console) + page);
            Assert.Contains("&lt;script&gt;window.pwned=1&lt;/script&gt;", text, StringComparison.Ordinal);
            Assert.Contains("Robert&#39;); drop table rules;--", text, StringComparison.Ordinal);
            Assert.Contains("\\u202Eevil", text, StringComparison.Ordinal);
            Assert.Contains("bell\u2407", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("c1=item_name&o1=eq&v1=Robert%27%29%3B+drop+table+rules%3B--%22", 1)]
    [InlineData("c1=item_name&o1=has&v1=%25", 0)]
    [InlineData("c1=item_name&o1=has&v1=%27+or+1%3D1--", 0)]
    [InlineData("c1=item_name%22+or+1%3D1--&o1=eq&v1=x", 7)]
    [InlineData("sort=item_name%22%3B+drop+table+x&desc=1%27", 7)]
    [InlineData("c1=item_name&o1=%3D+1+or&v1=Cup", 1)]
    [InlineData("c1=quantity&o1=ge&v1=2&c2=item_name&o2=has&v2=CUP", 1)]
    [InlineData("page=99999999999999999999", 7)]
    [InlineData("page=-5", 7)]
    public async Task No_query_becomes_SQL(string query, int rows)
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        var text = await browser.PageAsync($"{TestPages.Run(console)}/tables/transactions?{query}&c9=x");
        // The night has seven lines of its own and as many of each night before.
        var shown = Rows().Count(text);
        Assert.Equal(rows == 7 ? 21 : rows * 3, shown);
    }

    [Fact]
    public async Task A_value_that_is_no_number_is_said_and_left_out()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        var text = await browser.PageAsync($"{TestPages.Run(console)}/tables/transactions?c1=quantity&o1=ge&v1=two%27");
        Assert.Contains("&#39;two&#39;&#39; is not a number", text, StringComparison.Ordinal);
        using var download = await browser.GetAsync($"{TestPages.Run(console)}/tables/transactions/download?c1=quantity&o1=ge&v1=two");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, download.StatusCode);
    }

    [Fact]
    public async Task A_download_is_whole_and_runs_nothing_in_a_spreadsheet()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        var csv = await browser.PageAsync($"{TestPages.Run(console)}/tables/rejects/download?as=csv");
        Assert.StartsWith("source_file,source_line,rule,column,value,raw,raw_bytes\r\n", csv, StringComparison.Ordinal);
        Assert.Contains(",'=cmd|' /C calc'!A0,", csv, StringComparison.Ordinal);
        Assert.Contains("\"Robert'); drop table rules;--\"\"\"", csv, StringComparison.Ordinal);
        Assert.Equal(WebShop.Names.Length + 1, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var whole = await browser.Client.GetByteArrayAsync($"{TestPages.Run(console)}/tables/rejects/download?as=parquet");
        Assert.Equal(File.ReadAllBytes(console.Shop.Lake.Full($"{console.Shop.Runs[^1].Path}/rejects/part-0.parquet")), whole);
        var filtered = await browser.Client.GetByteArrayAsync($"{TestPages.Run(console)}/tables/transactions/download?as=parquet&c1=item_name&o1=eq&v1=Cup");
        Assert.Equal("PAR1"u8, filtered.AsSpan(0, 4));
        Assert.Equal("PAR1"u8, filtered.AsSpan(filtered.Length - 4));
    }

    [Fact]
    public async Task A_report_that_was_altered_is_not_shown()
    {
        await using var console = await TestConsole.StartAsync();
        using var browser = console.NewBrowser();
        Assert.Contains("Report of 2025-12-31", await browser.PageAsync(TestPages.Run(console) + "/report.html"), StringComparison.Ordinal);
        var path = console.Shop.Lake.Full($"{console.Shop.Runs[^1].Path}/report.html");
        File.AppendAllText(path, "<p>more</p>");
        using var answer = await browser.GetAsync(TestPages.Run(console) + "/report.html");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("<p>more", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [GeneratedRegex("<script[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Scripts();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Values();

    [GeneratedRegex("<[^>]*\\s(on[a-z]+|style)=", RegexOptions.IgnoreCase)]
    private static partial Regex Handlers();

    [GeneratedRegex("<tr><td><bdi>o\\d")]
    private static partial Regex Rows();
}
