namespace Analytics.Engine;

/// <summary>A query with its parameters put in.</summary>
/// <param name="Source">The file's name.</param>
/// <param name="Text">One statement without a closing semicolon.</param>
/// <param name="AddedLines">For each piece whose newlines changed: the rendered line on which it begins (from 1) and how many it has more than in the file.</param>
public sealed record RenderedSql(string Source, string Text, IReadOnlyList<(int Line, int Added)> AddedLines)
{
    /// <summary>The line in the file for a line of the rendered text.</summary>
    public int SourceLine(int renderedLine)
    {
        var line = renderedLine;
        foreach (var (at, added) in AddedLines)
            if (renderedLine > at) line -= Math.Min(added, renderedLine - at);
        return line;
    }
}
