using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>A run of groups that one worker takes at once: many small groups, or one large one that is still being read.</summary>
internal sealed class GroupedWork(long number, IReadOnlyList<Column> keyColumns)
{
    /// <summary>Its place in key order.</summary>
    public long Number { get; } = number;

    /// <summary>One row a group.</summary>
    public ColumnBatch Keys { get; } = new(keyColumns);

    /// <summary>The rows of each group, where all are small.</summary>
    public List<ColumnBatch> Groups { get; } = [];

    /// <summary>The rows of the only group, where it is large.</summary>
    public GroupQueue? Stream { get; set; }

    /// <summary>Rows in all groups together.</summary>
    public int Rows { get; set; }

    /// <summary>What each group gave; null where it failed.</summary>
    public List<ColumnBatch?> Outputs { get; } = [];

    /// <summary>The groups that failed: position and what to report.</summary>
    public List<(int Group, GroupFailure Failure)> Failures { get; } = [];

    /// <summary>The key of a group as text.</summary>
    public string?[] KeyTexts(int group)
    {
        var texts = new string?[keyColumns.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = KeyText.Of(Keys[i], group, keyColumns[i].Type);
        return texts;
    }
}
