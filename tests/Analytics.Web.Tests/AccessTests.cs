using System.Net;
using System.Net.Sockets;
using System.Text;
using Analytics.Web.Access;

namespace Analytics.Web.Tests;

/// <summary>Who gets in, and what he may do.</summary>
public sealed class AccessTests
{
    public static TheoryData<string> Pages => [.. TestPages.All];

    [Fact]
    public void A_password_matches_its_hash_and_no_other()
    {
        var hash = PasswordHash.Make(TestConsole.Password, rounds: 1000);
        Assert.True(PasswordHash.IsMatch(TestConsole.Password, hash));
        Assert.False(PasswordHash.IsMatch(TestConsole.Password + " ", hash));
        Assert.NotEqual(hash, PasswordHash.Make(TestConsole.Password, rounds: 1000));
        foreach (var broken in (string[])["", "plain", "pbkdf2-sha256$0$AAAA$AAAA", "pbkdf2-sha256$99999999$" + hash.Split('$', 3)[2], hash[..^2], "md5$" + hash]) Assert.False(PasswordHash.IsHash(broken) && PasswordHash.IsMatch(TestConsole.Password, broken), broken);
    }

    [Theory]
    [InlineData("0.0.0.0:0", false, false, false, "there are no users")]
    [InlineData("[::]:0", false, false, false, "there are no users")]
    [InlineData("192.0.2.1:80", false, false, true, "there are no users")]
    [InlineData("0.0.0.0:0", true, false, true, "in the clear")]
    [InlineData("0.0.0.0:0", false, true, false, "name the hosts")]
    [InlineData("nonsense", false, false, false, "an address and a port are expected")]
    public async Task A_console_with_an_open_door_refuses_to_start(string listen, bool hasUsers, bool hasProxy, bool hasHosts, string why)
    {
        using var shop = new WebShop();
        var refused = await Assert.ThrowsAsync<ConsoleException>(() => TestConsole.StartAsync(shop, options => options with
        {
            Listen = listen,
            TrustedProxies = hasProxy ? ["192.0.2.7"] : [],
            Hosts = hasHosts ? ["shop.example"] : [],
        }, hasUsers));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_users_file_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no file modes");
        using var shop = new WebShop();
        var path = Path.Combine(shop.Folder, "users.json");
        new UserFile(path).Set("otto", ConsoleRole.Operator, TestConsole.Password);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var refused = await Assert.ThrowsAsync<ConsoleException>(() => TestConsole.StartAsync(shop, options => options with { UsersFile = path }));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestConsole.Password, File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Without_a_login_there_is_no_page(string page)
    {
        var console = await Shared.WithUsersAsync();
        using var nobody = console.NewBrowser();
        using var answer = await nobody.GetAsync(TestPages.Path(page, console));
        Assert.True(answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Unauthorized, $"{page}: {answer.StatusCode}");
        Assert.DoesNotContain("2025-12-31", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_gives_the_role_of_the_file_and_a_logout_ends_it()
    {
        var console = await Shared.WithUsersAsync();
        using var browser = console.NewBrowser();
        using (var wrong = await browser.LogInAsync("otto", "wrong")) Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using (var right = await browser.LogInAsync("otto", back: "/runs")) Assert.Equal("/runs", right.Headers.Location?.ToString());
        Assert.Contains("(operator)", await browser.PageAsync("/"), StringComparison.Ordinal);
        var cookie = browser.Cookies.GetCookies(console.Address)["analytics"]!;
        Assert.True(cookie.HttpOnly);
        using (var answer = await browser.PostAsync("/logout", ("token", await browser.TokenAsync("/")))) Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        using var out_ = await browser.GetAsync("/runs");
        Assert.Equal(HttpStatusCode.Redirect, out_.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("/runs?year=2025", "/runs?year=2025")]
    public void A_login_leads_to_this_console_alone(string asked, string expected) => Assert.Equal(expected, Analytics.Web.Pages.LoginPage.Local(asked));

    [Fact]
    public async Task A_cookie_that_we_did_not_make_is_nobody()
    {
        var console = await Shared.WithUsersAsync();
        using var real = console.NewBrowser();
        using (await real.LogInAsync("otto")) { }
        var value = real.Cookies.GetCookies(console.Address)["analytics"]!.Value;
        // Cut, flipped in the middle, made up, and one of another server.
        await using var other = await TestConsole.StartAsync(console.Shop, options => options with { UsersFile = Path.Combine(console.Shop.Folder, "users.json") });
        using var elsewhere = other.NewBrowser();
        using (await elsewhere.LogInAsync("otto")) { }
        foreach (var forged in (string[])[value[..^3], value[..40] + (value[40] == 'A' ? 'B' : 'A') + value[41..], "otto", Convert.ToBase64String(Encoding.UTF8.GetBytes("otto")), elsewhere.Cookies.GetCookies(other.Address)["analytics"]!.Value])
        {
            using var browser = console.NewBrowser();
            browser.Cookies.Add(console.Address, new Cookie("analytics", forged));
            using var answer = await browser.GetAsync("/runs");
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_page_that_was_written_for_one_shows_the_next_his_own_name_and_token()
    {
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        using var otto = console.NewBrowser();
        using var vera = console.NewBrowser();
        using (await otto.LogInAsync("otto")) { }
        using (await vera.LogInAsync("vera")) { }
        foreach (var page in (string[])["/tables", "/tables/rules", "/rules?q=tea", "/forecasts", "/segments", "/report", "/tables/nowhere"])
        {
            var path = TestPages.Run(console) + page;
            for (var i = 0; i < 2; i++)
            {
                foreach (var (browser, name) in ((Browser, string)[])[(otto, "<bdi>otto</bdi> (operator)"), (vera, "<bdi>vera</bdi> (viewer)")])
                {
                    using var answer = await browser.GetAsync(path);
                    var text = await answer.Content.ReadAsStringAsync();
                    Assert.Contains(name, text, StringComparison.Ordinal);
                    Assert.DoesNotContain("[[", text, StringComparison.Ordinal);
                }
            }
        }
        // Its forms are those of the one who looks: another's token does nothing.
        var (his, hers) = (await otto.TokenAsync(TestPages.Run(console) + "/rules"), await vera.TokenAsync(TestPages.Run(console) + "/rules"));
        using (var foreign = await vera.PostAsync("/logout", ("token", his))) Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        using (var own = await vera.PostAsync("/logout", ("token", hers))) Assert.Equal(HttpStatusCode.Redirect, own.StatusCode);
        await otto.PageAsync(TestPages.Run(console) + "/rules");
        // A run that is gone is gone for pages that were written before, too.
        Directory.Delete(console.Shop.Lake.Full($"runs/{Publishing.LakeLayout.Date(console.Shop.Runs[^1].Date)}"), recursive: true);
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var gone = await otto.GetAsync(TestPages.Run(console) + "/rules");
            if (gone.StatusCode == HttpStatusCode.NotFound) break;
            // The list of runs is a second old at most.
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(1));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_changed_password_and_a_removed_user_end_a_session_at_once()
    {
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        var users = new UserFile(Path.Combine(console.Shop.Folder, "users.json"));
        using var browser = console.NewBrowser();
        using (await browser.LogInAsync("otto")) { }
        await browser.PageAsync("/runs");
        users.Set("otto", ConsoleRole.Operator, TestConsole.Password + "!");
        using (var answer = await browser.GetAsync("/runs")) Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        using (await browser.LogInAsync("otto", TestConsole.Password + "!")) { }
        await browser.PageAsync("/runs");
        users.Remove("otto");
        using (var answer = await browser.GetAsync("/runs")) Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public void Guessing_waits_longer_and_longer_by_name_and_by_address()
    {
        var clock = new StillClock();
        var throttle = new LoginThrottle(clock);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, throttle.Wait("otto", "a"));
            throttle.Began("otto", "a");
        }
        var first = throttle.Wait("otto", "b");
        Assert.True(first > TimeSpan.Zero);
        Assert.True(throttle.Wait("vera", "a") > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("vera", "b"));
        clock.Now += first;
        Assert.Equal(TimeSpan.Zero, throttle.Wait("otto", "b"));
        throttle.Began("otto", "b");
        Assert.True(throttle.Wait("otto", "b") > first);
        for (var i = 0; i < 50; i++) throttle.Began("otto", "c");
        Assert.Equal(TimeSpan.FromMinutes(15), throttle.Wait("otto", "c"));
        throttle.Succeeded("otto", "c");
        Assert.Equal(TimeSpan.Zero, throttle.Wait("otto", "c"));
    }

    [Fact]
    public async Task Many_wrong_passwords_are_answered_without_being_tried()
    {
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        using var browser = console.NewBrowser();
        HttpStatusCode last = default;
        for (var i = 0; i < 7 && last != HttpStatusCode.TooManyRequests; i++)
        {
            using var answer = await browser.LogInAsync("nobody", "wrong");
            last = answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        // The right password from the same address waits as well.
        using var right = await browser.LogInAsync("otto");
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost@evil.example")]
    [InlineData("")]
    public async Task A_page_of_another_name_gets_nothing(string host)
    {
        var console = await Shared.LoopbackAsync();
        // By hand: a client would not send such a header.
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, console.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /runs HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.Matches("^HTTP/1.1 4(21|00) ", answer);
        Assert.DoesNotContain("2025-12-31", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_forbids_what_is_not_ours()
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        foreach (var page in TestPages.All.Append("/no/such/page"))
        {
            using var answer = await browser.Client.GetAsync(TestPages.Path(page, console), HttpCompletionOption.ResponseHeadersRead);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            if (!page.EndsWith("report.html", StringComparison.Ordinal)) Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl?.NoStore, page);
        }
    }

    [Fact]
    public async Task A_proxy_says_who_asks_and_nobody_else_does()
    {
        var console = await TestConsole.StartAsync(with: options => options with { TrustedProxies = ["127.0.0.1"], ProxyOperators = ["ops"] });
        await using (console)
        {
            using var browser = console.NewBrowser();
            using (var nobody = await browser.GetAsync("/")) Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
            browser.Client.DefaultRequestHeaders.Add("X-Forwarded-User", "mia");
            Assert.Contains("<bdi>mia</bdi> (viewer)", await browser.PageAsync("/"), StringComparison.Ordinal);
            browser.Client.DefaultRequestHeaders.Add("X-Forwarded-Groups", "staff, ops");
            Assert.Contains("<bdi>mia</bdi> (operator)", await browser.PageAsync("/"), StringComparison.Ordinal);
        }
        await using var guarded = await TestConsole.StartAsync(with: options => options with { TrustedProxies = ["192.0.2.7"] });
        using var direct = guarded.NewBrowser();
        direct.Client.DefaultRequestHeaders.Add("X-Forwarded-User", "mia");
        using var answer = await direct.GetAsync("/");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private sealed class StillClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
