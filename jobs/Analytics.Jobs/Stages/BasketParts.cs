using System.Globalization;
using System.Text;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>The parts that baskets are contrasted by: countries, months or stores, those of few baskets together.</summary>
internal sealed class BasketParts
{
    private const string Unknown = "(unknown)";
    private const string Other = "(other)";

    private static readonly Column[] Columns =
    [
        new("basket", ColumnType.Int64), new("country", ColumnType.Text, true), new("first_date", ColumnType.Date), new("store_id", ColumnType.Text, true),
    ];

    private BasketParts(string[] names, int[] of) => (Names, Of) = (names, of);

    /// <summary>The parts' names, in the order of their UTF-8 bytes.</summary>
    public string[] Names { get; }

    /// <summary>The part of each basket.</summary>
    public int[] Of { get; }

    /// <summary>Reads what each basket belongs to by each of some dimensions.</summary>
    /// <param name="context">The run.</param>
    /// <param name="baskets">The number of baskets.</param>
    /// <param name="dimensions">country, month or store.</param>
    /// <param name="least">Parts of fewer baskets are taken together.</param>
    public static IReadOnlyDictionary<string, BasketParts> Read(StageContext context, int baskets, IReadOnlyList<string> dimensions, int least)
    {
        var values = dimensions.ToDictionary(dimension => dimension, _ => new string?[baskets], StringComparer.Ordinal);
        context.Relations.Need("transactions", "orders");
        foreach (var batch in context.Relations.Read("basket_parts", Columns))
            for (var row = 0; row < batch.Count; row++)
            {
                var basket = checked((int)batch.Longs(0)[row]);
                foreach (var (dimension, of) in values)
                    of[basket] = dimension switch
                    {
                        "country" => batch.Texts(1).GetString(row),
                        "month" => Dates.FromDays(batch.Ints(2)[row]).ToString("yyyy-MM", CultureInfo.InvariantCulture),
                        "store" => batch.Texts(3).GetString(row),
                        _ => throw new InvalidOperationException($"no dimension '{dimension}'"),
                    };
            }
        return values.ToDictionary(entry => entry.Key, entry => Divide(entry.Value, least), StringComparer.Ordinal);
    }

    /// <summary>Numbers the parts of named baskets.</summary>
    internal static BasketParts Divide(IReadOnlyList<string?> values, int least)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in values) counts[value ?? Unknown] = counts.GetValueOrDefault(value ?? Unknown) + 1;
        var own = counts.ToDictionary(entry => entry.Key, entry => entry.Value < least ? Other : entry.Key, StringComparer.Ordinal);
        var names = own.Values.Distinct(StringComparer.Ordinal).ToArray();
        Array.Sort(names, static (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));
        var number = names.Select((name, part) => (name, part)).ToDictionary(entry => entry.name, entry => entry.part, StringComparer.Ordinal);
        return new BasketParts(names, [.. values.Select(value => number[own[value ?? Unknown]])]);
    }
}
