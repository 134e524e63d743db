using System.Net;
using Analytics.Publishing;

namespace Analytics.Web.Tests;

/// <summary>The console over a lake that only a store of its own can read, as on Hadoop's file systems: what is fetched, kept and refused.</summary>
public sealed class RemoteLakeTests
{
    [Fact]
    public async Task Every_page_shows_what_it_shows_of_a_lake_on_this_machine()
    {
        using var shop = new WebShop().Publish(3);
        var (far, store) = Far(shop);
        await using var near = await TestConsole.StartAsync(shop);
        await using var console = await TestConsole.StartAsync(shop, lake: far);
        using var here = near.NewBrowser();
        using var there = console.NewBrowser();
        foreach (var page in TestPages.All.Where(static page => page.StartsWith("{run}/tables", StringComparison.Ordinal) || page.StartsWith("{run}/rules", StringComparison.Ordinal)
            || page.StartsWith("{run}/forecasts", StringComparison.Ordinal) || page.StartsWith("{run}/segments", StringComparison.Ordinal)))
        {
            var path = TestPages.Path(page, console);
            Assert.Equal(await here.PageAsync(path), Without(await there.PageAsync(path)));
        }
        foreach (var download in (string[])["/tables/rules/download?as=csv", "/tables/rules/download?as=parquet", "/tables/transactions/download?as=csv&sort=quantity&c1=item_name&o1=has&v1=e"])
            Assert.Equal(await here.Client.GetByteArrayAsync(TestPages.Run(console) + download), await there.Client.GetByteArrayAsync(TestPages.Run(console) + download));
        await there.PageAsync(TestPages.Run(console));
        Assert.Contains(FarStore.Root, await there.PageAsync("/"), StringComparison.Ordinal);
        // All of it is on this machine now.
        var opened = store.Opened;
        Assert.DoesNotContain("Fetched", await there.PageAsync(TestPages.Run(console) + "/tables/transactions?sort=amount&desc=1"), StringComparison.Ordinal);
        Assert.Equal(opened, store.Opened);
    }

    [Fact]
    public async Task A_page_says_what_was_fetched_and_reads_no_file_that_it_does_not_need()
    {
        using var shop = new WebShop().Publish(3);
        var (far, store) = Far(shop);
        await using var console = await TestConsole.StartAsync(shop, lake: far);
        using var browser = console.NewBrowser();
        var table = far.ReadManifest(shop.Runs[2]).Tables.Single(table => table.Name == "transactions");
        var bytes = Pages.ConsolePage.Bytes(table.Files.Sum(static file => file.Bytes));
        Assert.Contains($"Fetched 3 files, {bytes}, from {FarStore.Root} for this page", await browser.PageAsync(TestPages.Run(console) + "/tables/transactions"), StringComparison.Ordinal);
        Assert.Equal(3, store.Opened);
        // The two nights before have those of their files already, under their hashes.
        await browser.PageAsync($"/runs/{shop.Runs[0]}/tables/transactions");
        Assert.Equal(3, store.Opened);
    }

    [Fact]
    public async Task A_table_of_many_files_is_fetched_once_for_all_that_is_asked_of_it()
    {
        using var shop = new WebShop().Publish(17);
        var (far, store) = Far(shop);
        await using var console = await TestConsole.StartAsync(shop, lake: far);
        using var browser = console.NewBrowser();
        var table = TestPages.Run(console) + "/tables/transactions";
        Assert.Contains("Fetched 17 files, ", await browser.PageAsync(table + "?sort=amount"), StringComparison.Ordinal);
        Assert.DoesNotContain("Fetched", await browser.PageAsync(table + "?sort=item_name&desc=1"), StringComparison.Ordinal);
        Assert.Equal(17, store.Opened);
    }

    [Fact]
    public async Task The_sql_box_fetches_what_a_statement_names()
    {
        using var shop = new WebShop().Publish(2);
        var (far, store) = Far(shop);
        await using var console = await TestConsole.StartAsync(shop, lake: far);
        using var browser = console.NewBrowser();
        using var answer = await browser.PostAsync("/sql", ("token", await browser.TokenAsync("/sql")), ("run", "latest"), ("sql", "select count(*) as n from Rules"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("<td class=\"n\">126</td>", text, StringComparison.Ordinal);
        Assert.Equal(1, store.Opened);
        using var none = await browser.PostAsync("/sql", ("token", await browser.TokenAsync("/sql")), ("run", "latest"), ("sql", "select 1 + 1 as two"));
        Assert.Contains("<td class=\"n\">2</td>", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_may_be_fetched_is_refused_with_what_to_do_and_what_is_old_gives_way()
    {
        using var shop = new WebShop().Publish(3);
        var (far, store) = Far(shop);
        var tables = far.ReadManifest(shop.Runs[2]).Tables;
        long Bytes(string name) => tables.Single(table => table.Name == name).Files.Sum(static file => file.Bytes);
        var most = Bytes("rules") + 100;
        await using var console = await TestConsole.StartAsync(shop, options => options with { FetchBytes = most }, lake: far);
        using var browser = console.NewBrowser();
        Assert.True(Bytes("transactions") > most);
        using var refused = await browser.GetAsync(TestPages.Run(console) + "/tables/transactions?sort=amount");
        var text = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        foreach (var word in (string[])["the table transactions of ", "in 3 files", "machine.web.fetch_mib"]) Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.Equal(0, store.Opened);
        for (var i = 1; i <= 3; i++)
        {
            // Another search, so that the answer is not one that is kept.
            await browser.PageAsync($"{TestPages.Run(console)}/tables/rules?c1=support_count&o1=ge&v1={i}");
            await browser.PageAsync($"{TestPages.Run(console)}/tables/segments?c1=frequency&o1=ge&v1={i}");
        }
        // Each pushed the other out.
        Assert.Equal(6, store.Opened);
    }

    [Fact]
    public async Task A_file_that_was_altered_is_not_shown()
    {
        using var shop = new WebShop().Publish(1);
        var (far, _) = Far(shop);
        await using var console = await TestConsole.StartAsync(shop, lake: far);
        using var browser = console.NewBrowser();
        var path = shop.Lake.Full($"{shop.Runs[0].Path}/{far.ReadManifest(shop.Runs[0]).Tables.Single(table => table.Name == "rules").Files[0].Path}");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        using var refused = await browser.GetAsync(TestPages.Run(console) + "/tables/rules");
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Contains("has not the hash that the manifest names", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static (Lake Far, FarStore Store) Far(WebShop shop)
    {
        var store = new FarStore(shop.Lake.Root);
        return (Lake.Open(FarStore.Root, store), store);
    }

    private static string Without(string page) => System.Text.RegularExpressions.Regex.Replace(page, "<p class=\"note\">Fetched [^<]*</p>\n", "");
}
