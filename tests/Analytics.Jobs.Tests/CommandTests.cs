using System.Diagnostics;
using System.Text;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>The command line: help, completion, exit codes, and the commands on runs.</summary>
public sealed class CommandTests
{
    private static readonly string[] Commands =
    [
        "run nightly", "ingest", "sales", "mine", "forecast", "segment", "publish", "runs", "runs list", "runs show", "runs diff", "runs rollback", "runs prune", "verify", "proof",
        "web", "web user add", "config show", "config check", "config schema", "doctor", "sample", "completion",
    ];

    [Fact]
    public void EveryCommandHasHelp()
    {
        Assert.Contains("Examples:", InProcess.Run("--help").With(0).Out, StringComparison.Ordinal);
        foreach (var command in Commands)
        {
            var help = InProcess.Run([.. command.Split(' '), "--help"]).With(0).Out;
            Assert.Contains("Usage:", help, StringComparison.Ordinal);
            Assert.Contains($" {command}", help, StringComparison.Ordinal);
            if (command is not ("runs list" or "config schema")) Assert.Contains("Examples:", help, StringComparison.Ordinal);
        }
        Assert.Matches(@"^\d+\.\d+", InProcess.Run("--version").With(0).Out);
    }

    [Fact]
    public void ExamplesOfTheHelpParse()
    {
        foreach (var command in Commands)
        {
            var help = InProcess.Run([.. command.Split(' '), "--help"]).With(0).Out;
            var examples = help.Split('\n').SkipWhile(line => line != "Examples:").Skip(1).Where(line => line.StartsWith("  analytics ", StringComparison.Ordinal) && !line.Contains("&&", StringComparison.Ordinal));
            // Appended, --help keeps them from doing anything and still reports nothing but help; a wrong option is seen by the parser first.
            foreach (var example in examples) InProcess.Run([.. example.Trim().Split(' ')[1..], "--help"]).With(0);
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void CompletionScriptsAskTheProgramForItsWords(string shell)
    {
        Assert.Contains("[suggest:", InProcess.Run("completion", shell).With(0).Out, StringComparison.Ordinal);
        Assert.Contains("nightly", InProcess.Run("[suggest:4]", "run ").With(0).Out.Split('\n'));
        Assert.Contains("--cascade", InProcess.Run("[suggest:14]", "run nightly --").With(0).Out.Split('\n'));
    }

    [Theory]
    [InlineData("run nightly --date 2025-13-45", "--date 2025-13-45: a date such as 2025-12-31 is expected")]
    [InlineData("run nightly --date yesterday", "--date yesterday: a date such as 2025-12-31 is expected")]
    [InlineData("run nightli", "nightli")]
    [InlineData("rum", "rum")]
    [InlineData("run nightly --datte 2025-01-01", "--datte")]
    [InlineData("completion tcsh", "tcsh")]
    [InlineData("run nightly --from 2025-01-01", "--from and --to come together")]
    [InlineData("run nightly --from 2025-01-02 --to 2025-01-01", "is after --to")]
    [InlineData("run nightly --from 2025-01-01 --to 2025-01-02 --date 2025-01-01", "--date does not go with")]
    [InlineData("run nightly --only ingest,mien", "--only mien: no such stage")]
    [InlineData("run nightly --engine sparkle", "'machine.engine' is 'sparkle'")]
    [InlineData("run nightly --set results.mine", "KEY=VALUE is expected")]
    [InlineData("run nightly --input /no/such/file.csv", "does not exist")]
    [InlineData("run nightly --input /no/such/*.csv", "matches no file")]
    [InlineData("run nightly --input hdfs://name/logs", "the embedded engine reads files of this machine alone; name --engine spark")]
    [InlineData("run nightly --config /no/such.json", "does not exist")]
    [InlineData("mine --run 0000", "no open run's id starts like this")]
    [InlineData("publish", "no run is open")]
    [InlineData("verify", "nothing is published yet")]
    [InlineData("verify 2025-01-01", "no run of 2025-01-01")]
    [InlineData("runs show abcdef", "no run 'abcdef'")]
    public void WrongUseIsCodeTwoAndSaysWhatIsExpected(string line, string expected)
    {
        using var shop = SmallShop.New();
        // A lake for those that read one; given only where the command takes the option.
        shop.Nightly("--input", shop.Write("in/a.csv", SmallShop.Day("2025-03-03", 1)), "--dry-run").With(0);
        var arguments = line.Split(' ').ToList();
        if (line is "publish" or "verify" or "verify 2025-01-01" || line.StartsWith("mine", StringComparison.Ordinal) || line.StartsWith("runs", StringComparison.Ordinal) || line.StartsWith("run nightly", StringComparison.Ordinal))
            arguments.AddRange(["--lake", shop.Lake]);
        var ended = InProcess.Run([.. arguments]).With(2);
        Assert.Contains(expected, ended.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Err, StringComparison.Ordinal);
        Assert.StartsWith("analytics: ", ended.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ADryRunDoesNothing()
    {
        using var shop = SmallShop.New();
        var file = shop.Write("in/a.csv", SmallShop.Day("2025-03-03", 1));
        shop.Nightly("--input", file).With(0);
        var before = TestShop.Snapshot(Path.Combine(shop.Lake, "runs"));
        var next = shop.Write("in/b.csv", SmallShop.Day("2025-03-04", 2));
        shop.Always.Remove("--quiet");
        var dry = shop.Nightly("--input", shop.At("in"), "--dry-run").With(0).Out;
        Assert.Contains("takes in  b.csv", dry, StringComparison.Ordinal);
        Assert.DoesNotContain("takes in  a.csv", dry, StringComparison.Ordinal);
        Assert.Contains("of 2025-03-04", dry, StringComparison.Ordinal);
        Assert.Contains("base      2025-03-03/", dry, StringComparison.Ordinal);
        Assert.Equal(before, TestShop.Snapshot(Path.Combine(shop.Lake, "runs")));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.Combine(shop.Lake, "staging")), folder => File.Exists(Path.Combine(folder, "run.json")));
        Assert.NotNull(next);
    }

    [Fact]
    public void StageByStageIsTheSameAsAWholeRun()
    {
        string[] all = ["ingest", "sales", "mine", "forecast", "segment"];
        using var whole = SmallShop.New(all);
        using var stages = SmallShop.New(all);
        for (var day = 3; day < 7; day++)
        {
            whole.Write($"in/{day}.csv", SmallShop.Day($"2025-03-0{day}", day));
            stages.Write($"in/{day}.csv", SmallShop.Day($"2025-03-0{day}", day));
        }
        whole.Nightly("--input", whole.At("in")).With(0);

        // A stage before the one that it needs says which.
        var early = stages.Nightly("--input", stages.At("in"), "--only", "mine").With(2);
        Assert.Contains("analytics ingest", early.Err, StringComparison.Ordinal);
        stages.Run("ingest", "--input", stages.At("in")).With(0);
        Assert.Empty(stages.RunFolders());
        Assert.Contains("analytics sales", stages.Run("segment").With(2).Err, StringComparison.Ordinal);
        foreach (var stage in (string[])["sales", "segment", "mine"]) stages.Run(stage).With(0);
        Assert.Contains("analytics forecast", stages.Run("publish").With(2).Err, StringComparison.Ordinal);
        Assert.Empty(stages.RunFolders());
        Assert.Contains("done: ingest, ", stages.Run("runs", "list").With(0).Out.Replace("mine, sales", "sales, mine", StringComparison.Ordinal), StringComparison.Ordinal);
        // Finished stages are kept; only forecast has work left.
        stages.Always.Remove("--quiet");
        var rest = stages.Nightly("--input", stages.At("in"), "--only", "forecast,publish").With(0).Out;
        Assert.Contains("forecast", rest, StringComparison.Ordinal);
        Assert.Equal(whole.Results(), stages.Results());
        Assert.Equal(Path.GetFileName(whole.Latest), Path.GetFileName(stages.Latest));
        Assert.Contains("is whole", stages.Run("verify").With(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void RunsAreListedShownComparedAndPruned()
    {
        using var shop = SmallShop.New();
        foreach (var day in (int[])[3, 4, 5]) shop.Nightly("--date", $"2025-03-0{day}", "--input", shop.Write($"in/{day}.csv", SmallShop.Day($"2025-03-0{day}", day))).With(0);
        shop.Nightly("--date", "2025-03-05", "--input", shop.Write("in/5.csv", SmallShop.Day("2025-03-05", 55))).With(0);
        var list = shop.Run("runs", "list").With(0).Out;
        Assert.Equal(4, list.Split('\n').Count(line => line.Contains("2025-03-0", StringComparison.Ordinal)));
        Assert.Single(list.Split('\n'), line => line.TrimStart().StartsWith("* ", StringComparison.Ordinal));
        Assert.Contains("old", list, StringComparison.Ordinal);

        var show = shop.Run("runs", "show", "latest").With(0).Out;
        foreach (var expected in (string[])["base      2025-03-04/", "took in   5.csv", "daily_sales", "3.csv", "all 3 files"]) Assert.Contains(expected, show, StringComparison.Ordinal);
        var diff = shop.Run("runs", "diff", "2025-03-03", "latest").With(0).Out;
        foreach (var expected in (string[])["source  + 4.csv", "source  + 5.csv", "date    + 2025-03-05", "table   ~ daily_sales"]) Assert.Contains(expected, diff, StringComparison.Ordinal);
        Assert.Contains("the same", shop.Run("runs", "diff", "latest", "latest").With(0).Out, StringComparison.Ordinal);

        var before = TestShop.Snapshot(Path.Combine(shop.Lake, "runs"));
        Assert.Contains("would remove", shop.Run("runs", "prune", "--keep-runs", "1", "--dry-run").With(0).Out, StringComparison.Ordinal);
        Assert.Equal(before, TestShop.Snapshot(Path.Combine(shop.Lake, "runs")));
        shop.Run("runs", "prune", "--keep-runs", "1").With(0);
        Assert.True(shop.RunFolders().Count < 4);
        shop.Run("verify").With(0);
        // What is left still carries the next night.
        shop.Nightly("--date", "2025-03-06", "--input", shop.Write("in/6.csv", SmallShop.Day("2025-03-06", 6))).With(0);
        shop.Run("verify").With(0);
    }

    [Fact]
    public void DoctorLooksAtTheMachineAndTheLake()
    {
        using var shop = SmallShop.New();
        Assert.Contains($"{shop.Lake}: no run yet, the first run makes it in {shop.Folder}", shop.Run("doctor").With(0).Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(shop.Lake));
        // A volume before the first night: empty, but for what its file system puts there.
        Directory.CreateDirectory(Path.Combine(shop.Lake, "lost+found"));
        Assert.Contains($"ok    lake           {shop.Lake}: no run yet, the first run makes it\n", shop.Run("doctor").With(0).Out, StringComparison.Ordinal);
        Assert.Equal(["lost+found"], Directory.EnumerateFileSystemEntries(shop.Lake).Select(Path.GetFileName));
        // What is somebody else's stays that, and so does what cannot be written.
        var strange = Path.GetDirectoryName(shop.Write("strange/letter.txt", "dear"))!;
        Assert.Contains("FAIL  lake           ", InProcess.Run("doctor", "--config", shop.Configuration, "--lake", $"{strange}").With(4).Out, StringComparison.Ordinal);
        Assert.Contains("FAIL  lake           ", InProcess.Run("doctor", "--config", shop.Configuration, "--lake", $"{strange}/letter.txt/lake").With(4).Out, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Contains("cannot be made: ", InProcess.Run("doctor", "--config", shop.Configuration, "--lake", "/proc/analytics/lake").With(4).Out, StringComparison.Ordinal);
        shop.Nightly("--input", shop.Write("in/a.csv", SmallShop.Day("2025-03-03", 1))).With(0);
        var found = shop.Run("doctor").With(0).Out;
        Assert.Contains("can be written, 1 runs, latest 2025-03-03/", found, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", found, StringComparison.Ordinal);
        var broken = InProcess.Run("doctor", "--config", "/no/such.json").With(4).Out;
        Assert.Contains("FAIL  configuration", broken, StringComparison.Ordinal);
    }

    [Fact]
    public void AsAProcessItEndsWithTheSameCodesAndKeepsStreamsApart()
    {
        using var shop = SmallShop.New();
        shop.Write("in/a.csv", SmallShop.Day("2025-03-03", 1));
        var (code, output, errors) = Start(shop.Folder, "run", "nightly", "--config", shop.Configuration, "--lake", "lake", "--input", "in");
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("published 2025-03-03/", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(shop.Latest, "manifest.json")));
        (code, output, errors) = Start(shop.Folder, "verify", "--config", shop.Configuration, "--lake", "nowhere");
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("analytics: ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(shop.At("nowhere")));
    }

    private static (int Code, string Out, string Err) Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "analytics.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["ANALYTICS_HOME"] = SharedData.ProjectRoot;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
