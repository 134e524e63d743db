using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>
/// Rules as a network in three columns: items that are in the basket, one dot a rule, items that follow. Rules that share items
/// stand together as a bundle, and rows are ordered by the barycenters of their neighbours (Sugiyama, Tagawa and Toda 1981), so that
/// few lines cross. Names stay level and never overlap, whatever the rules.
/// </summary>
internal static class RuleGraph
{
    private const double Row = 24, Gap = 22, Top = 36;

    /// <summary>Between a rule's dot and the lines on its right, for the lift.</summary>
    private const double LiftRoom = 42;

    private const int BundleRules = 10;

    private sealed class Bundle
    {
        public List<ReportRule> Rules { get; } = [];
        public List<string> Left { get; set; } = [];
        public List<string> Right { get; set; } = [];
        public int Rows => Math.Max(Rules.Count, Math.Max(Left.Count, Right.Count));
    }

    public static void Write(PageParts page, List<ReportRule> rules)
    {
        var shown = Choose(rules);
        if (shown.Count == 0) return;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in shown.SelectMany(r => r.Antecedent.Concat(r.Consequent))) names.TryAdd(item.Id, item.Label);
        var bundles = Bundles(shown);
        foreach (var bundle in bundles) Arrange(bundle);
        page.Card("The strongest rules as a picture", "Left: what is in the basket. Right: what then follows. Each dot is a rule with its lift: "
            + "the larger, the more baskets; the stronger the colour, the more confident. Rules that share items form a bundle."
            + (rules.Count > shown.Count ? " " + shown.Count + " of " + Figures.Count(rules.Count) + " rules: by lift, at most " + BundleRules + " of a bundle." : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Rules as a picture");
        page.M.Both((width, _) => Draw(page.M, width, bundles, names, shown), wide: 1120, narrow: 600);
        page.M.Close();
        page.EndCard();
    }

    /// <summary>By lift; but one tight group of items has a rule for each pair and would leave room for nothing else.</summary>
    private static List<ReportRule> Choose(List<ReportRule> rules)
    {
        var chosen = new List<ReportRule>();
        var group = new Dictionary<string, int>(StringComparer.Ordinal);
        var sizes = new List<int>();
        foreach (var rule in rules)
        {
            if (chosen.Count == ReportPage.RulesDrawn) break;
            if (!double.IsFinite(rule.Lift) || rule.Antecedent.Count == 0 || rule.Consequent.Count == 0) continue;
            var items = rule.Antecedent.Concat(rule.Consequent).Select(i => i.Id).ToList();
            var joined = items.Where(group.ContainsKey).Select(i => group[i]).Distinct().ToList();
            if (joined.Sum(g => sizes[g]) >= BundleRules) continue;
            var target = sizes.Count;
            sizes.Add(joined.Sum(g => sizes[g]) + 1);
            foreach (var id in group.Keys.Where(k => joined.Contains(group[k])).ToList()) group[id] = target;
            foreach (var id in items) group[id] = target;
            chosen.Add(rule);
        }
        return chosen;
    }

    /// <summary>Rules joined by shared items, the bundle with the greatest lift first.</summary>
    private static List<Bundle> Bundles(List<ReportRule> rules)
    {
        var parent = Enumerable.Range(0, rules.Count).ToArray();
        var owner = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rules.Count; i++)
            foreach (var item in rules[i].Antecedent.Concat(rules[i].Consequent))
                if (!owner.TryAdd(item.Id, i)) parent[Find(i)] = Find(owner[item.Id]);
        var bundles = new List<Bundle>();
        var byRoot = new Dictionary<int, Bundle>();
        for (var i = 0; i < rules.Count; i++)
        {
            var root = Find(i);
            if (!byRoot.TryGetValue(root, out var bundle)) bundles.Add(byRoot[root] = bundle = new Bundle());
            bundle.Rules.Add(rules[i]);
        }
        return bundles;

        int Find(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
    }

    /// <summary>Twelve sweeps of barycenters from side to side; stable sorting keeps the result the same everywhere.</summary>
    private static void Arrange(Bundle bundle)
    {
        bundle.Left = [.. bundle.Rules.SelectMany(r => r.Antecedent).Select(i => i.Id).Distinct(StringComparer.Ordinal)];
        bundle.Right = [.. bundle.Rules.SelectMany(r => r.Consequent).Select(i => i.Id).Distinct(StringComparer.Ordinal)];
        for (var sweep = 0; sweep < 12; sweep++)
        {
            var left = Places(bundle.Left);
            var right = Places(bundle.Right);
            var rules = bundle.Rules
                .OrderBy(r => sweep % 2 == 0 ? Mean(r.Antecedent, left) + Mean(r.Consequent, right) * 0.25 : Mean(r.Consequent, right) + Mean(r.Antecedent, left) * 0.25)
                .ToList();
            bundle.Rules.Clear();
            bundle.Rules.AddRange(rules);
            bundle.Left = Order(bundle.Left, r => r.Antecedent);
            bundle.Right = Order(bundle.Right, r => r.Consequent);
        }

        List<string> Order(List<string> items, Func<ReportRule, IReadOnlyList<ReportItem>> side) =>
            [.. items.OrderBy(id => bundle.Rules.Select((r, i) => (Rule: r, At: (double)i)).Where(p => side(p.Rule).Any(x => x.Id == id)).Average(p => p.At))];
    }

    private static Dictionary<string, double> Places(List<string> items)
    {
        var places = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++) places[items[i]] = (i + 0.5) / items.Count;
        return places;
    }

