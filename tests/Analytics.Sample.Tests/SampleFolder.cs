using Analytics.Tests;

namespace Analytics.Sample.Tests;

/// <summary>The sample made anew, once for all tests.</summary>
public sealed class SampleFolder : IDisposable
{
    public SampleFolder()
    {
        Truths = SampleShop.Write(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sample-").FullName;

    public SampleTruths Truths { get; }

    public static string Committed => Path.Combine(SharedData.ProjectRoot, "data", "sample");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
