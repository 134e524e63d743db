using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;
using Analytics.Files;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>
/// A file system of Hadoop's (<c>hdfs:</c>, <c>s3a:</c>, any other) as a store, through the JVM's gateway. Paths are whole URIs. Calls go
/// through the gateway, bytes over a socket beside it. Files are forced to the disk when they are closed; names are as durable as the NameNode's
/// log, which is forced before it answers. There are no links: a second name is a copy.
/// </summary>
public sealed class HadoopFileStore : IFileStore
{
    /// <summary>Bytes of one call, which costs some 0.2 ms whatever its size.</summary>
    internal const int BlockBytes = 1 << 20;

    private const string JavaPath = "org.apache.hadoop.fs.Path";

    private readonly FileConnections _pool;
    private readonly JavaObject _files;
    private readonly JavaObject _context;
    private readonly JavaObject _plainRename;
    private readonly JavaObject _overwritingRename;

    /// <param name="pool">Connections to the JVM.</param>
    /// <param name="gateway">The connection that owns this store's objects; it lives as long as the store.</param>
    /// <param name="configuration">Hadoop's configuration.</param>
    /// <param name="uri">Any path of the file system.</param>
    internal HadoopFileStore(FileConnections pool, Gateway gateway, JavaObject configuration, string uri)
    {
        _pool = pool;
        var scheme = uri[..uri.IndexOf(':', StringComparison.Ordinal)];
        (_files, _context, _plainRename, _overwritingRename) = HadoopErrors.Try("open its file system", uri, () =>
        {
            using var path = gateway.New(JavaPath, uri);
            using var address = path.Call("toUri");
            var files = gateway.CallStatic("org.apache.hadoop.fs.FileSystem", "newInstance", address, configuration).AsObject("newInstance");
            if (scheme == "file")
            {
                // Without the .crc files that Hadoop puts beside local ones; and this one knows hsync.
                using var outer = files;
                files = outer.Call("getRawFileSystem");
            }
            // Its own address, with the host that hdfs:///lake leaves out: the context wants one.
            using var full = files.Call("getUri");
            var context = gateway.CallStatic("org.apache.hadoop.fs.FileContext", "getFileContext", full, configuration).AsObject("getFileContext");
            return (files, context, RenameOptions(gateway, "NONE"), RenameOptions(gateway, "OVERWRITE"));
        });
        // Object stores copy and delete; HDFS, the local file system and their like rename.
        HasRename = scheme is "hdfs" or "file" or "viewfs" or "webhdfs" or "swebhdfs" or "ofs" or "o3fs" or "abfs" or "abfss" or "maprfs";
    }

    /// <inheritdoc/>
    /// <remarks>By the scheme: <c>s3a</c>, <c>gs</c>, <c>oss</c> and whatever is not known have none.</remarks>
    public bool HasRename { get; }

    /// <inheritdoc/>
    public FileItem? Find(string path) => Use("look at it", path, (gateway, java) =>
    {
        if (gateway.CallUnless([HadoopErrors.NotFound], _files.Id, "getFileStatus", java) is not { } answer) return null;
        using var status = answer.AsObject("getFileStatus");
        var facts = gateway.SendMany([Ask(status.Id, "isDirectory"), Ask(status.Id, "getLen"), Ask(status.Id, "getModificationTime")]);
        return Item(path, facts[0], facts[1], facts[2]);
    });

