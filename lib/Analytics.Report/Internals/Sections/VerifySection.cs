namespace Analytics.Report.Internals.Sections;

/// <summary>How a reader can check that nothing was altered.</summary>
internal static class VerifySection
{
    public static void Write(Page page)
    {
        var m = page.M;
        var run = page.Model.Header.RunId;
        page.Section("verify", "How to check this report");
        m.Open("div", "card").Open("p").Text("Every file of the run, this page among them, stands with its SHA-256 in the run's ")
            .Element("code", "manifest.json").Text(", and ").Element("code", "root.json").Text(" seals them all with one Merkle root. With the lake at hand:").Close();
        m.Open("pre").Attr("tabindex", "0").Open("code").Foreign("analytics verify " + run).Close().Close();
        m.Element("p", "It compares hashes, rows and schemas without the network, and says which file differs if one does. "
            + "The figures above come from these tables of the run's folder; tables.sql opens them in DuckDB or Spark:");
        m.Open("ul", "tables");
        foreach (var table in (ReadOnlySpan<string>)["transactions", "daily_sales", "itemsets", "rules", "forecasts", "forecast_accuracy", "segments",
            "segment_profiles", "quality", "rejects", "lineage", "anchors"])
            m.Open("li").Element("code", table).Close();
        m.Close().Close();
        if (page.Model.Anchors is { } anchors) AnchorPart.Write(page, anchors);
        page.EndSection();
    }
}
