using Analytics.Columns;
using Analytics.Files;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Stages;

/// <summary>The tables of the open run and of its base as relations, for as long as the report is made.</summary>
internal sealed class ReportTables(StageContext context) : IDisposable
{
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);

    /// <summary>The base run's manifest, or null.</summary>
    public Manifest? Base => context.Target.BaseManifest;

    /// <summary>What the open run's stages wrote under a table's name; null where none did.</summary>
    public TableFact? Written(string table) => context.Done.Values.SelectMany(stage => stage.Tables).FirstOrDefault(fact => fact.Table == table);

    /// <summary>The base run's table; null without a base or where it has none of that name.</summary>
    public TableEntry? InBase(string table) => Base?.Tables.FirstOrDefault(entry => entry.Name == table);

    /// <summary>Makes a table of the open run a relation of its name.</summary>
    /// <returns>Whether a stage wrote it; no relation where none did.</returns>
    public bool Define(string table)
    {
        if (Written(table) is not { } fact) return false;
        var folder = context.Staging.TableFolder(table);
        Define(table, TableSchemas.Of(table).Columns, fact.Parts.Select(part => StorePath.Combine(folder, part.Name)));
        return true;
    }

    /// <summary>Makes a table of the base run the relation base_NAME, which is empty where the base has none.</summary>
    /// <returns>Whether the base has it.</returns>
    public bool DefineBase(string table)
    {
        var entry = InBase(table);
        var columns = TableSchemas.Of(table).Columns;
        if (entry is null)
        {
            Define("base_" + table, columns, []);
            return false;
        }
        // An older program's table may lack the columns that came since.
        var there = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var run = new RunRef(Base!.Run.BusinessDate, Base.Run.Id).Path;
        Define("base_" + table, columns.Where(column => there.Contains(column.Name)).ToArray(), entry.Files.Select(file => context.Lake.Full(StorePath.Combine(run, file.Path))));
        return true;
    }

    /// <summary>Makes a query of Sql/ a relation of the same name.</summary>
    public void DefineQuery(string file, Engine.SqlParameters parameters)
    {
        context.Engine.DefineTable(file, Relations.SqlFile(file), parameters, context.Cancel);
        _defined.Add(file);
    }

    public void Dispose()
    {
        foreach (var name in _defined) context.Engine.Drop(name);
    }

    private void Define(string name, IReadOnlyList<Column> columns, IEnumerable<string> files)
    {
        if (_defined.Contains(name)) return;
        context.Engine.DefineFiles(name, columns, files.ToArray(), context.Cancel);
        _defined.Add(name);
    }
}
