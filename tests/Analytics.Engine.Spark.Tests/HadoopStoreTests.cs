using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Analytics.Engine.Spark.Hadoop;
using Analytics.Files;

namespace Analytics.Engine.Spark.Tests;

/// <summary>
/// The store over Hadoop's file systems, on <c>file:</c> through a real gateway, and on HDFS where ANALYTICS_TEST_HDFS names a folder
/// (scripts/spark-matrix.sh starts one and runs these tests on it).
/// </summary>
public sealed class HadoopStoreTests(SparkFixture fixture) : IDisposable
{
    private HadoopFileStore? _store;
    private string? _folder;

    private string Folder => _folder ??= Environment.GetEnvironmentVariable("ANALYTICS_TEST_HDFS") is { Length: > 0 } hdfs
        ? $"{hdfs.TrimEnd('/')}/store-{Guid.NewGuid():N}"
        : "file:" + Directory.CreateTempSubdirectory("analytics-hadoop-").FullName;

    private HadoopFileStore Store => _store ??= Open();

    private HadoopFileStore Open()
    {
        var store = (HadoopFileStore)fixture.Engine.FilesOf(Folder);
        store.CreateFolder(Folder);
        return store;
    }

    private string At(string name) => $"{Folder}/{name}";

    public void Dispose() => _store?.DeleteTree(Folder);

    [Fact]
    public void BytesOfAnySizeComeBackAsTheyWent()
    {
        foreach (var size in (int[])[0, 1, 4095, 4096, 4097, HadoopFileStore.BlockBytes, HadoopFileStore.BlockBytes + 1, 3 * HadoopFileStore.BlockBytes + 17])
        {
            var content = new byte[size];
            new Random(size).NextBytes(content);
            using (var stream = Store.CreateFile(At($"f{size}")))
                for (var at = 0; at < size;)
                {
                    var piece = Math.Min(size - at, 1 + at * 7 % 50_000);
                    stream.Write(content, at, piece);
                    at += piece;
                }
            Assert.Equal(content, Store.ReadAllBytes(At($"f{size}")));
            Assert.Equal(size, Store.Find(At($"f{size}"))!.Length);
        }
    }

