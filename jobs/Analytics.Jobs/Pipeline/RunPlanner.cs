using System.Globalization;
using Analytics.Jobs.Configuration;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>Decides date, base, sources and key of a run, from the lake's manifests and the files that were named.</summary>
internal sealed class RunPlanner(Lake lake, ResultsSettings results, HeadStart? head = null)
{
    private readonly Dictionary<RunRef, Manifest> _manifests = [];

    /// <summary>A manifest, read once.</summary>
    public Manifest Manifest(RunRef run)
    {
        if (!_manifests.TryGetValue(run, out var manifest)) _manifests[run] = manifest = head?.ReadManifest(run) ?? lake.ReadManifest(run);
        return manifest;
    }

    /// <summary>The order dates of a file's content where some current run rests on it, else null. Newest runs first: there the newest files are.</summary>
    public IReadOnlyList<DateRange>? KnownDates(string sha256)
    {
        foreach (var run in lake.CurrentRuns().Reverse())
        {
            var manifest = Manifest(run);
            if (InputHash(manifest) != InputHash(results)) continue;
            var source = manifest.Sources.FirstOrDefault(source => source.Sha256 == sha256);
            if (source is not null) return source.OrderDates;
        }
        return null;
    }

    /// <summary>
    /// The business date of a run without --date: the last order date of its input. Refused where it lies too far behind the date
    /// before it, as after a mistyped year.
    /// </summary>
    /// <param name="dates">The order dates of each input file, with the least line of the last one where it is known.</param>
    public DateOnly LastOrderDate(IReadOnlyList<(string File, IReadOnlyList<DateOnly> Dates, long LastLine)> dates)
    {
        var all = dates.SelectMany(file => file.Dates).Distinct().Order().ToList();
        if (all.Count == 0)
            throw new UserException(ExitCode.Data,
                $"{dates[0].File}{(dates.Count > 1 ? $" and {dates.Count - 1} more files hold" : " holds")} no record with an order date, so there is no business date: "
                + "every record of it is rejected or there is none. Look at its header and its first lines, or name --date and see why in the table rejects");
        var last = all[^1];
        // Besides the input itself, the newest date that the lake holds is a date before it.
        var before = all.Count > 1 ? all[^2] : (DateOnly?)null;
        if (lake.Latest() is { } latest)
            foreach (var date in Manifest(latest).Curated.Select(curated => curated.Date))
                if (date < last && (before is null || date > before)) before = date;
        if (before is { } previous && last.DayNumber - previous.DayNumber > results.Limits.MaxGapDays)
        {
            var culprit = dates.First(file => file.Dates.Contains(last));
            var line = culprit.LastLine > 0 ? $", line {culprit.LastLine.ToString(CultureInfo.InvariantCulture)}" : "";
            throw new UserException(ExitCode.Usage,
                $"{culprit.File}{line}: the last order date {Dates.Text(last)} lies {last.DayNumber - previous.DayNumber} days after the one before it, {Dates.Text(previous)}; "
                + $"at most {results.Limits.MaxGapDays} are expected (results.limits.max_gap_days). Correct the line, or name the business date with --date");
        }
        return last;
    }

    /// <summary>Puts together what a run of a date would be.</summary>
    /// <param name="date">The business date.</param>
    /// <param name="files">The files that were named.</param>
    /// <param name="retract">Names to take away.</param>
    public RunTarget Plan(DateOnly date, IReadOnlyList<InputFile> files, IReadOnlyList<string> retract)
    {
        var baseRun = lake.FindBase(date);
        var baseManifest = baseRun is { } found ? Manifest(found) : null;
        var existing = lake.Current(date);
        var existingManifest = existing is { } current ? Manifest(current) : null;

        var asked = new RunChanges(
            files.Where(file => !retract.Contains(file.Name)).Select(file => new RunInput(file.Name, file.Sha256)).ToArray(),
            retract);
        var baseNames = SourceHistory.NamesOf(baseManifest);
        var changes = SourceHistory.Against(baseNames, SourceHistory.Then(existingManifest?.Changes ?? RunChanges.None, asked));
        var names = SourceHistory.Apply(baseNames, changes);
        foreach (var name in retract)
        {
            if (baseNames.ContainsKey(name) || (existingManifest is not null && SourceHistory.NamesOf(existingManifest).ContainsKey(name))) continue;
            var nearest = Nearest.Of(name, names.Keys);
            throw new UserException(ExitCode.Usage, $"--retract {name}: no run of {Dates.Text(date)} or before it rests on a file of this name"
                + (nearest is null ? "" : $"; the nearest known name is {nearest}"));
        }

        // The existing run of the date is the nearer start, as long as it stands on the base that this run has.
        var start = existingManifest is not null && existingManifest.Run.Base?.Id == baseManifest?.Run.Id && existingManifest.Run.Base?.Key == baseManifest?.Run.Key
            ? existingManifest
            : baseManifest;
        if (start is not null && InputHash(start) != InputHash(results)) start = null;
        var parts = RunKey.Parts(date, names.Select(entry => new RunInput(entry.Key, entry.Value)), ResultsJson.Of(results), PipelineVersion.Results, baseManifest?.Run.Key);
        return new RunTarget
        {
            Date = date,
            Base = baseRun,
            BaseManifest = baseManifest,
            Existing = existing,
            ExistingManifest = existingManifest,
            Start = start,
            Changes = changes,
            Names = names,
            Plan = new RunPlan
            {
                KeyParts = parts,
                Base = baseRun is { } run ? lake.ReadBase(run) : null,
                Changes = changes,
                ProgramVersion = PipelineVersion.Program,
            },
            Key = RunKey.Compute(parts),
            Files = files.GroupBy(file => file.Sha256).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal),
        };
    }

    /// <summary>The target of an open run, as it was planned when it was opened; its files need not be named again once ingest is done.</summary>
    public RunTarget PlanOpen(RunPlan plan)
    {
        var date = plan.KeyParts.BusinessDate;
        var files = Plan(date, [], []);
        if (files.Plan.Base?.Key != plan.Base?.Key)
            throw new UserException(ExitCode.Usage, $"the open run of {Dates.Text(date)} was begun on another base than the lake has now: begin it anew with `analytics ingest`");
        if (files.Plan.KeyParts.ConfigurationSha256 != plan.KeyParts.ConfigurationSha256)
            throw new UserException(ExitCode.Usage, $"the open run of {Dates.Text(date)} was begun with another results configuration: name that configuration, or begin the run anew with `analytics ingest`");
        return files with
        {
            Changes = plan.Changes,
            Names = SourceHistory.Apply(SourceHistory.NamesOf(files.BaseManifest), plan.Changes),
            Plan = plan,
            Key = RunKey.Compute(plan.KeyParts),
        };
    }

    /// <summary>The hash of what decides how lines are cleaned.</summary>
    public static string InputHash(ResultsSettings results) => CanonicalJson.Hash(ResultsJson.Of(results.Input));

    /// <summary>The same of a published run.</summary>
    public static string InputHash(Manifest manifest) => manifest.State.TryGetValue("ingest", out var state) && state.TryGetProperty("input_hash", out var hash)
        ? hash.GetString() ?? ""
        : "";
}
