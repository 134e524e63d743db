namespace Analytics.Report.Internals;

/// <summary>The pieces that the report's sections and the console's pages are made of.</summary>
internal class PageParts
{
    public Markup M { get; } = new();

    public PageParts Section(string id, string title, string? lead = null)
    {
        M.Open("section").Attr("id", id).Attr("aria-labelledby", id + "-h");
        M.Open("h2").Attr("id", id + "-h").Text(title).Close();
        if (lead is not null) M.Element("p", lead, "lead");
        return this;
    }

    public void EndSection() => M.Close();

    /// <summary>A part of a section with its own heading.</summary>
    public PageParts Card(string title, string? note = null, string cssClass = "card")
    {
        M.Open("div", cssClass);
        M.Element("h3", title);
        if (note is not null) M.Element("p", note, "note");
        return this;
    }

    public void EndCard() => M.Close();

    public void Empty(string text) => M.Element("p", text, "empty");

    public void Note(string text) => M.Element("p", text, "note");

    /// <summary>The numbers behind a chart, folded away.</summary>
    public void Behind(string summary, Action table)
    {
        M.Open("details", "behind").Element("summary", summary);
        M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", summary);
        table();
        M.Close().Close();
    }

    /// <summary>Opens a table; headings that start with # are numbers. Sortable ones work as plain tables without the script.</summary>
    public void Table(string caption, bool sortable, params ReadOnlySpan<string> headings)
    {
        M.Open("table", sortable ? "sortable" : null);
        M.Element("caption", caption, "sr");
        M.Open("thead").Open("tr");
        foreach (var heading in headings)
        {
            if (heading.Length == 0)
            {
                // A column without a heading: a header cell without a text would be announced as nothing.
                M.Open("td").Close();
                continue;
            }
            var number = heading.StartsWith('#');
            M.Open("th", number ? "n" : null).Attr("scope", "col").Text(number ? heading[1..] : heading).Close();
        }
        M.Close().Close().Open("tbody");
    }

    public void EndTable() => M.Close().Close();

    public PageParts Cell(string text)
    {
        M.Element("td", text);
        return this;
    }

    public PageParts Foreign(string text)
    {
        M.Open("td").Foreign(text).Close();
        return this;
    }

    /// <summary>A number; sorting reads <paramref name="sortBy"/> where it is given.</summary>
    public PageParts Number(string text, double? sortBy = null)
    {
        M.Open("td", "n");
        if (sortBy is { } v && double.IsFinite(v)) M.Attr("data-v", v.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        M.Text(text).Close();
        return this;
    }

    /// <summary>A legend: pairs of a colour class and a text.</summary>
    public void Legend(params ReadOnlySpan<(string Class, string Text)> entries)
    {
        M.Open("ul", "legend").Attr("aria-hidden", "true");
        foreach (var (cssClass, text) in entries) M.Open("li").Open("span", "key " + cssClass).Close().Text(text).Close();
        M.Close();
    }
}
