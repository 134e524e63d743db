using Spectre.Console;

namespace Analytics.Jobs.Terminal;

/// <summary>Tables on the terminal: aligned columns without frames, so that they can be cut and searched.</summary>
internal static class PlainTable
{
    /// <summary>A table with these headings; those that start with &gt; are right-aligned.</summary>
    public static Table New(params string[] headings)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        foreach (var heading in headings)
        {
            var right = heading.StartsWith('>');
            var column = new TableColumn(Markup.Escape(right ? heading[1..] : heading)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(right ? column.RightAligned() : column);
        }
        return table;
    }

    /// <summary>A row whose texts stand as they are.</summary>
    public static Text[] Cells(params string[] texts) => texts.Select(text => new Text(text)).ToArray();

    /// <summary>Prints the table; in full width where the output is no terminal.</summary>
    public static void Print(Table table)
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected) console.Profile.Width = 400;
        console.Write(table);
    }
}
