using System.Globalization;

namespace Analytics.Report.Internals.Sections;

/// <summary>Roots on a chain, and how anyone checks them there.</summary>
internal static class AnchorPart
{
    public static void Write(Page page, AnchorsReport anchors)
    {
        var m = page.M;
        page.Card("Roots on a chain", anchors.Roots.Count > ReportPage.AnchorsShown
            ? "The newest " + ReportPage.AnchorsShown + " of " + Figures.Count(anchors.Roots.Count) + "; all of them in the table anchors." : null);
        m.Element("p", anchors.HasChain
            ? "This run's root goes onto the chain after it is published, so its receipt stands in the next run's table anchors."
            : "No chain is configured: roots wait in a queue, and nothing outside of this lake shows when they existed.");
        if (anchors.Queued > 0) m.Element("p", Figures.Many(anchors.Queued, "earlier run") + " waited in the queue when this page was written.");
        if (anchors.Roots.Count > 0)
        {
            var shown = anchors.Roots.Skip(Math.Max(0, anchors.Roots.Count - ReportPage.AnchorsShown)).Reverse().ToList();
            m.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Roots on a chain");
            page.Table("Roots on a chain", false, "Date", "Run", "State", "#Chain", "#Block", "Block time (UTC)", "Transaction");
            foreach (var root in shown)
            {
                m.Open("tr").Element("td", Figures.Date(root.BusinessDate));
                page.Foreign(root.RunId).Foreign(root.State).Number(root.ChainId.ToString(CultureInfo.InvariantCulture));
                page.Number(root.Block?.ToString(CultureInfo.InvariantCulture) ?? Figures.None);
                m.Element("td", root.BlockTime?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? Figures.None);
                page.Foreign(root.Transaction ?? Figures.None);
                m.Close();
            }
            page.EndTable();
            m.Close();
            Check(page, shown);
        }
        page.EndCard();
    }

    private static void Check(Page page, List<AnchoredRoot> shown)
    {
        var m = page.M;
        if (shown.Any(static root => root.IsDevelopment))
            m.Element("p", "Chain 31337 is a development chain kept with the lake: whoever can write there can make it anew, so it proves nothing to others.");
        var example = shown.FirstOrDefault(static root => root.Contract is not null && root.Block is not null);
        if (example is null) return;
        var hyphen = example.RunId.IndexOf('-', StringComparison.Ordinal);
        var (id, repetition) = hyphen < 0 ? (example.RunId, "1") : (example.RunId[..hyphen], example.RunId[(hyphen + 1)..]);
        m.Element("p", "Any node of that chain tells the root without this program, such as with Foundry's cast; it must be the root in that run's root.json:");
        m.Open("pre").Attr("tabindex", "0").Open("code").Foreign(string.Create(CultureInfo.InvariantCulture,
            $"cast call {example.Contract} 'rootOf(uint32,bytes8,uint32)(bytes32)' {example.BusinessDate:yyyyMMdd} 0x{id} {repetition} --rpc-url URL")).Close().Close();
    }
}
