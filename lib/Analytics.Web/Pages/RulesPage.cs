using System.Globalization;
using Analytics.Report;
using Analytics.Report.Internals;
using Analytics.Report.Internals.Sections;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The association rules of a run: searched, sorted, as a table and as a graph.</summary>
internal static class RulesPage
{
    private const int PageRows = 50;
    private const int Drawn = 200;

    // Between the members of a list: no name that people gave holds it, and one that does is cut in two on this page alone.
    private const char Between = '\u001f';

    private static readonly (string Value, string Text)[] Orders =
        [("lift", "lift"), ("confidence", "confidence"), ("support_count", "baskets"), ("leverage", "leverage"), ("zhang", "Zhang's metric"), ("q_value", "q-value, least first")];

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console) => routes.LastingPage("/runs/{date}/{run}/rules", console, WriteAsync);

    private static async Task<string> WriteAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var manifest = visit.Manifest(run);
        var table = RunTables.Find(manifest, "rules");
        var page = new ConsolePage(visit, $"Rules of {Figures.Date(run.Date)}", "run/rules", run, sub: table is null ? null : Figures.Many(table.Rows, "rule"));
        if (table is null)
        {
            page.Empty("The run has no rules: the stage mine did not run.");
            return page.End();
        }
        var (search, order, all) = (visit.Query("q").Trim(), Orders.FirstOrDefault(one => one.Value == visit.Query("order")).Value ?? "lift", visit.Query("all") == "1");
        var path = Links.Run(run) + "/rules";
        page.M.Open("form", "filter card").Attr("method", "get").Attr("action", path);
        page.Field("q", "Items", search, "search", hint: null, further: ("placeholder", "words of names, or ids"));
        page.Choice("order", "Order by", order, Orders);
        page.Choice("all", "Redundant rules", all ? "1" : "", [("", "left out"), ("1", "too")]);
        page.Button("Search", "primary");
        page.M.Close();

        var values = new List<string>();
        var where = Where(search, all, values);
        var from = await visit.FromAsync(run, table).ConfigureAwait(false);
        var number = visit.Number("page", 1, 1, 1_000_000);
        var total = long.Parse((await visit.Console.Queries.ReadAsync($"select count(*)::varchar from {from}{where}", values, visit.Cancel).ConfigureAwait(false)).Rows[0][0]!, CultureInfo.InvariantCulture);
        var rules = await ReadAsync(visit, from + where, order, values, PageRows, (long)(number - 1) * PageRows).ConfigureAwait(false);
        page.M.Element("p", total == table.Rows ? "" : $"{Figures.Count(total)} of {Figures.Many(table.Rows, "rule")}.", "note");
        if (rules.Count == 0)
        {
            page.Empty(total == 0 ? "No rule of these items." : "There is no such page.");
            return page.End();
        }
        var drawn = number == 1 ? rules.Concat(total > PageRows ? await ReadAsync(visit, from + where, order, values, Drawn - PageRows, PageRows).ConfigureAwait(false) : []).ToList() : rules;
        page.Section("graph", "As a graph");
        RuleGraph.Write(page, drawn);
        page.EndSection();
        page.Section("table", "As a table");
        page.Scroll("Rules", () => Table(page, rules));
        page.EndSection();
        var last = (total + PageRows - 1) / PageRows;
        page.Pages(number, last, to => Links.With(path, ("q", search), ("order", order), ("all", all ? "1" : ""), ("page", to.ToString(CultureInfo.InvariantCulture))));
        return page.End();
    }

    private static string Where(string search, bool all, List<string> values)
    {
        var parts = new List<string>();
        if (!all) parts.Add("not redundant");
        foreach (var word in search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(6))
        {
            values.Add(word);
            var place = "$" + values.Count.ToString(CultureInfo.InvariantCulture);
            parts.Add($"contains(lower(concat_ws(chr(31), array_to_string(antecedent, chr(31)), array_to_string(consequent, chr(31)), array_to_string(antecedent_names, chr(31)), array_to_string(consequent_names, chr(31)))), lower({place}))");
        }
        return parts.Count == 0 ? "" : " where " + string.Join(" and ", parts);
    }

    private static async Task<List<ReportRule>> ReadAsync(Visit visit, string from, string order, List<string> values, int count, long offset)
    {
        static string Join(string column) => $"array_to_string({column}, chr(31))";
        var rows = await visit.Console.Queries.ReadAsync(string.Create(CultureInfo.InvariantCulture,
            $"select {Join("antecedent")}, {Join("consequent")}, {Join("antecedent_names")}, {Join("consequent_names")}, support_count::varchar, support::varchar, confidence::varchar, lift::varchar, q_value::varchar, redundant::varchar from {from} order by {order}{(order == "q_value" ? "" : " desc")}, antecedent, consequent limit {count} offset {offset}"),
            values, visit.Cancel).ConfigureAwait(false);
        return [.. rows.Rows.Select(static row => new ReportRule(Items(row[0]!, row[2]!), Items(row[1]!, row[3]!), long.Parse(row[4]!, CultureInfo.InvariantCulture), Number(row[5]), Number(row[6]), Number(row[7]),
            row[8] is null ? null : Number(row[8]), row[9] == "true"))];
    }

    private static ReportItem[] Items(string ids, string names)
    {
        var (id, name) = (ids.Split(Between), names.Split(Between));
        return [.. id.Select((one, i) => new ReportItem(one, id.Length == name.Length ? name[i] : null))];
    }

    private static double Number(string? text) => text is null ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);

    private static void Table(ConsolePage page, List<ReportRule> rules)
    {
        page.Table("Rules", true, "In the basket", "Follows", "#Lift", "#Confidence", "#Baskets", "#Support", "#q-value");
        foreach (var rule in rules)
        {
            page.M.Open("tr");
            Items(page, rule.Antecedent);
            Items(page, rule.Consequent);
            page.Number(Figures.Fixed(rule.Lift, 2), rule.Lift).Number(Figures.Percent(rule.Confidence), rule.Confidence).Number(Figures.Count(rule.SupportCount), rule.SupportCount)
                .Number(Figures.Percent(rule.Support, 2), rule.Support).Number(Figures.Probability(rule.QValue), rule.QValue);
            page.M.Close();
        }
        page.EndTable();
    }

    private static void Items(ConsolePage page, IReadOnlyList<ReportItem> items)
    {
        page.M.Open("td", "items");
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) page.M.Text(" + ");
            page.M.Open("span").Attr("title", SafeText.Cut(items[i].Id, 100)).Foreign(SafeText.Cut(items[i].Label, 80)).Close();
        }
        page.M.Close();
    }
}
