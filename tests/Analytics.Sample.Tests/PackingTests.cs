using System.IO.Compression;
using CsCheck;

namespace Analytics.Sample.Tests;

public sealed class PackingTests
{
    // Few letters make long and overlapping matches; all bytes make none.
    private static readonly Gen<byte[]> Contents = Gen.OneOf(
        Gen.Byte.Array[0, 2000], Gen.Byte[97, 99].Array[0, 3000], Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[1, 2000])
            .Select((part, times) => Enumerable.Repeat(part, times).SelectMany(value => value).ToArray()));

    [Fact]
    public void Gzip_unpacks_to_what_was_packed() => Contents.Sample(
        content =>
        {
            using var stream = new GZipStream(new MemoryStream(Gzip.Pack(content)), CompressionMode.Decompress);
            var unpacked = new MemoryStream();
            stream.CopyTo(unpacked);
            return unpacked.ToArray().AsSpan().SequenceEqual(content);
        }, iter: 300);

    [Fact]
    public void Zstandard_unpacks_to_what_was_stored() => Contents.Sample(
        content =>
        {
            using var decompressor = new ZstdSharp.Decompressor();
            return decompressor.Unwrap(Zstandard.Store(content)).SequenceEqual(content);
        }, iter: 300);

    [Fact]
    public void Repetition_packs_small() => Assert.InRange(Gzip.Pack(new byte[100_000]).Length, 20, 2_000);
}
