using System.Runtime.InteropServices;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Bytes that stay where they are until <see cref="Reset"/>: the texts of a chunk that is being filled. DuckDB copies them when
/// it takes the chunk, so pointing at them spares its own copy and a call a text.
/// </summary>
internal sealed unsafe class TextArena : IDisposable
{
    private const int BlockBytes = 1 << 18;
    private readonly List<(nint Memory, int Bytes)> _blocks = [];
    private int _block = -1;
    private int _used;

    ~TextArena() => Free();

    /// <summary>Copies a text and tells where it lies.</summary>
    public byte* Keep(ReadOnlySpan<byte> text)
    {
        if (_block < 0 || _blocks[_block].Bytes - _used < text.Length) Advance(text.Length);
        var place = (byte*)_blocks[_block].Memory + _used;
        text.CopyTo(new Span<byte>(place, text.Length));
        _used += text.Length;
        return place;
    }

    /// <summary>Forgets all texts and keeps the usual blocks.</summary>
    public void Reset()
    {
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Bytes == BlockBytes) continue;
            NativeMemory.Free((void*)_blocks[i].Memory);
            _blocks.RemoveAt(i);
        }
        _block = -1;
        _used = 0;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Advance(int needed)
    {
        _used = 0;
        while (++_block < _blocks.Count)
            if (_blocks[_block].Bytes >= needed) return;
        var bytes = Math.Max(needed, BlockBytes);
        _blocks.Add(((nint)NativeMemory.Alloc((nuint)bytes), bytes));
    }

    private void Free()
    {
        foreach (var (memory, _) in _blocks) NativeMemory.Free((void*)memory);
        _blocks.Clear();
    }
}