    [Fact]
    public void ReadsFromAnywhere()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        Store.WriteNew(At("f"), content);
        using var stream = Store.OpenRead(At("f"));
        Assert.Equal(content.Length, stream.Length);
        foreach (var (from, count) in ((long, int)[])[(2_999_992, 8), (10, 100), (110, 2_000_000), (0, 3_000_000), (1_500_000, 1)])
        {
            stream.Position = from;
            var got = new byte[count];
            stream.ReadExactly(got);
            Assert.Equal(content[(int)from..((int)from + count)], got);
        }
        stream.Position = 3_000_000;
        Assert.Equal(0, stream.Read(new byte[5]));
        stream.Position = 4_000_000;
        Assert.Equal(0, stream.Read(new byte[5]));
    }

    [Fact]
    public void NamesAreTextsAndAreListedInTheOrderOfTheirBytes()
    {
        string[] names = ["order_date=2025-12-01", "a b", "ä%20{x}[1]*?", "\uE000", "\U0001F600", "Z", "_a"];
        Store.CreateFolder(At("n"));
        foreach (var name in names) Store.WriteNew(At($"n/{name}"), Encoding.UTF8.GetBytes(name));
        Store.CreateFolder(At("n/folder"));
        var items = Store.List(At("n"));
        Assert.Equal(names.Append("folder").Order(Utf8Order.Comparer), items.Select(item => item.Name));
        Assert.All(items, item => Assert.Equal(At($"n/{item.Name}"), item.Path));
        Assert.Equal(FileKind.Folder, items.Single(item => item.Name == "folder").Kind);
        Assert.All(items.Where(item => item.Kind == FileKind.File), item => Assert.Equal(item.Name, Encoding.UTF8.GetString(Store.ReadAllBytes(item.Path))));
        Assert.All(items, item => Assert.Equal(item, Store.Find(item.Path)));
        Assert.InRange(items[0].ModifiedAt, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.Empty(Store.List(At("nothing")));
        Assert.Empty(Store.List(At("n/Z")));
        Assert.Null(Store.Find(At("nothing")));
    }

    [Fact]
    public void ManyFilesAreListedWithoutACallEach()
    {
        for (var i = 0; i < 400; i++) Store.CreateFolder(At($"many/{i:D4}"));
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{i:D4}"), Store.List(At("many")).Select(item => item.Name));
    }

    [Fact]
    public void ANameIsTakenOnceAndRenamesSayWhatTheyDo()
    {
        Store.WriteNew(At("a"), "one"u8);
        Assert.Contains("create it", Assert.Throws<FileStoreException>(() => Store.CreateFile(At("a"))).Message, StringComparison.Ordinal);
        Store.WriteNew(At("b"), "two"u8);
        Assert.False(Store.TryMove(At("b"), At("a")));
        Assert.Equal("one"u8, Store.ReadAllBytes(At("a")));
        Store.Replace(At("b"), At("a"));
        Assert.Equal("two"u8, Store.ReadAllBytes(At("a")));
        Assert.Null(Store.Find(At("b")));
        Assert.True(Store.TryMove(At("a"), At("c")));
        Store.CreateFolder(At("folder"));
        Store.WriteNew(At("folder/x"), "x"u8);
        Store.CreateFolder(At("taken"));
        // Into a folder that exists Hadoop's plain rename would put it.
        Assert.False(Store.TryMove(At("folder"), At("taken")));
        Assert.True(Store.TryMove(At("folder"), At("moved")));
        Assert.Equal("x"u8, Store.ReadAllBytes(At("moved/x")));
        Assert.Throws<FileStoreException>(() => Store.TryMove(At("missing"), At("elsewhere")));
        Assert.Equal(LinkKind.Copy, Store.Link(At("c"), At("copy")));
        Assert.Throws<FileStoreException>(() => Store.Link(At("c"), At("copy")));
        Assert.Equal("two"u8, Store.ReadAllBytes(At("copy")));
        Assert.False(Store.TryCreateSymbolicLink(At("link"), "c"));
        Assert.DoesNotContain(Store.ListTree(Folder), item => item.Name.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsBuiltOfStepsHolds()
    {
        Assert.True(Store.TryCreateExclusive(At("lock"), "me"u8));
        Assert.False(Store.TryCreateExclusive(At("lock"), "you"u8));
        Assert.Equal("me"u8, Store.ReadAllBytes(At("lock")));
        Store.WriteDurably(At("d"), "1"u8);
        Store.WriteDurably(At("d"), "2"u8);
        Assert.Equal("2"u8, Store.ReadAllBytes(At("d")));
        Assert.False(FilePointer.Switch(Store, At("latest"), "runs/a"));
        FilePointer.Switch(Store, At("latest"), "runs/b");
        Assert.Equal("runs/b", FilePointer.Read(Store, At("latest")));
        Store.DeleteFile(At("d"));
        Store.DeleteFile(At("d"));
        Store.DeleteTree(At("not there"));
        Assert.True(Store.FreeBytes(Folder) > 0);
        Assert.Equal(["LATEST", "lock"], Store.List(Folder).Select(item => item.Name));
    }

    [Fact]
    public void WhatTheFileSystemReportsNamesTheFile()
    {
        var missing = Assert.Throws<FileStoreException>(() => Store.OpenRead(At("missing")));
        Assert.StartsWith(At("missing") + ": could not open it for reading: FileNotFoundException", missing.Message, StringComparison.Ordinal);
        Assert.False(missing.IsFull);
        Assert.Throws<FileStoreException>(() => Store.FlushFile(At("missing")));
        Assert.Throws<FileStoreException>(() => Store.CreateFile(At("no/folder/yet")));
        var unknown = Assert.Throws<FileStoreException>(() => fixture.Engine.FilesOf("nosuch://host/x"));
        Assert.Contains("nosuch", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralThreadsAtOnceHaveAConnectionEach()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var content = new byte[200_000 + i];
            new Random(i).NextBytes(content);
            Store.WriteNew(At($"p{i}"), content);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), FileHash.Compute(Store, At($"p{i}")).Sha256);
        });
    }

    [Fact]
    public void AFileIsReadableWhileAJobTakesItsTime()
    {
        Store.WriteNew(At("beat"), "1"u8);
        using var ended = new CancellationTokenSource();
        var job = Task.Run(() =>
        {
            // A job that holds the engine's own connection until the file was read.
            using var frame = fixture.Engine.Session.Sql("select sum(a.id * b.id) from range(3000000) a join range(20) b on a.id % 7 = b.id % 7");
            return frame.Count();
        }, TestContext.Current.CancellationToken);
        var reads = 0;
        while (!job.IsCompleted)
        {
            Assert.Equal("1"u8, Store.ReadAllBytes(At("beat")));
            reads++;
        }
        Assert.True(reads > 10, $"only {reads} reads while the job ran");
    }

    /// <summary>Prints rates; a test of nothing but that 64 MiB go both ways.</summary>
    [Fact]
    public void Rates()
    {
        var content = RandomNumberGenerator.GetBytes(64 << 20);
        var watch = Stopwatch.StartNew();
        Store.WriteNew(At("large"), content);
        var wrote = watch.Elapsed.TotalSeconds;
        watch.Restart();
        var digest = FileHash.Compute(Store, At("large"));
        var read = watch.Elapsed.TotalSeconds;
        Assert.Equal(FileHash.Compute(content), digest.Sha256);
        TestContext.Current.TestOutputHelper!.WriteLine($"64 MiB: written at {64 / wrote:F0} MiB/s, read and hashed at {64 / read:F0} MiB/s");
    }
}