    /// <inheritdoc/>
    public IReadOnlyList<FileItem> List(string folder) => Use<IReadOnlyList<FileItem>>("list it", folder, (gateway, java) =>
    {
        if (gateway.CallUnless([HadoopErrors.NotFound], _files.Id, "listStatus", java) is not { } answer) return [];
        using var array = answer.AsObject("listStatus");
        var count = gateway.ArrayLength(array);
        var held = new List<string>(count * 2);
        try
        {
            foreach (var status in gateway.SendMany([.. Enumerable.Range(0, count).Select(i => GatewayText.ArrayItem(array.Id, i))])) held.Add(status.Id!);
            var facts = gateway.SendMany([.. held.SelectMany(id => (string[])[Ask(id, "isDirectory"), Ask(id, "getLen"), Ask(id, "getModificationTime"), Ask(id, "getPath")])]);
            for (var i = 0; i < count; i++) held.Add(facts[i * 4 + 3].Id!);
            var names = gateway.SendMany([.. held.Skip(count).SelectMany(id => (string[])[Ask(id, "getName"), Ask(id, "toString")])]);
            var items = new List<FileItem>(count);
            for (var i = 0; i < count; i++)
            {
                var name = names[i * 2].AsText("getName")!;
                // A file lists itself; it is no folder.
                if (count == 1 && name == StorePath.Name(folder) && names[1].AsText("toString")!.TrimEnd('/').EndsWith(PathOnly(folder), StringComparison.Ordinal)) return [];
                items.Add(Item(StorePath.Combine(folder, name), facts[i * 4], facts[i * 4 + 1], facts[i * 4 + 2]));
            }
            items.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path));
            return items;
        }
        finally
        {
            foreach (var id in held) gateway.Forget(id);
        }
    });

    /// <inheritdoc/>
    public Stream OpenRead(string path) => OpenStream("open it for reading", path, (connection, java) =>
    {
        var gateway = connection.Gateway;
        using var status = gateway.CallOn(_files, "getFileStatus", java).AsObject("getFileStatus");
        var length = status.CallLong("getLen");
        return new HadoopReadStream(_pool, connection, gateway.CallOn(_files, "open", java).AsObject("open"), path, length);
    });

    /// <inheritdoc/>
    /// <remarks>Forced to the disk when it is closed. On a store without rename nothing stands under the name until then.</remarks>
    public Stream CreateFile(string path) => OpenStream("create it", path, (connection, java) => new HadoopWriteStream(_pool, connection, Create(connection.Gateway, java, overwrite: false), path));

    /// <inheritdoc/>
    public bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        if (HasRename) throw new NotSupportedException("this store has renames");
        var bytes = content.ToArray();
        return Use("create it", path, (gateway, java) =>
        {
            try
            {
                using var output = Create(gateway, java, overwrite);
                gateway.CallOn(output, "write", bytes).Forget();
                gateway.CallOn(output, "close").Forget();
                return true;
            }
            catch (JavaException taken) when (!overwrite && taken.JavaClass == HadoopErrors.Exists)
            {
                return false;
            }
        });
    }

    /// <inheritdoc/>
    public void CreateFolder(string path) => Use("create the folder", path, (gateway, java) => gateway.CallOn(_files, "mkdirs", java).AsBoolean("mkdirs")
        ? 0 : throw FileStoreException.Of("create the folder", path, "the file system answered no", false, false, null));

    /// <inheritdoc/>
    /// <remarks>What this store wrote was forced when it was closed.</remarks>
    public void FlushFile(string path)
    {
        if (Find(path) is not { Kind: FileKind.File }) throw FileStoreException.Of("force it to the disk", path, "no file is there", false, false, null);
    }

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
    }

    /// <inheritdoc/>
    public bool TryMove(string source, string target) => Rename(source, target, _plainRename);

    /// <inheritdoc/>
    public void Replace(string source, string target) => Rename(source, target, _overwritingRename);

    /// <inheritdoc/>
    /// <remarks>Always a copy: its bytes go through the JVM, not through this program.</remarks>
    public LinkKind Link(string source, string target)
    {
        var temporary = HasRename ? $"{target}.{Guid.NewGuid():N}{FileStoreExtensions.TemporarySuffix}" : target;
        Use($"give it the name {target}", source, (gateway, from) =>
        {
            using var to = gateway.New(JavaPath, temporary);
            using var input = gateway.CallOn(_files, "open", from).AsObject("open");
            using var output = Create(gateway, to, overwrite: false);
            gateway.CallStatic("org.apache.hadoop.io.IOUtils", "copyBytes", input, output, BlockBytes, false).Forget();
            if (gateway.CallOn(output, "hasCapability", "hsync").AsBoolean("hasCapability")) gateway.CallOn(output, "hsync").Forget();
            gateway.CallOn(output, "close").Forget();
            gateway.CallOn(input, "close").Forget();
            return 0;
        });
        if (temporary != target && !TryMove(temporary, target))
        {
            DeleteFile(temporary);
            throw FileStoreException.Of($"give it the name {target}", source, "that name is taken", false, false, null);
        }
        return LinkKind.Copy;
    }

    /// <inheritdoc/>
    public bool TryCreateSymbolicLink(string path, string target) => false;

    /// <inheritdoc/>
    public void DeleteFile(string path) => Use("delete it", path, (gateway, java) => gateway.CallOn(_files, "delete", java, false).AsBoolean("delete"));

    /// <inheritdoc/>
    public void DeleteTree(string path) => Use("delete the folder", path, (gateway, java) => gateway.CallOn(_files, "delete", java, true).AsBoolean("delete"));

    /// <inheritdoc/>
    public long? FreeBytes(string path) => Use<long?>("ask for its free space", path, (gateway, java) =>
    {
        using var status = gateway.CallOn(_files, "getStatus").AsObject("getStatus");
        var free = gateway.CallOn(status, "getRemaining").AsLong("getRemaining");
        return free == long.MaxValue ? null : free;
    });

    private static FileItem Item(string path, JavaAnswer folder, JavaAnswer length, JavaAnswer modified)
    {
        var isFolder = folder.AsBoolean("isDirectory");
        return new FileItem(path, isFolder ? FileKind.Folder : FileKind.File, isFolder ? 0 : length.AsLong("getLen"), DateTimeOffset.FromUnixTimeMilliseconds(modified.AsLong("getModificationTime")));
    }

    private static string Ask(string id, string method) => GatewayText.Call(id, method, []);

    /// <summary>The part of a URI behind the host, which is how the file system itself names a file whatever host was named.</summary>
    private static string PathOnly(string uri)
    {
        var at = uri.IndexOf("://", StringComparison.Ordinal);
        if (at < 0) return uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var slash = uri.IndexOf('/', at + 3);
        return slash < 0 ? "/" : uri[slash..].TrimEnd('/');
    }

    private static JavaObject RenameOptions(Gateway gateway, string name)
    {
        const string type = "org.apache.hadoop.fs.Options$Rename";
        using var option = gateway.CallStatic(type, "valueOf", name).AsObject("valueOf");
        var array = gateway.NewArray(type, 1);
        gateway.SetArrayItem(array, 0, option);
        return array;
    }

    private JavaObject Create(Gateway gateway, JavaObject path, bool overwrite)
    {
        using var builder = gateway.CallOn(_files, "createFile", path).AsObject("createFile");
        gateway.CallOn(builder, "overwrite", overwrite).Forget();
        // Object stores look for the name beforehand; only a conditional request makes refusing it one step with writing it.
        if (!HasRename && !overwrite) gateway.CallOn(builder, "must", "fs.option.create.conditional.overwrite", true).Forget();
        return gateway.CallOn(builder, "build").AsObject("build");
    }

    private bool Rename(string source, string target, JavaObject options) => Use($"rename it to {target}", source, (gateway, _) =>
    {
        // The context refuses URIs whose host is left out; it has the file system's own.
        using var from = gateway.New(JavaPath, PathOnly(source));
        using var to = gateway.New(JavaPath, PathOnly(target));
        return gateway.CallUnless([HadoopErrors.Exists], _context.Id, "rename", from, to, options) is not null;
    });

    private T Use<T>(string verb, string path, Func<Gateway, JavaObject, T> work) => HadoopErrors.Try(verb, path, () => _pool.Use(gateway =>
    {
        using var java = gateway.New(JavaPath, path);
        return work(gateway, java);
    }));

    private Stream OpenStream(string verb, string path, Func<FileConnection, JavaObject, Stream> open) => HadoopErrors.Try(verb, path, () =>
    {
        var connection = _pool.Rent();
        try
        {
            using var java = connection.Gateway.New(JavaPath, path);
            return open(connection, java);
        }
        catch
        {
            _pool.Return(connection);
            throw;
        }
    });
}
