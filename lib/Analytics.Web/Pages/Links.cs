using Analytics.Publishing;

namespace Analytics.Web.Pages;

/// <summary>Addresses of pages.</summary>
internal static class Links
{
    public static string Run(RunRef run) => $"/runs/{LakeLayout.Date(run.Date)}/{run.Id}";

    public static string Table(RunRef run, string table) => $"{Run(run)}/tables/{Uri.EscapeDataString(table)}";

    /// <summary>A path with a query; parts that are empty are left out.</summary>
    public static string With(string path, params IEnumerable<(string Name, string Value)> query)
    {
        var parts = query.Where(static part => part.Value.Length > 0).Select(static part => $"{part.Name}={Uri.EscapeDataString(part.Value)}").ToList();
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }
}
