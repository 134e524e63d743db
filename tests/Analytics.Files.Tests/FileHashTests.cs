using CsCheck;

namespace Analytics.Files.Tests;

public sealed class FileHashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalFileStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void IsSha256(string content, string expected)
    {
        File.WriteAllText(_folder["a"], content);
        Assert.Equal(new FileDigest(_folder["a"], content.Length, expected), FileHash.Compute(_store, _folder["a"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void HashesManyInTheirOrder(int threads)
    {
        var paths = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            paths.Add(_folder[$"{i}"]);
            // Some longer than a block.
            File.WriteAllBytes(paths[i], [.. Enumerable.Repeat((byte)i, i * 9000)]);
        }
        var digests = FileHash.ComputeAll(_store, paths, threads);
        for (var i = 0; i < 40; i++)
            Assert.Equal(new FileDigest(paths[i], i * 9000, FileHash.Compute(File.ReadAllBytes(paths[i]))), digests[i]);
    }

    [Fact]
    public void ReportsTheFirstThatCannotBeRead()
    {
        File.WriteAllText(_folder["a"], "a");
        string[] paths = [_folder["a"], _folder["none1"], _folder["none2"]];
        Assert.Equal(_folder["none1"], Assert.Throws<FileStoreException>(() => FileHash.ComputeAll(_store, paths)).Path);
        var results = FileHash.TryComputeAll(_store, paths);
        Assert.NotNull(results[0].Digest);
        Assert.NotNull(results[2].Error);
    }

    [Fact]
    public void StopsWhenCancelled()
    {
        File.WriteAllText(_folder["a"], "a");
        Assert.ThrowsAny<OperationCanceledException>(() => FileHash.ComputeAll(_store, [_folder["a"], _folder["a"]], 2, new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() => FileFlush.Files(_store, [_folder["a"]], 1, new CancellationToken(true)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void FlushesManyAndReportsWhatIsMissing(int threads)
    {
        var paths = Enumerable.Range(0, 50).Select(i => _folder[$"{i}"]).ToList();
        foreach (var path in paths) File.WriteAllText(path, path);
        FileFlush.Files(_store, paths, threads);
        FileFlush.Files(_store, [], threads);
        FileFlush.Folders(_store, [_folder.Path], threads);
        paths[37] = _folder["none"];
        Assert.Equal(_folder["none"], Assert.Throws<FileStoreException>(() => FileFlush.Files(_store, paths, threads)).Path);
    }

    [Fact]
    public void Utf8OrderIsTheOrderOfTheBytes()
    {
        string[] letters = ["a", "Z", "é", "\uD7FF", "\uE000", "\uFFFD", "\u0000", "\U00010000", "\U0001F600", "\U0010FFFF"];
        var text = Gen.Int[0, letters.Length - 1].Array[0, 4].Select(picks => string.Concat(picks.Select(i => letters[i])));
        Gen.Select(text, text).Sample((a, b) =>
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));
            return Math.Sign(bytes) == Math.Sign(Utf8Order.Comparer.Compare(a, b));
        });
    }

    [Theory]
    [InlineData("a/b.parquet", true)]
    [InlineData("order_date=2011-12-09/a", true)]
    [InlineData("", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a//b", false)]
    [InlineData("../a", false)]
    [InlineData("a/./b", false)]
    [InlineData("a\\b", false)]
    [InlineData("c:a", false)]
    [InlineData("a\nb", false)]
    public void KnowsPathsThatStayWhereTheyArePut(string path, bool plain) => Assert.Equal(plain, StorePath.IsPlainRelative(path));

    [Fact]
    public void TakesPathsApart()
    {
        Assert.Equal("a/b", StorePath.Combine("a", "b"));
        Assert.Equal("/b/c", StorePath.Combine("/", "b", "c"));
        Assert.Equal(("/a", "/", ""), (StorePath.Parent("/a/b"), StorePath.Parent("/a"), StorePath.Parent("a")));
        Assert.Equal("b/c", StorePath.Relative("/a", "/a/b/c"));
        Assert.Throws<ArgumentException>(() => StorePath.Relative("/a", "/ab/c"));
    }
}
