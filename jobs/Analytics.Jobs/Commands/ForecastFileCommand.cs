using System.CommandLine;
using System.CommandLine.Invocation;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Forecasting;

namespace Analytics.Jobs.Commands;

/// <summary>forecast FILE: any long table, without a lake.</summary>
internal static class ForecastFileCommand
{
    /// <summary>Gives the stage's command a file and the options that go with one; without a file it stays the stage.</summary>
    public static void Attach(Command command)
    {
        var file = new Argument<string?>("FILE") { Description = "A long table, CSV (also .gz) or Parquet, with columns id, time (dates or whole numbers) and value; further columns of numbers are regressors. Without it the stage of the open run.", Arity = ArgumentArity.ZeroOrOne };
        var horizon = new Option<int?>("--horizon") { Description = "Periods ahead; without it one season, or 28 days.", HelpName = "N" };
        var season = new Option<string?>("--season") { Description = "Season lengths in periods, such as 12 or 7,365; 1 for none. Without it what is usual for the period.", HelpName = "N[,N]" };
        var frequency = new Option<string?>("--frequency") { Description = "hourly, daily, weekly, monthly, quarterly, yearly or index; without it what the times show.", HelpName = "NAME" };
        var output = new Option<string?>("--out", "-o") { Description = "Write id, time, horizon, mean, median, lo_80, hi_80, lo_95, hi_95, model, status, message to a .parquet, .csv or .jsonl file.", HelpName = "FILE" };
        var explain = new Option<string?>("--explain") { Description = "Say for one series what was tried, its errors and weights.", HelpName = "ID" };
        var html = new Option<string?>("--html") { Description = "Write a page with a chart a series.", HelpName = "FILE" };
        var gaps = new Option<string>("--gaps") { Description = "What a period without a row is: missing or zero.", HelpName = "missing|zero", DefaultValueFactory = _ => "missing" };
        var nonNegative = new Option<bool>("--non-negative") { Description = "Values cannot be below 0: counts, sales." };
        var id = new Option<string?>("--id") { Description = "Name of the id column.", HelpName = "COLUMN" };
        var time = new Option<string?>("--time") { Description = "Name of the time column.", HelpName = "COLUMN" };
        var value = new Option<string?>("--value") { Description = "Name of the value column.", HelpName = "COLUMN" };
        var future = new Option<string?>("--future") { Description = "A table of the periods ahead: id, time and the regressors, without values.", HelpName = "FILE" };
        var regressors = new Option<string?>("--regressors") { Description = "The further columns that may explain the values, or none; without it every further column of numbers.", HelpName = "COLUMN[,COLUMN]" };
        var robust = new Option<bool>("--robust") { Description = "Also try models of the series without outliers and level shifts; used where the backtest finds them better." };
        var global = new Option<bool>("--global") { Description = "Also train one boosted model over all series; used where a hold-out finds it better." };
        command.Arguments.Add(file);
        foreach (var option in (Option[])[horizon, season, frequency, output, explain, html, gaps, nonNegative, id, time, value, future, regressors, robust, global]) command.Options.Add(option);
        var stage = (SynchronousCommandLineAction)command.Action!;
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(file) is not { } path)
            {
                foreach (var option in (Option[])[horizon, season, frequency, output, explain, html, nonNegative, id, time, value, future, regressors, robust, global])
                    if (parsed.GetResult(option) is not null && !parsed.GetResult(option)!.Implicit) throw new UserException(ExitCode.Usage, $"{option.Name} goes with a FILE: analytics forecast FILE {option.Name} ...");
                return stage.Invoke(parsed);
            }
            var options = new FileForecastOptions(
                Positive(parsed.GetValue(horizon), "--horizon"), Seasons(parsed.GetValue(season)),
                parsed.GetValue(frequency) is { } name ? TimeScale.Parse(name) : null,
                Gaps(parsed.GetValue(gaps)!), parsed.GetValue(nonNegative), Environment.ProcessorCount, parsed.GetValue(robust), parsed.GetValue(global));
            var names = new LongTableNames(parsed.GetValue(id), parsed.GetValue(time), parsed.GetValue(value), Names(parsed.GetValue(regressors)));
            var table = LongTableReader.Read(path, names, CommandHost.Cancel);
            if (parsed.GetValue(future) is { } ahead)
            {
                if (table.Regressors.Count == 0) throw new UserException(ExitCode.Usage, $"--future {ahead}: {path} has no further column of numbers that could be a regressor");
                table.AddFuture(LongTableReader.Read(ahead, names with { Regressors = table.Regressors }, CommandHost.Cancel, future: true));
            }
            var forecast = FileForecast.Run(table, options, CommandHost.Cancel);
            foreach (var note in forecast.Notes) Console.Error.WriteLine($"note: {note}");
            var told = false;
            if (parsed.GetValue(output) is { } target)
            {
                FileForecastWriter.Write(forecast, target);
                FileForecastText.PrintSummary(forecast, target);
                told = true;
            }
            if (parsed.GetValue(html) is { } page)
            {
                FileForecastPage.Write(forecast, page);
                Console.Out.WriteLine($"{page}: a chart of each of {forecast.Series.Count} series");
                told = true;
            }
            if (parsed.GetValue(explain) is { } one) FileForecastText.PrintExplanation(forecast, one);
            else if (!told) FileForecastText.PrintTable(forecast);
            return (int)ExitCode.Done;
        });
    }

    private static int? Positive(int? value, string option) =>
        value is < 1 or > 10_000 ? throw new UserException(ExitCode.Usage, $"{option} {value}: a number from 1 to 10000 is expected") : value;

    private static string[]? Names(string? text) =>
        text switch { null => null, "none" => [], _ => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) };

    private static bool Gaps(string value) => value switch
    {
        "zero" => true,
        "missing" => false,
        _ => throw new UserException(ExitCode.Usage, $"--gaps {value}: missing or zero is expected"),
    };

    private static int[]? Seasons(string? text)
    {
        if (text is null) return null;
        var seasons = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var s) || s < 1 || seasons.Count > 0 && s <= seasons[^1])
                throw new UserException(ExitCode.Usage, $"--season {text}: one or two ascending whole numbers such as 12 or 7,365 are expected");
            seasons.Add(s);
        }
        if (seasons.Count > 2) throw new UserException(ExitCode.Usage, $"--season {text}: at most two seasons can be told apart");
        return [.. seasons.Where(s => s > 1)];
    }
}
