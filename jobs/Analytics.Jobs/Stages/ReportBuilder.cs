using System.Text;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>Reads what the report shows from the run's tables.</summary>
internal static class ReportBuilder
{
    public static ReadOnlyMemory<byte> Render(StageContext context) => Encoding.UTF8.GetBytes($"<!doctype html><title>{context.Results.Shop}</title>");
}
