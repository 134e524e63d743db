using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File(string text)
    {
        var path = Path.Combine(_folder, "shop.json");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static LoadedSettings Load(string? file, Dictionary<string, string>? environment = null, params (string Key, string Value)[] options) =>
        SettingsLoader.Load(file, options.Select(option => new KeyValuePair<string, string>(option.Key, option.Value)), environment ?? []);

    private static string Mistake(string? file, Dictionary<string, string>? environment = null, params (string Key, string Value)[] options)
    {
        var mistake = Assert.Throws<UserException>(() => Load(file, environment, options));
        Assert.Equal(ExitCode.Usage, mistake.Code);
        return mistake.Message;
    }

    private static SettingValue Value(LoadedSettings loaded, string key) => loaded.Values.Single(value => value.Key == key);

    [Fact]
    public void FileThenEnvironmentThenOptionAndEachSaysSo()
    {
        var file = File("""{ "results": { "shop": "From the file", "mine": { "min_support": 0.1, "max_length": 3 }, "forecast": { "horizon": 7 } } }""");
        var environment = new Dictionary<string, string> { ["ANALYTICS_results__mine__min_support"] = "0.2", ["ANALYTICS_RESULTS__FORECAST__HORIZON"] = "14", ["ANALYTICS_HOME"] = "/nowhere", ["OTHER__key"] = "x" };
        var loaded = Load(file, environment, ("results.forecast.horizon", "21"));
        Assert.Equal(("From the file", "0.2", 3, 21), (loaded.Settings.Results.Shop, loaded.Settings.Results.Mine.MinSupport, loaded.Settings.Results.Mine.MaxLength, loaded.Settings.Results.Forecast.Horizon));
        Assert.Equal("shop.json", Value(loaded, "results.shop").Origin);
        Assert.Equal("environment", Value(loaded, "results.mine.min_support").Origin);
        Assert.Equal("shop.json", Value(loaded, "results.mine.max_length").Origin);
        Assert.Equal("option", Value(loaded, "results.forecast.horizon").Origin);
        Assert.Equal("default", Value(loaded, "results.segment.seed").Origin);
    }

    [Fact]
    public void PathsOfTheFileAreRelativeToItAndOthersToTheCurrentFolder()
    {
        var loaded = Load(File("""{ "machine": { "lake": "../lake", "input": ["in", "/absolute"] } }"""));
        Assert.Equal(Path.GetFullPath(Path.Combine(_folder, "..", "lake")), loaded.Settings.Machine.Lake);
        Assert.Equal([Path.Combine(_folder, "in"), "/absolute"], loaded.Settings.Machine.Input);
        Assert.Equal(Path.GetFullPath("here"), Load(File("""{ "machine": { "lake": "../lake" } }"""), null, ("machine.lake", "here")).Settings.Machine.Lake);
        Assert.Equal("", loaded.Settings.Machine.SpillFolder);
    }

    [Fact]
    public void UnknownKeysNameTheNearestAndTheirLine()
    {
        var message = Mistake(File("{\n  \"results\": {\n    \"mine\": {\n      \"min_suport\": 0.1\n    },\n    \"inputs\": {}\n  }\n}"));
        Assert.Contains("shop.json, line 4: unknown key 'results.mine.min_suport'; the nearest known one is 'results.mine.min_support'", message, StringComparison.Ordinal);
        var far = Mistake(File("{ \"zzzzzzzzzzzz\": 1 }"));
        Assert.Contains("known here are results, machine", far, StringComparison.Ordinal);
        Assert.Contains("environment: unknown key 'results.mine.min_suport'", Mistake(null, new() { ["ANALYTICS_results__mine__min_suport"] = "1" }), StringComparison.Ordinal);
        Assert.Contains("option: unknown key 'result.shop'; the nearest known one is 'results'", Mistake(null, null, ("result.shop", "x")).Replace("'result'", "'result.shop'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("'results.input.columns.order_id.trimm'", Mistake(File("""{ "results": { "input": { "columns": { "order_id": { "source": "o", "trimm": true } } } } }""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("results.forecast.horizon", "four", "a whole number is expected")]
    [InlineData("results.forecast.horizon", "0", "1 to 730 is expected")]
    [InlineData("results.input.header", "yes", "true or false is expected")]
    [InlineData("results.limits.max_rejected_share", "1,5", "a number such as 0.01 is expected")]
    [InlineData("results.limits.max_rejected_share", "1.5", "0 to 1 is expected")]
    [InlineData("results.input.date_from", "01.02.2025", "a date such as 2025-12-31 is expected")]
    [InlineData("results.input.duplicates", "dropp", "did you mean 'drop'?")]
    [InlineData("results.stages", "ingest,mine", "has no sales")]
    [InlineData("results.stages", "sales", "has no ingest")]
    [InlineData("results.stages", "ingest,sale", "did you mean 'sales'?")]
    [InlineData("results.mine.min_support", "1.5", "min_support")]
    [InlineData("results.mine.min_support", "many", "min_support")]
    [InlineData("results.segment.max_segments", "2", "3 to 50 is expected")]
    [InlineData("results.input.delimiter", ";;", "one character is expected")]
    [InlineData("machine.engine", "duck", "did you mean 'duckdb'?")]
    [InlineData("machine.threads", "-1", "0 to 1024 is expected")]
    public void WrongValuesSayWhatIsExpected(string key, string value, string expected)
    {
        var message = Mistake(null, null, (key, value));
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void APlaceIsWhereTheValueCameFrom()
    {
        // A section has no value of its own, but a line.
        Assert.Contains("line 2: unknown key 'results.forcast'", Mistake(File("{\n  \"results\": { \"forcast\": { \"horizon\": 3 } } }")), StringComparison.Ordinal);
        // A wrong value of the environment is not the file's.
        var message = Mistake(File("{ \"results\": { \"forecast\": { \"horizon\": 3 } } }"), new() { ["ANALYTICS_results__forecast__horizon"] = "x" });
        Assert.Contains("environment: 'results.forecast.horizon' is 'x'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllMistakesAreToldAtOnce()
    {
        var message = Mistake(File("{\n  \"results\": { \"forecast\": { \"horizon\": \"x\" },\n  \"shopp\": 1 },\n  \"machine\": { \"threads\": 1.5 } }"));
        Assert.Equal(3, message.Split(Environment.NewLine).Length);
        Assert.Contains("line 2: 'results.forecast.horizon' is 'x'", message, StringComparison.Ordinal);
        Assert.Contains("line 4: 'machine.threads' is '1.5'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsMissingOrNoJsonSaysSo()
    {
        Assert.Contains("does not exist", Mistake(Path.Combine(_folder, "none.json")), StringComparison.Ordinal);
        Assert.Contains("is no JSON", Mistake(File("{ \"results\": ")), StringComparison.Ordinal);
        Assert.Contains("is a section", Mistake(File("{ \"results\": 4 }")), StringComparison.Ordinal);
        Assert.Contains("takes one value", Mistake(File("""{ "results": { "shop": ["a", "b"] } }""")), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCommittedSchemaIsTheOneThatTheProgramPrints()
    {
        var committed = System.IO.File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "config", "analytics.schema.json"));
        Assert.Equal(InProcess.Run("config", "schema").With(0).Out, committed);
    }

    [Fact]
    public void EveryCommittedConfigurationIsFine()
    {
        var files = Directory.EnumerateFiles(Path.Combine(SharedData.ProjectRoot, "config"), "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).ToList();
        Assert.True(files.Count >= 2);
        foreach (var file in files) Assert.Contains("fine", InProcess.Run("config", "check", "--config", file).With(0).Out, StringComparison.Ordinal);
        Assert.Contains("maps no columns", InProcess.Run("config", "check", "--config", File("{}")).With(2).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ShowPrintsValueAndOrigin()
    {
        var shown = InProcess.RunWith(new Dictionary<string, string> { ["ANALYTICS_results__mine__min_support"] = "0.02" },
            "config", "show", "--config", TestShop.OnlineRetailConfiguration, "--set", "results.forecast.horizon=7").With(0).Out.Split('\n');
        Assert.Matches(@"^results\.forecast\.horizon +7 +option$", shown.Single(line => line.StartsWith("results.forecast.horizon", StringComparison.Ordinal)));
        Assert.Matches(@"^results\.mine\.min_support +0\.02 +environment$", shown.Single(line => line.StartsWith("results.mine.min_support", StringComparison.Ordinal)));
        Assert.Matches(@"^results\.shop +Online Retail +online-retail\.json$", shown.Single(line => line.StartsWith("results.shop", StringComparison.Ordinal)));
        Assert.Matches(@"^results\.segment\.min_segments +3 +default$", shown.Single(line => line.StartsWith("results.segment.min_segments", StringComparison.Ordinal)));
        var json = InProcess.Run("config", "show", "--json", "--config", TestShop.SampleConfiguration).With(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(json, line => Assert.StartsWith("{\"key\":\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void MachineSettingsAreNoPartOfTheKeyAndResultsAre()
    {
        static string Hash(params (string, string)[] options) => Publishing.CanonicalJson.Hash(ResultsJson.Of(Load(TestShop.SampleConfiguration, null, options).Settings.Results));
        Assert.Equal(Hash(), Hash(("machine.threads", "1"), ("machine.lake", "/tmp/x"), ("machine.memory_mib", "300")));
        Assert.NotEqual(Hash(), Hash(("results.mine.min_confidence", "0.4")));
        // A default that is written out is the same value.
        Assert.Equal(Hash(), Hash(("results.segment.max_segments", "8"), ("results.input.date_from", "1990-01-01")));
        Assert.NotEmpty(ProgramHome.Folder);
    }
}
