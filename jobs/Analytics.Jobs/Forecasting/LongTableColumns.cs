using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>The names that the command line gives to a long table's columns; null for the usual ones.</summary>
/// <param name="Id">The id column.</param>
/// <param name="Time">The time column.</param>
/// <param name="Value">The value column.</param>
/// <param name="Regressors">The regressors; null for every further column of numbers, empty for none.</param>
internal sealed record LongTableNames(string? Id = null, string? Time = null, string? Value = null, IReadOnlyList<string>? Regressors = null);

/// <summary>Where a long table's columns are.</summary>
/// <param name="Id">The id column, or −1 where the file is one series.</param>
/// <param name="Time">The time column.</param>
/// <param name="TimeName">Its name.</param>
/// <param name="Value">The value column; −1 in a file of periods to come.</param>
/// <param name="ValueName">Its name.</param>
/// <param name="Regressors">The further columns that are read.</param>
/// <param name="Named">Whether the user named the regressors, so that each must hold numbers.</param>
internal sealed record LongTableColumns(int Id, int Time, string TimeName, int Value, string ValueName, IReadOnlyList<(int Column, string Name)> Regressors, bool Named)
{
    private static readonly string[] s_ids = ["id", "unique_id", "series", "key", "item_id"], s_times = ["time", "ds", "date", "timestamp", "t"], s_values = ["value", "y", "quantity", "sales"];

    /// <summary>Finds the columns in a header.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="names">What the user named.</param>
    /// <param name="future">Whether it is a file of periods to come, which needs no values.</param>
    public static LongTableColumns Find(string file, IReadOnlyList<string> header, LongTableNames names, bool future)
    {
        var id = Find(header, names.Id, s_ids);
        var time = Find(header, names.Time, s_times);
        var value = Find(header, names.Value, s_values);
        if (names.Id is not null && id < 0) throw Missing(file, names.Id, header);
        if (time < 0) throw Missing(file, names.Time ?? "time", header);
        if (value < 0 && !future) throw Missing(file, names.Value ?? "value", header);
        var regressors = new List<(int, string)>();
        if (names.Regressors is null)
        {
            for (var i = 0; i < header.Count; i++)
                if (i != id && i != time && i != value) regressors.Add((i, Plain(header[i])));
        }
        else
        {
            foreach (var name in names.Regressors)
            {
                var at = Find(header, name, []);
                if (at < 0) throw Missing(file, name, header);
                if (at == id || at == time || at == value) throw new UserException(ExitCode.Usage, $"{file}: column {name} cannot be a regressor too; further columns are expected");
                regressors.Add((at, name));
            }
        }
        return new LongTableColumns(id, time, Plain(header[time]), future ? -1 : value, value < 0 ? "value" : Plain(header[value]), regressors, names.Regressors is not null);
    }

    private static string Plain(string name) => name.Trim('\uFEFF', ' ');

    private static int Find(IReadOnlyList<string> header, string? named, string[] usual)
    {
        foreach (var name in named is null ? usual : [named])
        {
            for (var i = 0; i < header.Count; i++)
                if (string.Equals(Plain(header[i]), name, named is null ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)) return i;
        }
        return -1;
    }

    private static UserException Missing(string file, string name, IReadOnlyList<string> header) =>
        new(ExitCode.Usage, $"{file} has no column {name}; it has {string.Join(", ", header)}. Name the columns with --id, --time, --value and --regressors");
}
