using System.CommandLine;

namespace Analytics.Jobs.Commands;

/// <summary>forecast: a plain file where one is named, else the stage of the open run.</summary>
internal static class ForecastCommand
{
    public static Command Create()
    {
        var command = StageCommands.Create("forecast", "Forecast a long table of any series, or the open run's sales.",
            ("analytics forecast sales.csv --horizon 28", "columns id, time, value; a table with sparklines"),
            ("analytics forecast sales.parquet --season 7,365 --non-negative --gaps zero --out forecasts.parquet", "daily counts, where no row is no sale"),
            ("analytics forecast sales.csv --future promotions.csv --html forecasts.html", "further columns, such as a promotion, explain; charts on a page"),
            ("analytics forecast sales.csv --explain item-7", "what was tried for one series, and why"),
            ("analytics forecast", "goes on with the open run"));
        ForecastFileCommand.Attach(command);
        return command;
    }
}
