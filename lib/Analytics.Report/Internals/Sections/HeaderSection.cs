namespace Analytics.Report.Internals.Sections;

/// <summary>Shop, date, run, and how far the data reach.</summary>
internal static class HeaderSection
{
    public static void Write(Page page)
    {
        var m = page.M;
        var header = page.Model.Header;
        m.Open("header").Open("div", "title");
        m.Open("h1").Foreign(SafeText.Cut(header.ShopName, 200)).Close();
        m.Open("p", "date").Open("time").Attr("datetime", Figures.Date(header.BusinessDate))
            .Text(header.BusinessDate.ToString("dddd, d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture)).Close().Close();
        m.Close();
        m.Open("dl", "facts");
        Fact("Run", header.RunId, code: true);
        Fact("Base run", header.BaseRunId is null ? "none: the first run"
            : header.BaseRunId + (header.BaseBusinessDate is { } date ? " of " + Figures.Date(date) : ""), code: header.BaseRunId is not null);
        if (header.FirstDate is { } first && header.LastDate is { } last)
            Fact("Order dates", Figures.Date(first) + " to " + Figures.Date(last)
                + (header.Dates > 0 ? ", " + Figures.Many(header.Dates, "day") + " with lines" : ""));
        else Fact("Order dates", "none");
        if (header.SourceFiles > 0) Fact("Source files", Figures.Count(header.SourceFiles));
        if (header.Engine is not null) Fact("Engine", header.Engine);
        if (header.Program is not null) Fact("Program", header.Program);
        Fact("Check", "analytics verify " + header.RunId, code: true);
        m.Close().Close();

        void Fact(string name, string value, bool code = false)
        {
            m.Open("div").Element("dt", name).Open("dd");
            if (code) m.Open("code").Foreign(value).Close();
            else m.Foreign(value);
            m.Close().Close();
        }
    }
}
