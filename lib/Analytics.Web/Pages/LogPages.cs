using System.Globalization;
using System.Text;
using Analytics.Report.Internals;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>Logs of attempts and of runs that were started here: what the program said, its end first where it is long.</summary>
internal static class LogPages
{
    private const int MostBytes = 256 << 10;

    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console)
    {
        routes.Page("/nights/{schedule}/{date}/{attempt}", console, static visit =>
        {
            var schedule = visit.Console.Program.Schedules.FirstOrDefault(one => one.Name == visit.Route("schedule"));
            if (schedule is null || !Visit.TryDate(visit.Route("date"), out var date) || !int.TryParse(visit.Route("attempt"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
                || visit.Console.Program.AttemptLog(schedule.Name, date, attempt) is not { } path)
                throw new NotFoundException("There is no log of such an attempt", "It may have run on another machine, or the log was removed.");
            var page = new ConsolePage(visit, $"{schedule.Name} of {Figures.Date(date)}, attempt {attempt}", sub: path);
            page.M.Open("p").Text("By hand: ").Element("code", visit.Console.Program.CommandOf(schedule.Name, date)).Close();
            Log(page, path);
            return page.End();
        });
        routes.Page("/started/{id}", console, static visit =>
        {
            var one = visit.Console.Program.Started().FirstOrDefault(started => started.Id == visit.Route("id"))
                ?? throw new NotFoundException("Nothing of that name was started here", "The console forgets it when it is restarted; the log stays in state/logs/console of the lake.");
            var page = new ConsolePage(visit, one.Order.From == one.Order.To ? $"Run of {Figures.Date(one.Order.From)}" : $"Runs of {Figures.Date(one.Order.From)} to {Figures.Date(one.Order.To)}", refreshSeconds: one.EndedAt is null ? 3 : 0, sub: one.Log);
            page.M.Open("p", one.EndedAt is null ? "verdict" : one.HasFailed ? "verdict bad" : "verdict good").Attr("role", "status")
                .Text(one.EndedAt is { } ended ? $"Ended at {ConsolePage.Time(ended)}: " : $"Goes on since {ConsolePage.Time(one.StartedAt)}.").Foreign(one.Outcome).Close();
            Log(page, one.Log);
            return page.End();
        });
    }

    private static void Log(ConsolePage page, string path)
    {
        if (!File.Exists(path))
        {
            page.Empty("Nothing was written yet.");
            return;
        }
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var isCut = stream.Length > MostBytes;
        if (isCut)
        {
            stream.Seek(-MostBytes, SeekOrigin.End);
            page.Note($"The last {MostBytes >> 10} KiB of {ConsolePage.Bytes(stream.Length)}.");
        }
        page.M.Open("pre", "log").Attr("tabindex", "0").Attr("aria-label", "Log");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) page.M.Text(line).Raw("\n");
        page.M.Close();
    }
}
