using Analytics.Columns;

namespace Analytics.Jobs.Pipeline;

/// <summary>The items with a sale: code is the position, in the order of the ids' UTF-8 bytes.</summary>
internal sealed class ItemCatalog
{
    private static readonly Column[] Columns =
    [
        new("code", ColumnType.Int32), new("item_id", ColumnType.Text), new("item_name", ColumnType.Text, true), new("category", ColumnType.Text, true),
        new("first_date", ColumnType.Date), new("sale_days", ColumnType.Int64),
    ];

    private ItemCatalog(List<string> ids, List<string?> names, List<string?> categories, List<long> saleDays) =>
        (Ids, Names, Categories, SaleDays) = (ids, names, categories, saleDays);

    /// <summary>Item ids by code.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>The name of each item's last sale, or null.</summary>
    public IReadOnlyList<string?> Names { get; }

    /// <summary>The category of each item's last sale, or null.</summary>
    public IReadOnlyList<string?> Categories { get; }

    /// <summary>The days on which each item was sold.</summary>
    public IReadOnlyList<long> SaleDays { get; }

    public int Count => Ids.Count;

    public static ItemCatalog Read(StageContext context)
    {
        context.Relations.Need("items");
        var (ids, names, categories, days) = (new List<string>(), new List<string?>(), new List<string?>(), new List<long>());
        foreach (var batch in context.Relations.Read("items_by_code", Columns))
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.Ints(0)[row] != ids.Count) throw new InvalidOperationException($"item codes are not dense: {batch.Ints(0)[row]} at position {ids.Count}");
                ids.Add(batch.Texts(1).GetString(row)!);
                names.Add(batch.Texts(2).GetString(row));
                categories.Add(batch.Texts(3).GetString(row));
                days.Add(batch.Longs(5)[row]);
            }
        return new ItemCatalog(ids, names, categories, days);
    }
}
