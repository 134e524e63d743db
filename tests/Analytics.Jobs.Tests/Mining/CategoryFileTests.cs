using Analytics.Jobs.Configuration;
using Analytics.Jobs.Mining;

namespace Analytics.Jobs.Tests.Mining;

public sealed class CategoryFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("categories").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Items_and_categories_of_one_name_stay_apart()
    {
        var baskets = BasketFileReader.Read(Write("b.txt", "sausage milk\nham\n"), new BasketFileOptions(), TestContext.Current.CancellationToken);
        var categories = Write("c.csv", "item,kind,hall\nsausage,sausage,meat\nham,sausage,meat\nmilk,dairy,\n");
        var (file, hierarchy) = CategoryFile.Apply(categories, baskets);
        Assert.Equal(["hall:meat", "ham", "kind:dairy", "kind:sausage", "milk", "sausage"], file.Ids);
        string? Parent(string id) => hierarchy.Parent(Array.IndexOf(file.Ids, id)) is var parent and >= 0 ? file.Ids[parent] : null;
        Assert.Equal("kind:sausage", Parent("sausage"));
        Assert.Equal("hall:meat", Parent("kind:sausage"));
        Assert.Null(Parent("kind:dairy"));
        Assert.Equal(["milk", "sausage"], file.Baskets[0].ToArray().Select(code => file.Ids[code]));
    }

    [Fact]
    public void An_item_in_two_categories_is_refused_with_both_lines()
    {
        var baskets = BasketFileReader.Read(Write("b.txt", "a\n"), new BasketFileOptions(), TestContext.Current.CancellationToken);
        var error = Assert.Throws<UserException>(() => CategoryFile.Apply(Write("c.csv", "item,kind\na,x\na,y\n"), baskets));
        Assert.Contains("line 3: a lies in kind:y, on line 2 it lay in kind:x", error.Message, StringComparison.Ordinal);
    }
}
