using System.CommandLine;
using System.Globalization;
using System.Text;
using Analytics.Engine.Spark;
using Analytics.Jobs.Commands;
using Analytics.Sandbox;

namespace Analytics.Jobs;

/// <summary>The program: one command line, one exit code.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        // The process of one query of the console's SQL box; no command for people.
        if (args is [SandboxProgram.Word]) return SandboxWorker.Run();
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var root = new RootCommand("The nightly batch pipeline of a shop: clean transaction logs, mine rules, forecast sales, segment customers, publish Parquet tables that anyone can verify.");
        foreach (var command in (Command[])
        [
            RunCommand.Create(), IngestCommand.Create(), SalesCommand.Create(), MineCommand.Create(), ForecastCommand.Create(), SegmentCommand.Create(),
            PublishCommand.Create(), AnchorCommand.Create(), PaymentsCommand.Create(), RunsCommand.Create(), VerifyCommand.Create(), ProofCommand.Create(),
            ScheduleCommand.Create(), WebCommand.Create(), ConfigCommand.Create(), DoctorCommand.Create(), SampleCommand.Create(), CompletionCommand.Create(),
        ]) root.Subcommands.Add(command);
        Examples.Attach(root,
            ("analytics run nightly", "the whole pipeline on the sample shop"),
            ("analytics run nightly --config config/online-retail.json --input retail.csv.gz", "a real shop's file"),
            ("analytics mine baskets.txt --min-support 0.1 --min-confidence 0.5", "rules of a plain file, without a lake"),
            ("analytics verify latest", "check every byte of the newest run"));
        return CommandHost.Invoke(root, SparkEnvironment.Arguments(args));
    }
}
