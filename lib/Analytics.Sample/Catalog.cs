namespace Analytics.Sample;

/// <summary>One product. Rates are millionths of baskets, prices in units of the currency, the season per mille by month.</summary>
internal sealed record Product(
    string Id, string Slug, string Name, string Category, decimal Price, int Rate, int TaxPercent, Measure Measure = Measure.Piece, int[]? Season = null)
{
    public int RateIn(int month) => Season is null ? Rate : (int)((long)Rate * Season[month - 1] / 1000);
}

internal enum Measure
{
    /// <summary>1 to 3 pieces, more for big spenders.</summary>
    Piece,
    /// <summary>1 piece, at times 2, whoever buys: for items whose units carry a planted truth.</summary>
    Steady,
    /// <summary>Kilograms with three decimals.</summary>
    Weight,
    /// <summary>Many at a price of four decimals.</summary>
    Loose,
}

/// <summary>What the shop sells, and the truths planted about it.</summary>
internal static class Catalog
{
    public const string Currency = "EUR";
    public const string RenamedItem = "1403", NameBefore = "Hand soap", NameAfter = "Hand soap, lavender";
    public static readonly DateOnly RenamedOn = new(2025, 3, 1);

    private static readonly int[] Summer = [300, 300, 500, 800, 1200, 1800, 2200, 2000, 1100, 600, 300, 300];
    private static readonly int[] Winter = [1800, 1700, 1200, 700, 400, 300, 200, 200, 700, 1200, 1700, 1900];

    /// <summary>In the order in which a basket's lines are written; members of bundles have rate 0 and come by <see cref="Bundles"/>.</summary>
    public static readonly Product[] Products =
    [
        new("1001", "coffee", "Coffee beans", "drinks", 6.49m, 0, 7),
        new("1002", "filter_papers", "Filter papers", "kitchen", 1.99m, 0, 19),
        new("1101", "pasta", "Pasta", "pantry", 1.29m, 0, 7),
        new("1102", "tomato_sauce", "Tomato sauce", "pantry", 2.19m, 0, 7),
        new("1103", "parmesan", "Parmesan", "dairy", 4.79m, 0, 7),
        new("1201", "bread", "Bread", "bakery", 3.20m, 0, 7),
        new("1202", "butter", "Butter", "dairy", 2.39m, 0, 7),
        new("1401", "toothbrush", "Toothbrush", "household", 2.95m, 0, 19),
        new("1402", "toothpaste", "Toothpaste", "household", 1.85m, 0, 19),
        new("1501", "candles", "Candles", "household", 5.50m, 0, 19),
        new("1502", "napkins", "Napkins", "household", 2.25m, 0, 19),
        new("1301", "honey", "Honey", "pantry", 4.50m, 240_000, 7, Measure.Steady),
        new("1302", "chocolate", "Chocolate", "sweets", 2.40m, 120_000, 7, Measure.Steady),
        new("1303", "wine", "Red wine", "drinks", 7.90m, 90_000, 19, Measure.Steady),
        new("1403", "soap", NameBefore, "household", 3.10m, 80_000, 19, Measure.Steady),
        new("1203", "jam", "Strawberry jam", "pantry", 2.79m, 70_000, 7),
        new("1304", "cookies", "Cookies", "sweets", 2.99m, 60_000, 7),
        new("1305", "tea_bags", "Tea bags, loose", "drinks", 0.0825m, 45_000, 7, Measure.Loose),
        new("1306", "olive_oil", "Olive oil, extra virgin", "pantry", 9.95m, 45_000, 7),
        new("1307", "mug", "Mug \"Guten Morgen\"", "kitchen", 8.90m, 35_000, 19),
        new("1308", "muesli", "Müsli", "pantry", 4.25m, 50_000, 7),
        new("1309", "creme_fraiche", "Crème fraîche", "dairy", 1.19m, 40_000, 7),
        new("1310", "apples", "Apples", "fruit", 2.98m, 80_000, 7, Measure.Weight),
        new("1311", "bananas", "Bananas", "fruit", 1.79m, 70_000, 7, Measure.Weight),
        new("1312", "cheese", "Mountain cheese", "dairy", 18.50m, 45_000, 7, Measure.Weight),
        new("1313", "milk", "Milk", "dairy", 1.15m, 90_000, 7),
        new("1314", "sugar", "Sugar", "pantry", 1.09m, 35_000, 7),
        new("1315", "rice", "Rice", "pantry", 2.49m, 40_000, 7),
        new("1316", "water", "Mineral water", "drinks", 0.89m, 60_000, 19),
        new("1404", "batteries", "Batteries AA", "household", 4.99m, 20_000, 19),
        new("1405", "shampoo", "Shampoo", "household", 3.45m, 30_000, 19),
        new("1503", "kettle", "Kettle", "kitchen", 34.90m, 6_000, 19),
        new("1504", "grinder", "Coffee grinder", "kitchen", 49.00m, 5_000, 19),
        new("1601", "ice_cream", "Ice cream", "sweets", 3.99m, 80_000, 7, Season: Summer),
        new("1602", "sun_cream", "Sun cream", "household", 8.45m, 25_000, 19, Season: Summer),
        new("1603", "hot_chocolate", "Hot chocolate", "drinks", 4.49m, 60_000, 7, Season: Winter),
        new("1604", "gloves", "Gloves", "household", 12.90m, 15_000, 19, Season: Winter),
    ];

