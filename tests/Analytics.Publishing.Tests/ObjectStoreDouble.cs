using Analytics.Files;

namespace Analytics.Publishing.Tests;

/// <summary>
/// A store as S3 is: no rename of anything, no link, a put that is one step. What asks for a rename all the same fails the test.
/// </summary>
internal sealed class ObjectStoreDouble(IFileStore inner) : ForwardingStore(inner)
{
    private readonly IFileStore _inner = inner;

    public override bool HasRename => false;

    public override bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        if (!overwrite) return _inner.TryCreateExclusive(path, content);
        _inner.WriteDurably(path, content);
        return true;
    }

    public override bool TryMove(string source, string target) => throw new InvalidOperationException($"{source}: an object store renames nothing");

    public override void Replace(string source, string target) => throw new InvalidOperationException($"{source}: an object store renames nothing");

    public override bool TryCreateSymbolicLink(string path, string target) => false;
}
