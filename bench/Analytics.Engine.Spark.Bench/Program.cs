using Analytics.Engine.Spark.Bench;

// What bench/spark.sh sets side by side; see there.
switch (args)
{
    case ["peer", var csv, var folder, var master]:
        Peer.Run(csv, folder, master);
        return 0;
    case ["watch", var report, "--cluster", var daemons, .. var command] when command.Length > 0:
        return ProcessWatch.Run(report, [.. daemons.Split(',').Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))], command);
    case ["watch", var report, .. var command] when command.Length > 0:
        return ProcessWatch.Run(report, [], command);
    case ["stages", var events, .. var least] when least.Length <= 1:
        return StageSkew.Print(events, least.Length == 1 ? double.Parse(least[0], System.Globalization.CultureInfo.InvariantCulture) : 1);
    case ["wire", var master, var rows]:
        WireFormats.Run(master, long.Parse(rows, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: Analytics.Engine.Spark.Bench peer FILE.csv.gz FOLDER MASTER   the same jobs as SQL and MLlib; prints `step seconds` lines
                   Analytics.Engine.Spark.Bench watch REPORT [--cluster PID,...] COMMAND ...
                                                                                 runs a command and writes the peak memory of its programs, by kind, a cluster's executors with them
                   Analytics.Engine.Spark.Bench stages EVENTS [SECONDS]          tasks of an event log's stages that took so long, the most uneven first
                   Analytics.Engine.Spark.Bench wire MASTER ROWS                 the worker's lines beside JSON; needs SPARK_HOME
            """);
        return 2;
}
