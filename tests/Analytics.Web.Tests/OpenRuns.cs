using System.Text.Json;
using Analytics.Publishing;

namespace Analytics.Web.Tests;

/// <summary>Runs that are open.</summary>
internal static class OpenRuns
{
    /// <summary>The plan of a night after the published ones.</summary>
    public static RunPlan Plan(Lake lake)
    {
        var date = (lake.Latest()?.Date ?? WebShop.First).AddDays(1);
        var parent = lake.FindBase(date) is { } run ? lake.ReadBase(run) : null;
        using var configuration = JsonDocument.Parse("{}");
        return new RunPlan { KeyParts = RunKey.Parts(date, [], configuration.RootElement, "1", parent?.Key), Base = parent, Changes = RunChanges.None, ProgramVersion = "0.1.0" };
    }
}
