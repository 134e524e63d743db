using Analytics.Publishing;

namespace Analytics.Sandbox;

/// <summary>A table that a query may read.</summary>
/// <param name="Name">The name.</param>
/// <param name="Columns">The columns in order.</param>
/// <param name="Files">The Parquet files, relative to the run's folder.</param>
public sealed record SandboxTable(string Name, IReadOnlyList<TableColumn> Columns, IReadOnlyList<string> Files)
{
    /// <summary>The tables of a run.</summary>
    public static IReadOnlyList<SandboxTable> Of(Manifest manifest) =>
        [.. manifest.Tables.Select(static table => new SandboxTable(table.Name, table.Columns, [.. table.Files.Select(static file => file.Path)]))];
}
