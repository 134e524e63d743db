using System.CommandLine;

namespace Analytics.Jobs.Commands;

/// <summary>forecast: a plain file where one is named, else the stage of the open run.</summary>
internal static class ForecastCommand
{
    public static Command Create() => StageCommands.Create("forecast", "Forecast the open run's sales.", ("analytics forecast", "goes on with the open run"));
}