    /// <summary>
    /// Step by step: where every item of If is (or not) in the basket, Then joins it at Rate, and at Otherwise where one of If
    /// is missing.
    /// </summary>
    public static readonly BundleStep[] Bundles =
    [
        new([], "coffee", 220_000, 0),
        new(["coffee"], "filter_papers", 700_000, 40_000),
        new([], "pasta", 230_000, 0),
        new(["pasta"], "tomato_sauce", 700_000, 50_000),
        new(["pasta", "tomato_sauce"], "parmesan", 750_000, 30_000),
        new([], "bread", 240_000, 0),
        new(["bread"], "butter", 550_000, 60_000),
        new([], "toothbrush", 50_000, 0),
        new(["toothbrush"], "toothpaste", 800_000, 40_000),
        new([], "candles", 25_000, 0),
        new(["candles"], "napkins", 600_000, 15_000),
    ];

    /// <summary>Dates inclusive; units a basket are the base rate times LiftPermille / 1000 while it lasts.</summary>
    public static readonly Promotion[] Promotions =
    [
        new("CHOC-2024-04", "chocolate", new(2024, 4, 8), new(2024, 4, 21), 20, 2200),
        new("CHOC-2024-11", "chocolate", new(2024, 11, 11), new(2024, 11, 24), 20, 2200),
        new("CHOC-2025-04", "chocolate", new(2025, 4, 7), new(2025, 4, 20), 20, 2200),
        new("SOAP-2025-09", "soap", new(2025, 9, 8), new(2025, 9, 21), 25, 2000),
        new("WINE-2024-12", "wine", new(2024, 12, 2), new(2024, 12, 15), 15, 1800),
        new("WINE-2025-06", "wine", new(2025, 6, 2), new(2025, 6, 15), 15, 1800),
    ];

    public const string ElasticItem = "honey";
    public const decimal Elasticity = -1.5m;

    /// <summary>Demand per mille is 1000 (price / first price)^-1.5, worked out here: a power function differs by a bit from machine to machine.</summary>
    public static readonly PriceStep[] PriceSteps =
    [
        new(new(2024, 1, 1), 4.50m, 1000),
        new(new(2024, 9, 1), 5.40m, 761),
        new(new(2025, 6, 1), 4.95m, 867),
    ];

    public static Product BySlug(string slug) => Products.Single(product => product.Slug == slug);

    public static Promotion? PromotionOf(string slug, DateOnly day) =>
        Promotions.FirstOrDefault(promotion => promotion.Slug == slug && promotion.From <= day && day <= promotion.To);

    public static PriceStep PriceStepOf(DateOnly day) => PriceSteps.Last(step => step.From <= day);
}

internal sealed record BundleStep(string[] If, string Then, int Rate, int Otherwise);

internal sealed record Promotion(string Code, string Slug, DateOnly From, DateOnly To, int PercentOff, int LiftPermille);

internal sealed record PriceStep(DateOnly From, decimal Price, int DemandPermille);
