using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>Whether a batch keeps to what was declared, in the same words on every engine.</summary>
public static class BatchCheck
{
    /// <summary>What is wrong with a batch; null for nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="columns">The declared columns.</param>
    /// <param name="firstColumn">Which of them the batch's first column is.</param>
    public static string? Fault(ColumnBatch batch, IReadOnlyList<Column> columns, int firstColumn)
    {
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            var declared = columns[firstColumn + i];
            if (batch.Columns[i].Type != declared.Type) return $"column {declared.Name} is given as {batch.Columns[i].Type}, declared as {declared.Type}";
            if (batch[i].Count != batch.Count)
                return $"column {declared.Name} has {batch[i].Count} values where column {columns[firstColumn].Name} has {batch.Count}: every row needs a value in every column";
            if (batch[i].NullCount > 0 && !declared.Nullable) return $"column {declared.Name} holds a NULL but is declared without NULLs";
        }
        return null;
    }
}
