using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Analytics.Report.Tests;

/// <summary>What holds for every page: well-formed, complete in itself, the same bytes, within its size.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Models => ["synthetic", "first run", "no currency", "empty", "nothing", "large", "hostile"];

    internal static ReportModel Named(string name) => name switch
    {
        "first run" => SyntheticModel.Build(days: 20) with { Changes = null, PreviousTotals = null, Header = SyntheticModel.Build().Header with { BaseRunId = null, BaseBusinessDate = null } },
        "no currency" => SyntheticModel.Build(currency: null),
        "empty" => SyntheticModel.Empty(),
        "nothing" => SyntheticModel.Nothing(),
        "large" => SyntheticModel.Build(days: 4000, items: 4000, rules: 5000, files: 2000),
        "hostile" => HostileModel.Build(),
        _ => SyntheticModel.Build(),
    };

    private static readonly Dictionary<string, string> Rendered = [];

    /// <summary>Tests of a class run one after the other, so the pages that they share need no lock.</summary>
    private static string Page(string name)
    {
        if (!Rendered.TryGetValue(name, out var page)) Rendered[name] = page = ReportPage.Render(Named(name));
        return page;
    }

    internal static XDocument Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = true });
        return XDocument.Load(reader);
    }

    private static IEnumerable<XElement> All(XDocument document, string name) => document.Descendants().Where(e => e.Name.LocalName == name);

    [Theory]
    [MemberData(nameof(Models))]
    public void IsWellFormedAndWhole(string name)
    {
        var page = Page(name);
        Save(name, page);
        var document = Parse(page);
        Assert.Equal(
            ["summary", "sales", "forecast", "accuracy", "rules", "segments", "quality", "changes", "glossary", "verify"],
            All(document, "section").Select(s => s.Attribute("id")!.Value));
        foreach (var landmark in (string[])["header", "nav", "main", "h1", "head"]) Assert.Single(All(document, landmark));
        Assert.Single(All(document, "head").Elements(), e => e.Name.LocalName == "title");
        var ids = document.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Distinct().Count(), ids.Count);
        foreach (var link in All(document, "a").Attributes("href")) Assert.Contains(link.Value[1..], ids);
        foreach (var section in All(document, "section")) Assert.Contains(section.Attribute("aria-labelledby")!.Value, ids);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void TablesAndDrawingsCanBeReadAloud(string name)
    {
        var document = Parse(Page(name));
        Assert.All(All(document, "th"), th => Assert.NotNull(th.Attribute("scope")));
        foreach (var table in All(document, "table"))
        {
            Assert.Equal("caption", table.Elements().First().Name.LocalName);
            var width = table.Elements().Single(e => e.Name.LocalName == "thead").Elements().Single().Elements().Count();
            Assert.All(table.Elements().Single(e => e.Name.LocalName == "tbody").Elements(), row => Assert.Equal(width, row.Elements().Count()));
        }
        Assert.All(All(document, "svg"), svg =>
        {
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.NotEmpty(svg.Attribute("aria-label")!.Value);
        });
        Assert.All(document.Descendants().Where(e => e.Attribute("class")?.Value.StartsWith("scroll", StringComparison.Ordinal) == true), e => Assert.Equal("0", e.Attribute("tabindex")!.Value));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void CoordinatesAreFiniteAndInsideTheDrawing(string name)
    {
        var page = Page(name);
        Assert.DoesNotContain("NaN", page.Replace("'NaN'", "", StringComparison.Ordinal).Replace("isNaN", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var svg in All(Parse(page), "svg"))
        {
            var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(box[2] > 0 && box[3] > 0);
            foreach (var mark in svg.Descendants())
            {
                foreach (var attribute in mark.Attributes().Where(a => a.Name.LocalName is "x" or "x1" or "x2" or "cx" or "width")) Inside(attribute.Value, box[2]);
                foreach (var attribute in mark.Attributes().Where(a => a.Name.LocalName is "y" or "y1" or "y2" or "cy" or "height")) Inside(attribute.Value, box[3]);
                if (mark.Attribute("d") is { } d)
                {
                    var numbers = Number().Matches(d.Value).Select(m => m.Value).ToList();
                    for (var i = 0; i < numbers.Count; i++) Inside(numbers[i], box[2 + i % 2]);
                }
            }
        }

        static void Inside(string value, double most) => Assert.InRange(double.Parse(value, CultureInfo.InvariantCulture), -12, most + 12);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void LoadsNothingAndAllowsOnlyItsOwnStyleAndScript(string name)
    {
        var document = Parse(Page(name));
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "img" or "link" or "iframe" or "object" or "embed" or "image" or "use" or "base" or "form");
        Assert.DoesNotContain(document.Descendants().Attributes(), a => a.Name.LocalName is "src" or "style" or "srcset"
            || (a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)) || (a.Name.LocalName == "href" && !a.Value.StartsWith('#')));
        var policy = All(document, "meta").Single(m => m.Attribute("http-equiv") is not null).Attribute("content")!.Value;
        Assert.Equal($"default-src 'none'; style-src 'sha256-{Hash("style")}'; script-src 'sha256-{Hash("script")}'; base-uri 'none'; form-action 'none'", policy);
        Assert.DoesNotContain("http", All(document, "style").Single().Value + All(document, "script").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", All(document, "style").Single().Value, StringComparison.Ordinal);

        string Hash(string element) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(All(document, element).Single().Value)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void SameModelSameBytesEveryWay(string name)
    {
        var text = Page(name);
        using var stream = new MemoryStream();
        ReportPage.Render(Named(name), stream);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        ReportPage.Render(Named(name), buffer);
        Assert.Equal(Encoding.UTF8.GetBytes(text), stream.ToArray());
        Assert.Equal(stream.ToArray(), buffer.WrittenSpan);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void TheOrderOfTheModelsListsDoesNotMatter()
    {
        var model = SyntheticModel.Build(items: 80, rules: 300);
        var random = new Random(7);
        var forecast = model.Forecast!;
        var shuffled = model with
        {
            Daily = Shuffle(model.Daily),
            Forecast = forecast with
            {
                Series = Shuffle(forecast.Series.Select(s => s with { History = Shuffle(s.History), Points = Shuffle(s.Points) })),
                Counts = Shuffle(forecast.Counts),
                Accuracy = Shuffle(forecast.Accuracy),
            },
            Rules = model.Rules! with { Rules = Shuffle(model.Rules.Rules), Itemsets = Shuffle(model.Rules.Itemsets) },
            Segments = model.Segments! with { Segments = Shuffle(model.Segments.Segments), Moves = Shuffle(model.Segments.Moves) },
            Quality = model.Quality with { Files = Shuffle(model.Quality.Files), Rejects = Shuffle(model.Quality.Rejects) },
            Changes = model.Changes! with
            {
                Files = Shuffle(model.Changes.Files), DatesRebuilt = Shuffle(model.Changes.DatesRebuilt),
                NewRules = Shuffle(model.Changes.NewRules), GoneRules = Shuffle(model.Changes.GoneRules),
            },
        };
        Assert.Equal(ReportPage.Render(model), ReportPage.Render(shuffled));

        T[] Shuffle<T>(IEnumerable<T> values)
        {
            var array = values.ToArray();
            random.Shuffle(array);
            return array;
        }
    }

    [Fact]
    public void ALargeShopStaysSmallAndSaysWhatIsLeftOut()
    {
        var page = Page("large");
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 200_000, 1_500_000);
        var text = string.Concat(Parse(page).Descendants().Nodes().OfType<XText>().Select(t => t.Value + " "));
        Assert.Contains("25 of 4,000 items", text, StringComparison.Ordinal);
        Assert.Contains("12 of 30 countries", text, StringComparison.Ordinal);
        Assert.Contains("20 of 2,000 files", text, StringComparison.Ordinal);
        Assert.Contains("1,980 other files", text, StringComparison.Ordinal);
        Assert.Contains("30 of 3,", text, StringComparison.Ordinal);
        Assert.Contains("200 of 3,", text, StringComparison.Ordinal);
        Assert.Contains("; 200 shown)", text, StringComparison.Ordinal);
        Assert.Contains("The last 156 of 57", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ARealShopFits()
    {
        var page = ReportPage.Render(OnlineRetailModel.Build());
        Save("retail", page);
        Parse(page);
        Assert.InRange(page.Length, 100_000, 700_000);
        Assert.Contains(">10,247,905<", page, StringComparison.Ordinal);
        Assert.Contains(">−475,901<", page, StringComparison.Ordinal);
    }

    /// <summary>Writes pages for looking at where ANALYTICS_REPORT_OUT names a folder.</summary>
    internal static void Save(string name, string page)
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_REPORT_OUT") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name.Replace(' ', '-') + ".html"), page);
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();
}
