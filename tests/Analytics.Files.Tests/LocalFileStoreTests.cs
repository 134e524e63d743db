using System.Text;

namespace Analytics.Files.Tests;

public sealed class LocalFileStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalFileStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MovesAFileUnlessTheTargetExists()
    {
        Write("a", "one");
        Write("b", "two");
        Assert.False(_store.TryMove(_folder["a"], _folder["b"]));
        Assert.Equal("two", Read("b"));
        Assert.True(_store.TryMove(_folder["a"], _folder["c"]));
        Assert.Equal("one", Read("c"));
        Assert.Null(_store.Find(_folder["a"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MovesAFolderUnlessTheTargetExistsEvenEmpty(bool empty)
    {
        _store.CreateFolder(_folder["a"]);
        Write("a/file", "one");
        _store.CreateFolder(_folder["b"]);
        if (!empty) Write("b/other", "two");
        Assert.False(_store.TryMove(_folder["a"], _folder["b"]));
        Assert.Equal("one", Read("a/file"));
        Assert.True(_store.TryMove(_folder["a"], _folder["c"]));
        Assert.Equal("one", Read("c/file"));
    }

    [Fact]
    public void SaysWhatIsWrongWhenTheSourceOfAMoveIsMissing()
    {
        var error = Assert.Throws<FileStoreException>(() => _store.TryMove(_folder["none"], _folder["b"]));
        Assert.Contains(_folder["none"], error.Message, StringComparison.Ordinal);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsFull);
    }

    [Fact]
    public void ReplacesInOneStepAndRenamesALinkItself()
    {
        Write("old", "old");
        Write("new", "new");
        _store.Replace(_folder["new"], _folder["old"]);
        Assert.Equal("new", Read("old"));
        Assert.True(_store.TryCreateSymbolicLink(_folder["link"], "old"));
        _store.Replace(_folder["link"], _folder["link2"]);
        Assert.Equal("old", _store.Find(_folder["link2"])!.LinkTarget);
    }

    [Fact]
    public void LinksByNameOrCopies()
    {
        Write("a", "one");
        Assert.Equal(LinkKind.HardLink, _store.Link(_folder["a"], _folder["b"]));
        Assert.Equal(LinkKind.Copy, new LocalFileStore(useLinks: false).Link(_folder["a"], _folder["c"]));
        File.AppendAllText(_folder["a"], "!");
        Assert.Equal("one!", Read("b"));
        Assert.Equal("one", Read("c"));
        Assert.Throws<FileStoreException>(() => _store.Link(_folder["a"], _folder["b"]));
        Assert.Throws<FileStoreException>(() => new LocalFileStore(useLinks: false).Link(_folder["a"], _folder["c"]));
        Assert.Equal(["a", "b", "c"], _store.List(_folder.Path).Select(i => i.Name));
    }

    [Fact]
    public void WritesDurablyOverAnOldFileAndLeavesNoTemporary()
    {
        _store.WriteDurably(_folder["a"], "one"u8);
        _store.WriteDurably(_folder["a"], "two"u8);
        Assert.Equal("two", Read("a"));
        Assert.Single(_store.List(_folder.Path));
    }

    [Fact]
    public async Task OneOfManyCreatesExclusively()
    {
        var tasks = Enumerable.Range(0, 16)
            .Select(i => Task.Run(() => _store.TryCreateExclusive(_folder["lock"], Encoding.UTF8.GetBytes($"{i}")) ? i : -1)).ToArray();
        var winners = (await Task.WhenAll(tasks)).Where(i => i >= 0).ToList();
        Assert.Single(winners);
        Assert.Equal($"{winners[0]}", Read("lock"));
        Assert.Single(_store.List(_folder.Path));
    }

    [Fact]
    public void ListsByUtf8BytesWithKinds()
    {
        foreach (var name in new[] { "b", "B", "\uFF5E", "\U0001F600", "é" }) Write(name, name);
        _store.CreateFolder(_folder["a"]);
        _store.TryCreateSymbolicLink(_folder["z"], "nowhere");
        var items = _store.List(_folder.Path);
        Assert.Equal(["B", "a", "b", "z", "é", "\uFF5E", "\U0001F600"], items.Select(i => i.Name));
        Assert.Equal(FileKind.Folder, items[1].Kind);
        Assert.Equal((FileKind.Link, "nowhere"), (items[3].Kind, items[3].LinkTarget));
        Assert.Equal(3, items[5].Length);
        Assert.Empty(_store.List(_folder["none"]));
    }

    [Fact]
    public void DeletesATreeAndNotWhatItsLinksPointTo()
    {
        Write("kept", "kept");
        _store.CreateFolder(_folder["keptfolder"]);
        Write("keptfolder/x", "x");
        _store.CreateFolder(_folder["t/u"]);
        Write("t/u/file", "gone");
        _store.TryCreateSymbolicLink(_folder["t/link"], "../kept");
        _store.TryCreateSymbolicLink(_folder["t/folderlink"], "../keptfolder");
        _store.DeleteTree(_folder["t"]);
        _store.DeleteTree(_folder["t"]);
        _store.DeleteFile(_folder["t/none"]);
        Assert.Equal(["kept", "keptfolder"], _store.List(_folder.Path).Select(i => i.Name));
        Assert.Equal("x", Read("keptfolder/x"));
    }

    [Fact]
    public void FlushesFilesAndFolders()
    {
        Write("a", "one");
        File.SetAttributes(_folder["a"], FileAttributes.ReadOnly);
        _store.FlushFile(_folder["a"]);
        _store.FlushFolder(_folder.Path);
        File.SetAttributes(_folder["a"], FileAttributes.Normal);
        Assert.Throws<FileStoreException>(() => _store.FlushFile(_folder["none"]));
        Assert.Throws<FileStoreException>(() => _store.FlushFolder(_folder["none"]));
    }

    [Fact]
    public void CreatesOnlyWhatIsNotThere()
    {
        Write("a", "one");
        Assert.Throws<FileStoreException>(() => _store.CreateFile(_folder["a"]));
        Assert.Equal("one", Read("a"));
    }

    [Fact]
    public void KnowsFreeRoomOfAPathThatIsNotThereYet() => Assert.True(_store.FreeBytes(_folder["not/yet"]) > 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SwitchesAPointer(bool useLinks)
    {
        var store = new LocalFileStore(useLinks);
        var latest = _folder["latest"];
        Assert.Null(FilePointer.Read(store, latest));
        foreach (var target in new[] { "runs/one", "runs/two" })
        {
            Assert.Equal(useLinks, FilePointer.Switch(store, latest, target));
            Assert.Equal(target, FilePointer.Read(store, latest));
            Assert.Equal(useLinks ? latest : _folder["LATEST"], FilePointer.Find(store, latest));
        }
        Assert.Equal([useLinks ? "latest" : "LATEST"], store.List(_folder.Path).Select(i => i.Name));
    }

    [Fact]
    public void APointerThatWasAFileBecomesALink()
    {
        FilePointer.Switch(new LocalFileStore(useLinks: false), _folder["latest"], "runs/one");
        Assert.Equal("runs/one", FilePointer.Read(_store, _folder["latest"]));
        FilePointer.Switch(_store, _folder["latest"], "runs/two");
        Assert.Equal("runs/two", FilePointer.Read(_store, _folder["latest"]));
        Assert.Equal(["latest"], _store.List(_folder.Path).Select(i => i.Name));
    }

    [Fact]
    public void ALinkThatCanNoLongerBeMadeGivesWayToTheFile()
    {
        FilePointer.Switch(_store, _folder["latest"], "runs/one");
        var without = new LocalFileStore(useLinks: false);
        FilePointer.Switch(without, _folder["latest"], "runs/two");
        Assert.Equal("runs/two", FilePointer.Read(without, _folder["latest"]));
    }

    private void Write(string name, string content) => File.WriteAllText(_folder[name], content);

    private string Read(string name) => Encoding.UTF8.GetString(_store.ReadAllBytes(_folder[name]));

    [Fact]
    public void AServicesErrorDoesNotSendTheReaderToTheDisk()
    {
        Assert.EndsWith("Look at the path and whether that service answers, then run the command again.", FileStoreException.Of("list it", "hdfs://host:8020/lake", "Connection refused", false, false, null).Message, StringComparison.Ordinal);
        Assert.EndsWith("Look at the path and the disk, then run the command again.", FileStoreException.Of("list it", "/lake", "Input/output error", false, false, null).Message, StringComparison.Ordinal);
    }
}
