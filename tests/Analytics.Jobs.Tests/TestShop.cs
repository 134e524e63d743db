using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Analytics.Jobs.Tests;

/// <summary>A temporary folder with a lake in it; removed at the end.</summary>
internal sealed class TestShop : IDisposable
{
    public TestShop(string configuration, string lake = "lake")
    {
        Folder = Directory.CreateTempSubdirectory("analytics-e2e-").FullName;
        Configuration = configuration;
        Lake = Path.Combine(Folder, lake);
        // The sample's chain is AnchorTests' business; no other test should depend on whether it is installed.
        if (configuration == SampleConfiguration) Always.AddRange(["--set", "machine.anchor.chain=none"]);
    }

    public static string SampleConfiguration { get; } = Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "config", "sample.json");

    public static string OnlineRetailConfiguration { get; } = Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "config", "online-retail.json");

    public static string SampleFiles { get; } = Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "data", "sample", "transactions");

    public string Folder { get; }

    /// <summary>Another folder that goes with this one.</summary>
    public string? AlsoRemove { get; init; }

    public string Configuration { get; }

    public string Lake { get; }

    /// <summary>Options that every command of this shop gets.</summary>
    public List<string> Always { get; } = [];

    public Ended Run(params string[] arguments) => InProcess.Run([.. arguments, "--config", Configuration, "--lake", Lake, .. Always]);

    public Ended Nightly(params string[] arguments) => Run(["run", "nightly", .. arguments]);

    /// <summary>A path in this shop's folder.</summary>
    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Writes an input file and gives its path.</summary>
    public string Write(string relative, string text)
    {
        var path = At(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Copies an input file and gives its path.</summary>
    public string Copy(string source, string relative)
    {
        var path = At(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(source, path, overwrite: true);
        return path;
    }

    /// <summary>The folder that analysts read.</summary>
    public string Latest => ReadLink(Path.Combine(Lake, "latest"));

    /// <summary>The current run's folder of a date.</summary>
    public string RunOf(string date)
    {
        var lake = Analytics.Publishing.Lake.Open(Lake, new Analytics.Files.LocalFileStore());
        return lake.Full(lake.Current(DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture))!.Value.Path);
    }

    public IReadOnlyList<string> RunFolders() => !Directory.Exists(Path.Combine(Lake, "runs")) ? []
        : Directory.EnumerateDirectories(Path.Combine(Lake, "runs")).SelectMany(Directory.EnumerateDirectories).Order(StringComparer.Ordinal).ToArray();

    /// <summary>The text of results.json: the hashes of all result tables.</summary>
    public string Results(string? run = null) => File.ReadAllText(Path.Combine(run ?? Latest, "results.json"));

    /// <summary>The hashes of some result tables, one a line.</summary>
    public string Hashes(string run, params string[] tables)
    {
        using var json = JsonDocument.Parse(Results(run));
        var found = json.RootElement.GetProperty("tables").EnumerateArray()
            .Where(table => tables.Contains(table.GetProperty("name").GetString()))
            .Select(table => string.Create(CultureInfo.InvariantCulture, $"{table.GetProperty("name").GetString()} {table.GetProperty("rows").GetInt64()} {table.GetProperty("sha256").GetString()}")).ToList();
        Assert.Equal(tables.Length, found.Count);
        return string.Join('\n', found);
    }

    /// <summary>Every file of a folder with the SHA-256 of its bytes.</summary>
    public static SortedDictionary<string, string> Snapshot(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(folder, file)] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        return files;
    }

    public static JsonElement Json(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return json.RootElement.Clone();
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        if (AlsoRemove is not null) Directory.Delete(AlsoRemove, recursive: true);
    }

    private static string ReadLink(string link) => Directory.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName;
}
