using System.Security.Cryptography;
using System.Text;
using Analytics.Report.Internals.Sections;

namespace Analytics.Report.Internals;

/// <summary>Puts the sections in order, inside a document that allows nothing but its own style and script.</summary>
internal static class PageWriter
{
    private static readonly string Style = Asset("report.css");
    private static readonly string Script = Asset("sortable.js") + Asset("report.js");

    private static readonly (string Id, string Title)[] Contents =
    [
        ("summary", "Summary"), ("sales", "Sales"), ("forecast", "Forecast"), ("accuracy", "Accuracy"), ("rules", "Rules"),
        ("segments", "Segments"), ("quality", "Data quality"), ("changes", "Changes"), ("glossary", "Glossary"), ("verify", "Verify"),
    ];

    public static string Write(ReportModel model)
    {
        var page = new Page(model);
        var m = page.M;
        m.Raw("<!DOCTYPE html>\n");
        m.Open("html").Attr("xmlns", "http://www.w3.org/1999/xhtml").Attr("lang", "en").Attr("xml:lang", "en");
        Head(page);
        m.Open("body");
        m.Open("a", "skip").Attr("href", "#main").Text("Skip to the report").Close();
        HeaderSection.Write(page);
        m.Open("nav").Attr("aria-label", "Sections").Open("ul");
        foreach (var (id, title) in Contents) m.Open("li").Open("a").Attr("href", "#" + id).Text(title).Close().Close();
        m.Close().Close();
        m.Open("main").Attr("id", "main");
        SummarySection.Write(page);
        SalesSection.Write(page);
        ForecastSection.Write(page);
        AccuracySection.Write(page);
        RulesSection.Write(page);
        SegmentsSection.Write(page);
        QualitySection.Write(page);
        ChangesSection.Write(page);
        GlossarySection.Write(page);
        VerifySection.Write(page);
        m.Close();
        m.Open("div").Attr("id", "tip").Attr("aria-hidden", "true").Close();
        m.Open("script").Raw(Script).Close();
        m.Close().Close();
        return m.ToString();
    }

    private static void Head(Page page)
    {
        var header = page.Model.Header;
        var m = page.M;
        m.Open("head");
        m.Open("meta").Attr("charset", "utf-8").Close();
        m.Open("meta").Attr("http-equiv", "Content-Security-Policy").Attr("content",
            "default-src 'none'; style-src 'sha256-" + Hash(Style) + "'; script-src 'sha256-" + Hash(Script)
            + "'; base-uri 'none'; form-action 'none'").Close();
        m.Open("meta").Attr("name", "viewport").Attr("content", "width=device-width, initial-scale=1").Close();
        m.Open("meta").Attr("name", "color-scheme").Attr("content", "light dark").Close();
        m.Open("meta").Attr("name", "referrer").Attr("content", "no-referrer").Close();
        m.Open("meta").Attr("name", "robots").Attr("content", "noindex").Close();
        m.Element("title", SafeText.Cut(header.ShopName, 60) + " · " + Figures.Date(header.BusinessDate));
        m.Open("style").Raw(Style).Close();
        m.Close();
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Asset(string name)
    {
        using var stream = typeof(PageWriter).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // A checkout with other line ends must not change the page or the hash that its policy names.
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
