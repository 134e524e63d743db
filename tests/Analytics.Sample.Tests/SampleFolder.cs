using Analytics.Tests;

[assembly: AssemblyFixture(typeof(Analytics.Sample.Tests.SampleFolder))]

namespace Analytics.Sample.Tests;

/// <summary>The sample made anew, once for all tests.</summary>
public sealed class SampleFolder : IDisposable
{
    private readonly Lazy<NaiveReader> _shop;

    public SampleFolder()
    {
        Truths = SampleShop.Write(Folder);
        _shop = new(() => new(Path.Combine(Folder, SampleShop.TransactionsFolder)));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sample-").FullName;

    public SampleTruths Truths { get; }

    /// <summary>The files as the naive reader finds them.</summary>
    internal NaiveReader Shop => _shop.Value;

    public static string Committed => Path.Combine(SharedData.ProjectRoot, "data", "sample");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
