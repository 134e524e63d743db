using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Analytics.Web.Tests;

/// <summary>
/// Each page in Debian's Chromium, in light and dark, on a phone and on a desk: no error in its console, nothing that ran by itself, nothing
/// wider than the screen, no finding of axe-core. ANALYTICS_SCREENSHOTS names a folder for pictures of them.
/// </summary>
public sealed class BrowserTests
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("ANALYTICS_SCREENSHOTS");

    private static readonly Lazy<Task<IBrowser>> Chromium = new(async () =>
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program(), Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--disable-component-update"] });
    });

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1";

    // The markup of a page is the same in all, so each page takes one of two looks; ANALYTICS_LONG_TESTS=1 takes every page in all four.
    public static TheoryData<string, bool> Looks => IsLong
        ? new() { { "dark", true }, { "light", false }, { "dark", false }, { "light", true } }
        : new() { { "dark", true }, { "light", false } };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_is_sound_and_runs_nothing_of_others(string scheme, bool isPhone)
    {
        Require();
        var console = await Shared.LoopbackAsync();
        await using var context = await NewContextAsync(scheme, isPhone);
        var page = await context.NewPageAsync();
        var problems = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") problems.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => problems.Add($"{page.Url}: {error}");
        foreach (var (number, path) in TestPages.All.Index())
        {
            if (!IsLong && number % 2 == 0 != isPhone) continue;
            if (path.EndsWith("manifest.json", StringComparison.Ordinal) || path.EndsWith("report.html", StringComparison.Ordinal)) continue;
            await page.GotoAsync(new Uri(console.Address, TestPages.Path(path, console)).ToString());
            foreach (var details in await page.QuerySelectorAllAsync("details:not([open]) > summary")) await details.ClickAsync();
            Assert.False(await page.EvaluateAsync<bool>("() => 'pwned' in window"), $"{path}: a script of a name ran");
            var (wide, screen) = (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("() => document.documentElement.clientWidth"));
            if (wide > screen) problems.Add($"{path}: {wide} pixels wide on a screen of {screen}");
            // The report is a document of its own, with tests of its own.
            var found = await page.RunAxe(new AxeRunContext { Exclude = [new AxeSelector("iframe")] });
            problems.AddRange(found.Violations.SelectMany(violation => violation.Nodes.Take(3).Select(node => $"{path}: {violation.Id}: {node.Html[..Math.Min(200, node.Html.Length)]} {string.Join(' ', node.Any.Concat(node.All).Select(static check => check.Message))}")));
            if (Screenshots is not null)
            {
                Directory.CreateDirectory(Screenshots);
                var name = string.Concat(path.Replace("{run}", "run", StringComparison.Ordinal).Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"{name}-{scheme}{(isPhone ? "-phone" : "")}.png"), FullPage = true });
            }
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public async Task The_report_stands_in_a_frame_that_can_reach_nothing()
    {
        Require();
        var console = await Shared.LoopbackAsync();
        await using var context = await NewContextAsync("light", isPhone: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(console.Address, TestPages.Run(console) + "/report").ToString());
        var frame = page.FrameLocator("iframe");
        await Assertions.Expect(frame.Locator("h1")).ToHaveTextAsync("Report of 2025-12-31");
        // Its script ran, and was kept from the page around it.
        await Assertions.Expect(frame.Locator("body")).ToHaveAttributeAsync("data-caught", "1");
        Assert.StartsWith("Report of 2025-12-31", await page.TitleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_logs_in_and_runs_a_date_and_finds_it_in_the_log()
    {
        Require();
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        await using var context = await NewContextAsync("light", isPhone: true);
        var page = await context.NewPageAsync();
        await page.GotoAsync(console.Address + "runs");
        await page.GetByLabel("Name").FillAsync("otto");
        await page.GetByLabel("Password").FillAsync(TestConsole.Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Runs", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Tonight" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Run a date" }).ClickAsync();
        await page.GetByLabel("Business date").FillAsync("2025-12-30");
        // Without a reason and the tick the browser itself does not send it.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run a date" }).ClickAsync();
        Assert.Empty(console.Program.Orders);
        await page.GetByLabel("Why?").FillAsync("the file came late");
        await page.GetByLabel("I am sure").CheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run a date" }).ClickAsync();
        await Assertions.Expect(page.Locator("[role=status]")).ToContainTextAsync("done");
        Assert.Equal(new DateOnly(2025, 12, 30), Assert.Single(console.Program.Orders).From);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Audit log" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("the file came late");
    }

    [Fact]
    public async Task Tonight_follows_a_run_without_being_asked()
    {
        Require();
        await using var console = await TestConsole.StartAsync(hasSchedule: false);
        await using var context = await NewContextAsync("light", isPhone: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(console.Address.ToString());
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("No run is open.");
        var plan = OpenRuns.Plan(console.Shop.Lake);
        using (var staging = console.Shop.Lake.OpenStaging(plan))
        {
            new Publishing.RunProgress(["ingest", "mine"], "mine", TimeProvider.System.GetUtcNow(), 0.4, "counting <b>pairs</b>", TimeProvider.System.GetUtcNow()).Write(staging.Folder);
            await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("counting <b>pairs</b>");
            await Assertions.Expect(page.Locator("progress")).ToHaveAttributeAsync("value", "40");
            // The page itself counts the seconds, which the server does not tell each second.
            await Assertions.Expect(page.Locator("#running time")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^20.*Z, for [1-9][0-9]* (s|min)"));
            staging.Abandon();
        }
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("No run is open.");
    }

    [Fact]
    public async Task Stop_ends_a_question_that_never_ends_and_the_next_is_answered()
    {
        Require();
        if (!OperatingSystem.IsLinux()) Assert.Skip("processes are counted in /proc");
        // Longer than this test waits: nothing but the button ends it.
        await using var console = await TestConsole.StartAsync(with: static options => options with { QueryTime = TimeSpan.FromHours(1) });
        await using var context = await NewContextAsync("dark", isPhone: true);
        var page = await context.NewPageAsync();
        await page.GotoAsync(console.Address + "sql");
        var stop = page.GetByText("Stop", new PageGetByTextOptions { Exact = true });
        await Assertions.Expect(stop).ToBeHiddenAsync();
        await page.GetByLabel("Statement").FillAsync("select count(*) from range(1000000000000) where range % 7 = 3");
        // While an answer is waited for Chromium runs no script for us, so where the buttons are is asked before, and the mouse does the rest.
        var places = await page.EvaluateAsync<double[]>("""
            () => { const stop = [...document.querySelectorAll("button")].find(one => one.textContent === "Stop"), ask = [...document.querySelectorAll("button")].find(one => one.textContent === "Ask");
              stop.hidden = false; ask.scrollIntoView({ block: "center" });
              const boxes = [ask, stop].map(one => one.getBoundingClientRect()); stop.hidden = true;
              return boxes.flatMap(box => [box.x + box.width / 2, box.y + box.height / 2]); }
            """);
        var mouse = await context.NewCDPSessionAsync(page);
        await ClickAsync(mouse, places[0], places[1]);
        await UntilAsync(() => Answering(console) == 1, "a process answers");
        await ClickAsync(mouse, places[2], places[3]);
        await UntilAsync(() => Answering(console) == 0, "the process ended");
        await Assertions.Expect(stop).ToBeHiddenAsync();
        // The page is still there, with the statement to be mended.
        await page.GetByLabel("Statement").FillAsync("select 40 + 2 as answer");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Ask" }).ClickAsync();
        await Assertions.Expect(page.Locator("#answer tbody")).ToHaveTextAsync("42");
    }

    private static async Task ClickAsync(ICDPSession session, double x, double y)
    {
        foreach (var type in (string[])["mousePressed", "mouseReleased"])
            await session.SendAsync("Input.dispatchMouseEvent", new Dictionary<string, object> { ["type"] = type, ["x"] = x, ["y"] = y, ["button"] = "left", ["clickCount"] = 1 });
    }

    /// <summary>The processes that answer questions over this console's shop: each stands in the folder of the run that it reads.</summary>
    private static int Answering(TestConsole console) =>
        Directory.EnumerateDirectories("/proc").Count(folder => int.TryParse(Path.GetFileName(folder), out _) && Folder(folder)?.StartsWith(console.Shop.Folder, StringComparison.Ordinal) == true);

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds < Patience, $"waited for: {what}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static string? Folder(string process)
    {
        try
        {
            return File.ResolveLinkTarget(process + "/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A busy machine is slow, not wrong.
    private const float Patience = 180_000;

    private static async Task<IBrowserContext> NewContextAsync(string scheme, bool isPhone)
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var context = await (await Chromium.Value).NewContextAsync(Options(scheme, isPhone));
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        return context;
    }

    private static BrowserNewContextOptions Options(string scheme, bool isPhone) => new()
    {
        ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
        ViewportSize = isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
        IsMobile = isPhone,
        HasTouch = isPhone,
        ReducedMotion = ReducedMotion.Reduce,
    };

    private static string? Program() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(static folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser") }).FirstOrDefault(File.Exists);

    private static void Require()
    {
        if (Program() is null) Assert.Skip("Chromium is not installed (the package chromium of Debian)");
    }
}
