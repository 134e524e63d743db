using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Web.Data;
using Analytics.Web.Pages;

namespace Analytics.Web;

/// <summary>What the pages share.</summary>
internal sealed record ConsoleServices(
    Lake Lake, IConsoleProgram Program, ConsoleOptions Options, RunCatalog Catalog, ManifestCache Manifests, RunFiles Files, TableQueries Queries, TonightFeed Tonight,
    AuditLog Audit, Verifications Verifications, SqlSandbox Sandbox)
{
    /// <summary>Pages that were written before.</summary>
    public LastingPages Lasting { get; } = new();

    public TimeProvider Time => Options.Time;
}
