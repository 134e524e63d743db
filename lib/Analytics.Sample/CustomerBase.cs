namespace Analytics.Sample;

/// <summary>A group of customers who behave alike. Days count from the shop's first day; a gap is drawn evenly from its range.</summary>
internal sealed record CustomerGroup(
    string Name, int Customers, int EarliestFirst, int LatestFirst, int EarliestLast, int LatestLast, int LeastGap, int MostGap, int QuantityFactor);

internal sealed record Customer(string Id, CustomerGroup Group, string Store, string Country, int FirstDay, int LastDay);

/// <summary>A place for one order: who comes on which day to which store. A guest has no customer.</summary>
internal sealed record Visit(int Day, string Store, Customer? Customer);

/// <summary>The planted groups, their members and their visits.</summary>
internal static class CustomerBase
{
    /// <summary>Of 731 days. One-time customers have their last day on their first.</summary>
    public static readonly CustomerGroup[] Groups =
    [
        new("champions", 40, 0, 20, 722, 730, 5, 13, 2),
        new("regulars", 120, 0, 60, 690, 730, 20, 40, 1),
        new("big_spenders", 20, 0, 90, 600, 720, 70, 110, 10),
        new("lapsed", 90, 0, 60, 270, 430, 20, 44, 1),
        new("new", 70, 672, 712, 716, 730, 6, 18, 1),
        new("one_time", 400, 30, 520, 0, 0, 0, 0, 1),
    ];

    private static readonly string[] Abroad = ["AT", "FR", "NL"];

    public static List<Customer> Draw(Prng prng)
    {
        var customers = new List<Customer>();
        var number = 10_000;
        foreach (var group in Groups)
            for (var i = 0; i < group.Customers; i++)
            {
                var store = prng.Next(100) < 50 ? ShopCalendar.Berlin : ShopCalendar.Web;
                var country = CountryOf(store, prng);
                var first = prng.Between(group.EarliestFirst, group.LatestFirst);
                var last = group.MostGap == 0 ? first : Math.Max(first, prng.Between(group.EarliestLast, group.LatestLast));
                // Steps that share no factor with the count of customers would still read like a group in order of id.
                number += prng.Between(1, 9);
                customers.Add(new($"{number}", group, store, country, first, last));
            }
        return customers;
    }

    public static string CountryOf(string store, Prng prng) =>
        store == ShopCalendar.Berlin || prng.Next(100) < 70 ? "DE" : Abroad[prng.Next(Abroad.Length)];

    /// <summary>
    /// Every order of the shop. <paramref name="orders"/>[store][day] is how many there are; known customers take their places
    /// first, on the nearest day with one free inside their group's days, and guests the rest.
    /// </summary>
    public static List<Visit> Plan(IReadOnlyList<Customer> customers, Dictionary<string, int[]> orders, Prng prng)
    {
        var free = orders.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        var visits = new List<Visit>();
        foreach (var customer in customers)
        {
            var day = customer.FirstDay;
            while (true)
            {
                // A last visit at its day keeps a group's recency inside its bounds.
                var wanted = Math.Min(day, customer.LastDay);
                var taken = TakeNearest(free[customer.Store], wanted, customer);
                visits.Add(new(taken, customer.Store, customer));
                if (wanted == customer.LastDay) break;
                day += prng.Between(customer.Group.LeastGap, customer.Group.MostGap);
            }
        }
        foreach (var store in ShopCalendar.Stores)
            for (var day = 0; day < ShopCalendar.Days; day++)
                for (var i = 0; i < free[store][day]; i++)
                    visits.Add(new(day, store, null));
        return visits;
    }

    private static int TakeNearest(int[] free, int wanted, Customer customer)
    {
        for (var distance = 0; distance < ShopCalendar.Days; distance++)
            foreach (var day in (ReadOnlySpan<int>)[wanted - distance, wanted + distance])
                if (day >= 0 && day < free.Length && free[day] > 0)
                {
                    free[day]--;
                    return day;
                }
        throw new InvalidOperationException($"no place is left for customer {customer.Id}: raise ShopCalendar.BaseOrders");
    }
}
