using System.Xml;
using System.Xml.Linq;

namespace Analytics.Report.Tests;

public sealed class PageTests
{
    public static TheoryData<string> Models => ["synthetic", "empty", "nothing", "large"];

    internal static ReportModel Named(string name) => name switch
    {
        "empty" => SyntheticModel.Empty(),
        "nothing" => SyntheticModel.Nothing(),
        "large" => SyntheticModel.Build(days: 4000, items: 4000, rules: 5000, files: 2000),
        _ => SyntheticModel.Build(),
    };

    internal static XDocument Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = true });
        return XDocument.Load(reader);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void IsWellFormed(string name)
    {
        var page = ReportPage.Render(Named(name));
        Save(name, page);
        var document = Parse(page);
        Assert.Equal(10, document.Descendants().Count(e => e.Name.LocalName == "section"));
    }

    [Fact]
    public void ARealShopFits()
    {
        var page = ReportPage.Render(OnlineRetailModel.Build());
        Save("retail", page);
        Parse(page);
        Assert.InRange(page.Length, 100_000, 700_000);
        Assert.Contains(">10,247,905<", page, StringComparison.Ordinal);
    }

    /// <summary>Writes pages for looking at where ANALYTICS_REPORT_OUT names a folder.</summary>
    internal static void Save(string name, string page)
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_REPORT_OUT") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name + ".html"), page);
    }
}