    private static double Mean(IReadOnlyList<ReportItem> items, Dictionary<string, double> places) => items.Average(i => places[i.Id]);

    private static void Draw(Markup m, double width, List<Bundle> bundles, Dictionary<string, string> names, List<ReportRule> shown)
    {
        var (left, middle, right) = (width * 0.36, width * 0.5, width * 0.64);
        var height = Top + bundles.Sum(b => b.Rows * Row + Gap);
        var most = Math.Max(1, shown.Max(r => r.SupportCount));
        m.OpenSvg(width, height, "The " + shown.Count + " strongest rules as a network in " + bundles.Count + " bundles; the same rules stand in the table below", "chart graph");
        m.Label(left - 12, 14, "in the basket", "ax", "end").Label(middle, 14, "lift", "ax", "middle").Label(right + 12, 14, "follows", "ax");
        var y = Top;
        foreach (var bundle in bundles)
        {
            var span = bundle.Rows * Row;
            var leftAt = Spread(bundle.Left, y, span);
            var rightAt = Spread(bundle.Right, y, span);
            if (y > Top) m.Line(60, y - Gap / 2, width - 60, y - Gap / 2, "grid");
            var nodes = new List<(double Y, ReportRule Rule)>();
            for (var i = 0; i < bundle.Rules.Count; i++) nodes.Add((y + (i + 0.5) * span / bundle.Rules.Count, bundle.Rules[i]));
            foreach (var (at, rule) in nodes)
            {
                m.Open("g", "rule");
                m.Element("title", SafeText.Cut(RulesSection.Text(rule), 500) + "\u2003lift " + Figures.Fixed(rule.Lift, 1) + "\u2003confidence "
                    + Figures.Percent(rule.Confidence) + "\u2003" + Figures.Many(rule.SupportCount, "basket"));
                var path = new PathData();
                foreach (var item in rule.Antecedent) Join(path, left, leftAt[item.Id], middle, at);
                foreach (var item in rule.Consequent) Join(path, middle + LiftRoom, at, right, rightAt[item.Id]);
                m.Path(path, "edge c" + Shade(rule.Confidence));
                var radius = 3.5 + 5 * Math.Sqrt(Math.Max(0, rule.SupportCount) / (double)most);
                m.Circle(middle, at, radius, "dot c" + Shade(rule.Confidence));
                m.Label(middle + 12, at + 4, Figures.Fixed(rule.Lift, 1), "lift");
                m.Close();
            }
            foreach (var id in bundle.Left) Name(id, leftAt[id], left, "end");
            foreach (var id in bundle.Right) Name(id, rightAt[id], right, "start");
            y += span + Gap;
        }
        m.Close();

        void Name(string id, double at, double x, string anchor)
        {
            m.Circle(x, at, 3, "node");
            var text = Svg.CutTo(names[id], left - 20);
            m.Label(x + (anchor == "end" ? -10 : 10), at + 4, text, "t iso", anchor, text == names[id] ? null : SafeText.Cut(names[id], 200));
        }
    }

    private static Dictionary<string, double> Spread(List<string> items, double top, double span)
    {
        var at = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++) at[items[i]] = top + (i + 0.5) * span / items.Count;
        return at;
    }

    private static void Join(PathData path, double x1, double y1, double x2, double y2)
    {
        var half = (x2 - x1) / 2;
        path.Gap().To(x1, y1).Curve(x1 + half, y1, x2 - half, y2, x2, y2);
    }

    /// <summary>Five shades of confidence.</summary>
    private static int Shade(double confidence) => double.IsFinite(confidence) ? Math.Clamp((int)(confidence * 5), 0, 4) : 0;
}
