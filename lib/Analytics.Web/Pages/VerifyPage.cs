using Analytics.Report.Internals;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Every file of a run against its manifest.</summary>
internal static class VerifyPage
{
    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/runs/{date}/{run}/verify", console, Write);
        routes.Post("/runs/{date}/{run}/verify", console, static (visit, _) =>
        {
            var run = visit.Run().Run;
            visit.Console.Verifications.Start(run);
            visit.Context.Response.Redirect(Links.Run(run) + "/verify");
            return Task.CompletedTask;
        });
    }

    private static string Write(Visit visit)
    {
        var run = visit.Run().Run;
        var state = visit.Console.Verifications.Find(run);
        var goesOn = state is { EndedAt: null };
        var page = new ConsolePage(visit, $"Verify the run of {Figures.Date(run.Date)}", "run/verify", run, refreshSeconds: goesOn ? 2 : 0, sub: run.Id);
        page.M.Element("p", "Reads every file of the run and every curated file that it rests on: lengths, hashes, names, rows and columns, the key and the root.", "lead");
        if (goesOn) page.M.Open("p", "verdict").Attr("role", "status").Text($"Reading since {ConsolePage.Time(state!.StartedAt)}.").Close();
        else if (state is { Error.Length: > 0 }) page.M.Open("p", "verdict bad").Text("It could not be verified: ").Foreign(state.Error).Close();
        else if (state?.Result is { } result)
        {
            var took = ConsolePage.Took(state.EndedAt!.Value - state.StartedAt);
            if (result.IsWhole)
            {
                var standing = visit.Console.Program.Standing(run);
                page.M.Element("p", $"Whole: {Figures.Count(result.Files)} files, {ConsolePage.Bytes(result.Bytes)}, in {took}. Root {result.Root}.", "verdict good");
                if (standing is not null && standing.Root != result.Root)
                    page.M.Element("p", $"The chain's journal has the root {standing.Root} for this run: one of the two was altered.", "verdict bad");
                else if (standing is not null) page.Note($"The chain's journal names the same root, {standing.State}. Whether the chain itself holds it: analytics verify {run} --rpc URL.");
            }
            else
            {
                page.M.Element("p", $"Not whole: {Figures.Many(result.Findings.Count, "finding")} over {Figures.Count(result.Files)} files, in {took}. Restore the named files from a backup, or roll back to another run.", "verdict bad");
                page.Scroll("Findings", () =>
                {
                    page.Table("What is wrong", false, "Kind", "File", "What");
                    foreach (var finding in result.Findings.Take(500))
                    {
                        page.M.Open("tr");
                        page.Cell(finding.Kind.ToString().ToLowerInvariant()).Foreign(finding.Path).Foreign(finding.Message).M.Close();
                    }
                    page.EndTable();
                });
                if (result.Findings.Count > 500) page.Note($"500 of {Figures.Count(result.Findings.Count)} findings.");
            }
            page.Note($"As of {ConsolePage.Time(state.EndedAt!.Value)}.");
        }
        if (!goesOn)
        {
            page.M.Open("div", "actions");
            page.Form(Links.Run(run) + "/verify", () => page.Button(state is null ? "Verify it all" : "Verify again", "primary"));
            page.M.Close();
        }
        return page.End();
    }
}
