using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;

namespace Analytics.Web.Pages;

/// <summary>A page of the console: the report's pieces in the console's frame.</summary>
internal sealed class ConsolePage : PageParts
{
    private static readonly (string Path, string Title)[] Places = [("/", "Tonight"), ("/runs", "Runs"), ("/compare", "Compare"), ("/sql", "SQL"), ("/audit", "Audit log")];

    private static readonly (string Path, string Title)[] RunPlaces =
        [("", "Run"), ("/report", "Report"), ("/tables", "Tables"), ("/rules", "Rules"), ("/forecasts", "Forecasts"), ("/segments", "Segments"), ("/verify", "Verify")];

    private readonly Visit? _visit;

    /// <summary>A part of a page, without the frame; it can hold no form.</summary>
    public ConsolePage()
    {
    }

    /// <summary>Begins a page.</summary>
    /// <param name="visit">The request; null for a page before the doors.</param>
    /// <param name="title">The heading.</param>
    /// <param name="here">The path of the place in the navigation.</param>
    /// <param name="run">The run that it is about.</param>
    /// <param name="refreshSeconds">After how many seconds the browser asks again; 0 for never.</param>
    /// <param name="sub">Words beside the heading.</param>
    public ConsolePage(Visit? visit, string title, string here = "", RunRef? run = null, int refreshSeconds = 0, string? sub = null)
    {
        _visit = visit;
        M.Raw("<!DOCTYPE html>\n");
        M.Open("html").Attr("lang", "en");
        M.Open("head");
        M.Open("meta").Attr("charset", "utf-8").Close();
        M.Open("meta").Attr("name", "viewport").Attr("content", "width=device-width, initial-scale=1").Close();
        M.Open("meta").Attr("name", "color-scheme").Attr("content", "light dark").Close();
        M.Open("meta").Attr("name", "robots").Attr("content", "noindex").Close();
        if (refreshSeconds > 0) M.Open("meta").Attr("http-equiv", "refresh").Attr("content", refreshSeconds).Close();
        M.Element("title", $"{SafeText.Cut(title, 80)} · {SafeText.Cut(visit?.Console.Program.Shop ?? "Analytics", 60)}");
        M.Open("link").Attr("rel", "stylesheet").Attr("href", Assets.StylePath).Close();
        M.Open("link").Attr("rel", "icon").Attr("href", Assets.IconPath).Close();
        M.Open("script").Attr("src", Assets.ScriptPath).Attr("defer", "defer").Close();
        M.Close();
        M.Open("body", "console");
        M.Open("a", "skip").Attr("href", "#main").Text("Skip to the page").Close();
        Top(here, run);
        M.Open("main").Attr("id", "main").Attr("tabindex", "-1");
        M.Open("div", "title").Open("h1").Foreign(title).Close();
        if (sub is not null) M.Element("p", sub, "date");
        M.Close();
    }

    /// <summary>Ends the page.</summary>
    public string End()
    {
        if (_visit?.Console.Files is { IsRemote: true } files && _visit.Files.Fetched is { Files: > 0 } fetched)
        {
            var (kept, most) = files.Kept;
            Note($"Fetched {Figures.Many(fetched.Files, "file")}, {Bytes(fetched.Bytes)}, from {SafeText.Cut(files.Root, 200)} for this page; {Bytes(kept)} of at most {Bytes(most)} are kept on this machine.");
        }
        M.Close();
        M.Close().Close();
        return M.ToString();
    }

    private void Top(string here, RunRef? run)
    {
        M.Open("header", "top");
        M.Open("div", "bar");
        M.Open("a", "brand").Attr("href", "/").Foreign(SafeText.Cut(_visit?.Console.Program.Shop ?? "Analytics", 40)).Close();
        if (_visit?.User is not null)
        {
            M.Open("nav").Attr("aria-label", "Console").Open("ul");
            foreach (var (path, title) in Places) Place(path, title, path == here);
            M.Close().Close();
            M.Open("div", "who").Raw(_visit.Marks?.User ?? UserHtml(_visit));
            if (_visit.Console.Options.UsersFile.Length > 0)
                Form("/logout", () => M.Open("button", "plain").Attr("type", "submit").Text("Log out").Close());
            M.Close();
        }
        M.Close();
        if (run is { } about)
        {
            M.Open("nav", "sub").Attr("aria-label", "Run").Open("ul");
            foreach (var (path, title) in RunPlaces) Place(Links.Run(about) + path, title, here == "run" + path);
            M.Close().Close();
        }
        M.Close();
    }

