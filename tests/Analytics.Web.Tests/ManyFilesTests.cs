using System.Text;
using System.Text.RegularExpressions;
using Analytics.Publishing;
using Analytics.Web.Data;

namespace Analytics.Web.Tests;

/// <summary>Sorting, filtering and counting a table of many files, which is put together in one for that.</summary>
public sealed partial class ManyFilesTests
{
    private const int Nights = 20;

    [Fact]
    public async Task A_sorted_table_of_many_files_has_every_row_once_in_order()
    {
        using var shop = new WebShop().Publish(Nights);
        await using var console = await TestConsole.StartAsync(shop);
        using var browser = console.NewBrowser();
        var table = TestPages.Run(console) + "/tables/transactions";
        // By name, last first, then as the table is published: by file and line.
        var byName = WebShop.Names.Select((name, i) => (Name: name, Order: $"o{i}")).OrderByDescending(static one => Encoding.UTF8.GetBytes(one.Name), Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
        var expected = byName.SelectMany(static one => Enumerable.Range(0, Nights).Select(night => $"{one.Order} {LakeLayout.Date(WebShop.First.AddDays(night))}.csv")).ToList();
        Assert.Equal(expected, await RowsAsync(browser, table + "?sort=item_name&desc=1", expected.Count));

        // What is asked next reads the files, or the one that they are put together in by now.
        var ofOne = Enumerable.Range(0, Nights).Reverse().Select(static night => $"o6 {LakeLayout.Date(WebShop.First.AddDays(night))}.csv").ToList();
        Assert.Equal(ofOne, await RowsAsync(browser, table + "?sort=ordered_at&desc=1&c1=order_id&o1=eq&v1=o6", Nights));
        Assert.Contains($"{Nights} of {expected.Count} rows", await browser.PageAsync(table + "?c1=order_id&o1=eq&v1=o6"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_one_file_has_the_rows_of_all_in_their_order_and_stands_for_them()
    {
        using var shop = new WebShop().Publish(Nights);
        var run = shop.Runs[^1];
        var table = shop.Lake.ReadManifest(run).Tables.Single(static one => one.Name == "transactions");
        Assert.Equal(Nights, table.Files.Count);
        using var queries = new TableQueries(shop.Lake.Full("runs"), new ScratchFolder(shop.Folder), 512 << 20, TimeSpan.FromMinutes(5));
        var files = new RunFiles(shop.Lake, static path => path, Path.Combine(queries.Scratch, "kept"), 1 << 30, (sql, cancel) => queries.RunAsync(sql, [], cancel, static _ => { }));
        async Task<IReadOnlyList<string?[]>> AllAsync(FileScope scope)
        {
            var from = await scope.FromAsync(run, table, CancellationToken.None);
            return (await queries.ReadAsync($"select {string.Join(", ", table.Columns.Select(RunTables.Text))} from {from}", [], CancellationToken.None)).Rows;
        }
        IReadOnlyList<string?[]> one, other;
        using (var scope = new FileScope(files)) one = await AllAsync(scope);
        // Begun when the first answer was given.
        await files.BeginMerging(run, table);
        Assert.True(files.Kept.Bytes > 0);
        // For which a file that is gone is no matter.
        File.Delete(shop.Lake.Full($"{run.Path}/{table.Files[0].Path}"));
        using (var scope = new FileScope(files)) other = await AllAsync(scope);
        Assert.Equal(7 * Nights, one.Count);
        Assert.Equal(one, other);

        // One that cannot be put together is asked as it is, and says what is wrong.
        var broken = table with { Name = "other" };
        await files.BeginMerging(run, broken);
        Assert.Null(files.TryHoldMerged(run, broken));
        using var last = new FileScope(files);
        var wrong = await Assert.ThrowsAsync<ConsoleException>(async () => await queries.ReadAsync($"select count(*)::varchar from {await last.FromAsync(run, broken, CancellationToken.None)}", [], CancellationToken.None));
        Assert.Contains(table.Files[0].Path.Split('/')[^1], wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> RowsAsync(Browser browser, string path, int count)
    {
        var rows = new List<string>();
        for (var page = 1; rows.Count < count; page++)
        {
            var text = await browser.PageAsync($"{path}&page={page}");
            var found = Row().Matches(text[text.IndexOf("<tbody>", StringComparison.Ordinal)..]).Select(static row => $"{Order().Match(row.Value).Value} {Source().Match(row.Value).Value}").ToList();
            Assert.NotEmpty(found);
            rows.AddRange(found);
        }
        return rows;
    }

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bo\d\b")]
    private static partial Regex Order();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d\.csv")]
    private static partial Regex Source();
}
