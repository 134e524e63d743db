using Analytics.Files;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Web.Access;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>The report of a run, in a frame with an origin of its own: nothing in it can reach the console.</summary>
internal static class ReportPages
{
    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.LastingPage("/runs/{date}/{run}/report", console, static visit =>
        {
            var run = visit.Run().Run;
            var page = new ConsolePage(visit, $"Report of {Figures.Date(run.Date)}", "run/report", run, sub: run.Id);
            if (Document(visit, run) is null) page.Empty("The run has no report: the stage sales did not run.");
            else
            {
                page.M.Open("iframe", "frame").Attr("sandbox", "allow-scripts").Attr("referrerpolicy", "no-referrer").Attr("title", $"Report of {Figures.Date(run.Date)}")
                    .Attr("src", Links.Run(run) + "/report.html").Close();
                page.M.Open("p", "note");
                page.Link(Links.Run(run) + "/report.html", "The report alone").M.Close();
            }
            return Task.FromResult(page.End());
        });
        routes.Get("/runs/{date}/{run}/report.html", console, static async visit =>
        {
            var run = visit.Run().Run;
            var document = Document(visit, run) ?? throw new NotFoundException("The run has no report", "The stage sales did not run.");
            var bytes = visit.Lake.Files.ReadAllBytes(visit.Lake.Full($"{run.Path}/{LakeLayout.Report}"));
            if (FileHash.Compute(bytes) != document.Sha256)
                throw new ConsoleException($"{run.Path}/{LakeLayout.Report} has not the hash that the manifest names; expected the report as it was published. It is not shown: verify the run, and restore the file from a copy");
            var response = visit.Context.Response;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy = SecurityHeaders.ReportPolicy;
            response.Headers.XFrameOptions = "SAMEORIGIN";
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes, visit.Cancel).ConfigureAwait(false);
        });
    }

    private static DocumentEntry? Document(Visit visit, RunRef run) => visit.Manifest(run).Documents.FirstOrDefault(static document => document.Path == LakeLayout.Report);
}
