using System.Globalization;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>What was done by hand: who, what, why, when, and what came of it.</summary>
internal static class AuditPage
{
    private const int PageRows = 100;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console) => routes.Page("/audit", console, Write);

    private static string Write(Visit visit)
    {
        long? below = long.TryParse(visit.Query("below"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var lines = visit.Console.Audit.Read(below, PageRows);
        var page = new ConsolePage(visit, "Audit log", "/audit");
        page.M.Element("p", "What was done in this console, newest first: one file an entry in state/audit of the lake, never written again. Each names the hash of the one before it.", "lead");
        foreach (var line in lines)
            if (!line.IsLinked) page.M.Element("p", $"Entry {line.Entry.Number} does not follow from the one before it: one of the two was altered or removed.", "verdict bad");
        if (lines.Count == 0) page.Empty(below is null ? "Nothing was done yet." : "There are no older entries.");
        else page.Scroll("Audit log", () =>
        {
            page.Table("Audit log", false, "#Number", "When", "Who", "From", "What", "To what", "Why, or what came of it");
            foreach (var (entry, _) in lines)
            {
                page.M.Open("tr");
                page.Number(entry.Number.ToString(CultureInfo.InvariantCulture)).Cell(ConsolePage.Time(entry.At)).Foreign(entry.Who).Foreign(entry.From);
                page.Cell(entry.Of is { } of ? $"outcome of {of.ToString(CultureInfo.InvariantCulture)}" : entry.Action).Foreign(entry.Target).Foreign(entry.Why);
                page.M.Close();
            }
            page.EndTable();
        });
        if (lines.Count == PageRows)
        {
            page.M.Open("p");
            page.Link($"/audit?below={lines[^1].Entry.Number.ToString(CultureInfo.InvariantCulture)}", "Older entries").M.Close();
        }
        return page.End();
    }
}
