using Analytics.Jobs.Terminal;

namespace Analytics.Jobs.Pipeline;

/// <summary>Tells what a run would do.</summary>
internal static class DryRun
{
    public static void Tell(IRunReporter reporter, RunTarget target, IReadOnlyList<IStage> stages, bool published)
    {
        var start = target.Start?.Run;
        reporter.Say($"would run {target.Key[..16]} of {Dates.Text(target.Date)}{(published ? " again (it is published)" : "")}");
        reporter.Say($"  base      {(target.Base is { } run ? run.ToString() : "none")}");
        reporter.Say($"  start     {(start is null ? "nothing: every file is read" : $"{start.BusinessDate:yyyy-MM-dd}/{start.Id}")}");
        foreach (var put in target.Changes.Put) reporter.Say($"  takes in  {put.Name} ({put.Sha256[..12]})");
        foreach (var name in target.Changes.Retracted) reporter.Say($"  retracts  {name}");
        reporter.Say($"  rests on  {target.Names.Count} files");
        reporter.Say($"  stages    {string.Join(", ", stages.Select(stage => stage.Name))}");
    }
}
