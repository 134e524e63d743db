using System.Text;
using System.Text.RegularExpressions;
using Analytics.Publishing;

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

        // What is asked next reads that one file, for which a file that is gone is no matter.
        var files = shop.Lake.ReadManifest(shop.Runs[^1]).Tables.Single(static one => one.Name == "transactions").Files;
        Assert.Equal(Nights, files.Count);
        File.Delete(shop.Lake.Full($"{shop.Runs[^1].Path}/{files[0].Path}"));
        var ofOne = Enumerable.Range(0, Nights).Reverse().Select(static night => $"o6 {LakeLayout.Date(WebShop.First.AddDays(night))}.csv").ToList();
        Assert.Equal(ofOne, await RowsAsync(browser, table + "?sort=ordered_at&desc=1&c1=order_id&o1=eq&v1=o6", Nights));
        Assert.Contains($"{Nights} of {expected.Count} rows", await browser.PageAsync(table + "?c1=order_id&o1=eq&v1=o6"), StringComparison.Ordinal);
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