    /// <summary>Who looks, as the head of a page has it.</summary>
    public static string UserHtml(Visit visit)
    {
        var part = new ConsolePage();
        if (visit.User is { } user) part.M.Open("span").Foreign(SafeText.Cut(user.Name, 30)).Text(user.MayAct ? " (operator)" : " (viewer)").Close();
        return part.M.ToString();
    }

    private void Place(string path, string title, bool isHere)
    {
        M.Open("li").Open("a", isHere ? "here" : null).Attr("href", path);
        if (isHere) M.Attr("aria-current", "page");
        M.Text(title).Close().Close();
    }

    /// <summary>A form that changes something, with its token.</summary>
    public void Form(string action, Action fields, string? cssClass = null)
    {
        M.Open("form", cssClass).Attr("method", "post").Attr("action", action);
        M.Open("input").Attr("type", "hidden").Attr("name", "token").Attr("value", _visit!.Token).Close();
        fields();
        M.Close();
    }

    /// <summary>A labelled field of one line.</summary>
    public void Field(string name, string label, string value = "", string type = "text", bool isRequired = false, string? hint = null, params ReadOnlySpan<(string Name, string Value)> further)
    {
        M.Open("label").Open("span").Text(label).Close();
        M.Open("input").Attr("type", type).Attr("name", name).Attr("value", value);
        if (isRequired) M.Attr("required", "required");
        foreach (var (attribute, text) in further) M.Attr(attribute, text);
        M.Close();
        if (hint is not null) M.Element("small", hint);
        M.Close();
    }

    /// <summary>A labelled choice.</summary>
    public void Choice(string name, string label, string value, IEnumerable<(string Value, string Text)> choices)
    {
        M.Open("label").Open("span").Text(label).Close();
        M.Open("select").Attr("name", name);
        foreach (var (choice, text) in choices)
        {
            M.Open("option").Attr("value", choice);
            if (choice == value) M.Attr("selected", "selected");
            M.Text(text).Close();
        }
        M.Close().Close();
    }

    public void Button(string text, string? cssClass = null) => M.Open("button", cssClass).Attr("type", "submit").Text(text).Close();

    public ConsolePage Link(string href, string text, string? cssClass = null)
    {
        M.Open("a", cssClass).Attr("href", href).Foreign(text).Close();
        return this;
    }

    /// <summary>A term and what it is.</summary>
    public void Fact(string term, string value)
    {
        M.Open("div").Element("dt", term).Open("dd").Foreign(value).Close().Close();
    }

    public void Fact(string term, Action value)
    {
        M.Open("div").Element("dt", term).Open("dd");
        value();
        M.Close().Close();
    }

    /// <summary>A part that may be wider than the screen, which the keyboard can scroll.</summary>
    public void Scroll(string label, Action content, string cssClass = "scroll")
    {
        M.Open("div", cssClass).Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", label + ", as a table");
        content();
        M.Close();
    }

    /// <summary>The pages before and after this one of a longer list.</summary>
    public void Pages(long number, long last, Func<long, string> link)
    {
        if (last <= 1) return;
        M.Open("nav", "pages").Attr("aria-label", "Pages").Open("ul");
        foreach (var (to, text) in new[] { (1L, "First"), (number - 1, "Previous"), (number, $"Page {Figures.Count(number)} of {Figures.Count(last)}"), (number + 1, "Next"), (last, "Last") })
        {
            if (to < 1 || to > last || to == number && !text.StartsWith("Page", StringComparison.Ordinal)) continue;
            M.Open("li");
            if (to == number) M.Open("a", "here").Attr("aria-current", "page").Attr("href", link(to)).Text(text).Close();
            else Link(link(to), text);
            M.Close();
        }
        M.Close().Close();
    }

    public void Badge(string text, bool? good = null) => M.Element("span", text, good switch { true => "badge good", false => "badge bad", null => "badge" });

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Took(TimeSpan span) => span.TotalSeconds switch
    {
        < 0 => "0 s",
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GiB"),
    };
}
