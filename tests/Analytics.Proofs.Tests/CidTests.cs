using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Analytics.Files;

namespace Analytics.Proofs.Tests;

/// <summary>CIDs as ipfs-unixfs-importer, the importer of the JavaScript node, made them; vectors/record-cids.mjs recorded them.</summary>
public sealed class CidTests : IDisposable
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "cids.json"))).RootElement;

    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-").FullName.Replace('\\', '/');

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Content(int length, uint seed)
    {
        var bytes = new byte[length];
        var state = unchecked(seed * 2654435761 + 1);
        for (var i = 0; i < length; i++)
        {
            state = unchecked(state * 1664525 + 1013904223);
            bytes[i] = (byte)(state >> 24);
        }
        return bytes;
    }

    [Fact]
    public void AFileHasTheNameThatIpfsGivesIt()
    {
        foreach (var vector in Vectors.GetProperty("whole").EnumerateArray())
        {
            var content = Content(vector.GetProperty("length").GetInt32(), 1);
            var file = UnixFsFile.Read(new MemoryStream(content));
            Assert.Equal(vector.GetProperty("cid").GetString(), file.Identity.Cid);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.Identity.Sha256);
            Assert.Equal(content.Length, file.Identity.Bytes);
            if (content.Length <= UnixFsFile.ChunkBytes) Assert.Equal(file.Identity.Cid, Cid.OfSmall(file.Identity.Sha256));
        }
    }

    [Fact]
    public void DeepTreesToo()
    {
        foreach (var vector in Vectors.GetProperty("small").EnumerateArray())
            Assert.Equal(vector.GetProperty("cid").GetString(), UnixFsFile.Read(new MemoryStream(Content(vector.GetProperty("length").GetInt32(), 2)), 16, 3, default).Identity.Cid);
    }

    [Fact]
    public void ACarFileHoldsTheFolderWholeUnderItsName()
    {
        var store = new LocalFileStore();
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in Vectors.GetProperty("folder").GetProperty("files").EnumerateArray())
        {
            var (path, length) = (file.GetProperty("path").GetString()!, file.GetProperty("length").GetInt32());
            contents[path] = Content(length, (uint)length);
            Directory.CreateDirectory(Path.GetDirectoryName($"{_folder}/{path}")!);
            File.WriteAllBytes($"{_folder}/{path}", contents[path]);
        }
        var car = new MemoryStream();
        var summary = CarFile.Write(store, [.. contents.Keys.Order(Utf8Order.Comparer).Select(path => (path, $"{_folder}/{path}"))], car);
        Assert.Equal(Vectors.GetProperty("folder").GetProperty("cid").GetString(), summary.Root);
        Assert.Equal(car.Length, summary.Bytes);

        var read = CarReader.Read(car.ToArray());
        Assert.Equal(summary.Root, read.Root);
        Assert.Equal(summary.Blocks, read.Blocks.Count);
        Assert.Equal(contents.Keys.Order(StringComparer.Ordinal), read.Files.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, content) in contents) Assert.Equal(content, read.Files[path]);

        // The order in which the files are named changes nothing but the order of their blocks.
        var other = new MemoryStream();
        Assert.Equal(summary.Root, CarFile.Write(store, [.. contents.Keys.Reverse().Select(path => (path, $"{_folder}/{path}"))], other).Root);
    }
}

/// <summary>A reader of CAR files, dag-pb and UnixFS for the tests, written from their specifications.</summary>
internal sealed class CarReader
{
    public Dictionary<string, byte[]> Blocks { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public string Root { get; private set; } = "";

    public static CarReader Read(byte[] car)
    {
        var reader = new CarReader();
        var at = 0;
        var header = Section(car, ref at);
        // {"roots": [cid], "version": 1} in dag-cbor: the CID is the 36 bytes behind tag 42, a length and a zero.
        Assert.Equal("a265726f6f747381d82a582500", Convert.ToHexStringLower(header[..13]));
        Assert.Equal("6776657273696f6e01", Convert.ToHexStringLower(header[49..]));
        reader.Root = Cid.Text(header[13..49]);
        while (at < car.Length)
        {
            var block = Section(car, ref at);
            Assert.Equal(block[4..36], SHA256.HashData(block[36..]));
            reader.Blocks.Add(Cid.Text(block[..36]), block[36..]);
        }
        reader.Walk(header[13..49], "");
        return reader;
    }

    private void Walk(byte[] cid, string path)
    {
        var (links, data) = Node(Blocks[Cid.Text(cid)]);
        Assert.Equal([0x08, 0x01], data);
        foreach (var (name, child) in links)
        {
            var below = path.Length == 0 ? name : $"{path}/{name}";
            if (child[1] == 0x70 && Node(Blocks[Cid.Text(child)]).Data is [0x08, 0x01]) Walk(child, below);
            else Files.Add(below, [.. Bytes(child)]);
        }
    }

    private IEnumerable<byte> Bytes(byte[] cid) => cid[1] == 0x55 ? Blocks[Cid.Text(cid)] : Node(Blocks[Cid.Text(cid)]).Links.SelectMany(link => Bytes(link.Cid));

    private static (List<(string Name, byte[] Cid)> Links, byte[] Data) Node(byte[] node)
    {
        var links = new List<(string, byte[])>();
        byte[] data = [];
        for (var at = 0; at < node.Length;)
        {
            var tag = node[at++];
            var field = Section(node, ref at);
            if (tag == 0x0A) data = field;
            else links.Add(Link(field));
        }
        return (links, data);
    }

    private static (string, byte[]) Link(byte[] link)
    {
        var (name, cid) = ("", Array.Empty<byte>());
        for (var at = 0; at < link.Length;)
        {
            switch (link[at++])
            {
                case 0x0A: cid = Section(link, ref at); break;
                case 0x12: name = Encoding.UTF8.GetString(Section(link, ref at)); break;
                default: Varint(link, ref at); break;
            }
        }
        return (name, cid);
    }

    private static byte[] Section(byte[] bytes, ref int at)
    {
        var length = Varint(bytes, ref at);
        at += length;
        return bytes[(at - length)..at];
    }

    private static int Varint(byte[] bytes, ref int at)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            value |= (bytes[at] & 0x7F) << shift;
            if (bytes[at++] < 0x80) return value;
        }
    }
}
