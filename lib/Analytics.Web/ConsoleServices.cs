using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Web.Data;

namespace Analytics.Web;

/// <summary>What the pages share.</summary>
internal sealed record ConsoleServices(
    Lake Lake, IConsoleProgram Program, ConsoleOptions Options, RunCatalog Catalog, ManifestCache Manifests, RunFiles Files, TableQueries Queries, TonightFeed Tonight,
    AuditLog Audit, Verifications Verifications, SqlSandbox Sandbox)
{
    public TimeProvider Time => Options.Time;
}
