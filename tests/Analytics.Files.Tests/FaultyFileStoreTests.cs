namespace Analytics.Files.Tests;

public sealed class FaultyFileStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LeavesAStoreAloneWithoutAFault()
    {
        var store = new LocalFileStore();
        Assert.Same(store, FaultyFileStore.Wrap(store, null));
        Assert.Same(store, FaultyFileStore.Wrap(store, ""));
        Assert.IsType<FaultyFileStore>(FaultyFileStore.Wrap(store, "kill:3"));
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("kill:0")]
    [InlineData("stop:1")]
    [InlineData("full:-1")]
    [InlineData("full:x")]
    public void RefusesWhatIsNoFault(string fault)
    {
        var error = Assert.Throws<FormatException>(() => FaultyFileStore.Wrap(new LocalFileStore(), fault));
        Assert.Contains("kill:N or full:N", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StopsAtEachStepOfADurableWrite()
    {
        var path = _folder["a"];
        var contents = new List<string>();
        var stops = 0;
        for (var step = 1; ; step++)
        {
            File.WriteAllText(path, "old");
            var store = new FaultyFileStore(new LocalFileStore(), FaultMode.Stop, step);
            try
            {
                store.WriteDurably(path, "new content"u8);
            }
            catch (FileStoreException)
            {
                stops++;
            }
            contents.Add(File.ReadAllText(path));
            if (!store.HasFailed) break;
        }
        // Create, half written, flush, rename: the old content; before the folder's flush and after it: the new.
        Assert.Equal(["old", "old", "old", "old", "new content", "new content"], contents);
        Assert.Equal(5, stops);
    }

    [Fact]
    public void AFullDiskFailsWhatNeedsRoomAndNothingElse()
    {
        var store = new FaultyFileStore(new LocalFileStore(), FaultMode.Full, 2);
        store.CreateFolder(_folder["a"]);
        var error = Assert.Throws<FileStoreException>(() => store.WriteDurably(_folder["a/file"], "content"u8));
        Assert.True(error.IsFull);
        Assert.Throws<FileStoreException>(() => store.CreateFolder(_folder["b"]));
        Assert.Empty(store.List(_folder["a"]));
        store.DeleteTree(_folder["a"]);
        Assert.Null(store.Find(_folder["a"]));
    }
}
