using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>The manifests that were read last: one of a long history takes some milliseconds, and a run never changes.</summary>
internal sealed class ManifestCache(Lake lake)
{
    private const int Kept = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<(RunRef Run, Manifest Manifest)> _kept = new();

    /// <exception cref="PublishingException">It is not there or not whole.</exception>
    public Manifest Read(RunRef run)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Run != run) continue;
                _kept.Remove(node);
                _kept.AddFirst(node);
                return node.Value.Manifest;
            }
        }
        var manifest = lake.ReadManifest(run);
        lock (_lock)
        {
            _kept.AddFirst((run, manifest));
            if (_kept.Count > Kept) _kept.RemoveLast();
        }
        return manifest;
    }
}
