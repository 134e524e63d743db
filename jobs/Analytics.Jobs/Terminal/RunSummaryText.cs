using System.Globalization;
using Analytics.Files;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Terminal;

/// <summary>The end of a run as the user reads it: where the results are and the first lines worth reading.</summary>
internal static class RunSummaryText
{
    public static void Print(RunServices services, RunOutcome outcome)
    {
        var say = services.Reporter.Say;
        if (outcome.NothingToDo)
        {
            say(outcome.IsLeftAlone
                ? $"nothing to do: {Dates.Text(outcome.Target.Date)} has run {outcome.Published!.Value.Id}"
                : $"nothing to do: run {outcome.Published!.Value.Id} of {Dates.Text(outcome.Target.Date)} has the same input and configuration and is published");
            say($"  {Folder(services, outcome.Published.Value)}");
            return;
        }
        if (outcome.Publishing is not { } published) return;
        say("");
        foreach (var stage in outcome.Stages.Values)
            foreach (var line in stage.Highlights) say(line);
        say("");
        say(string.Create(CultureInfo.InvariantCulture, $"published {published.Run} in {outcome.Took.TotalSeconds:F1} s, root {published.Root[..16]}..."));
        say($"  tables    {Folder(services, published.Run)}/<table>/*.parquet");
        say($"  report    {Folder(services, published.Run)}/{LakeLayout.Report}");
        say($"  manifest  {Folder(services, published.Run)}/{LakeLayout.Manifest}");
        say(published.LatestMoved
            ? $"  latest    {FilePointer.Find(services.Lake.Files, services.Lake.Full(LakeLayout.Latest))} points to it"
            : "  latest    stays where it was: a run of a later date is published");
        say($"  check it  analytics verify {published.Run.Id}{OtherLake(services.Settings.Machine)}");
    }

    /// <summary>How a command names the lake, where it would look at another one by itself.</summary>
    private static string OtherLake(MachineSettings machine)
    {
        var lake = LakeAccess.Folder(machine);
        return lake == LakeAccess.Folder(new MachineSettings()) ? "" : $" --lake {ShellWord.Quote(lake)}";
    }

    private static string Folder(RunServices services, RunRef run)
    {
        var full = services.Lake.Full(run.Path);
        if (FileSystems.IsUri(full)) return full;
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
