using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Analytics.Mining.Internals;

/// <summary>
/// Memory for one depth-first search: taken on the way down, given back on the way up. Blocks never move, so pointers stay
/// valid until released, and after the first descent nothing is allocated.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private const long BlockBytes = 1 << 20;
    private readonly List<(nint Start, long Bytes)> _blocks = [];
    private int _block = -1;
    private byte* _next;
    private byte* _end;

    /// <summary>The bytes of all blocks.</summary>
    public long Bytes { get; private set; }

    internal readonly record struct Mark(int Block, nint Next);

    public Mark Save() => new(_block, (nint)_next);

    public void Release(Mark mark)
    {
        if (mark.Block != _block) Enter(mark.Block);
        if (mark.Block >= 0) _next = (byte*)mark.Next;
    }

    /// <summary>Memory that is not cleared, aligned to 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Take<T>(long count) where T : unmanaged
    {
        var bytes = (count * sizeof(T) + 31) & ~31L;
        if (_end - _next < bytes) NextBlock(bytes);
        var start = _next;
        _next += bytes;
        return (T*)start;
    }

    private void NextBlock(long bytes)
    {
        // Blocks behind the current one are empty; one that is too small is replaced.
        var block = _block + 1;
        if (block < _blocks.Count && _blocks[block].Bytes < bytes)
        {
            for (var i = block; i < _blocks.Count; i++) Free(i);
            _blocks.RemoveRange(block, _blocks.Count - block);
        }
        if (block == _blocks.Count)
        {
            var size = Math.Max(bytes, BlockBytes << Math.Min(block, 8));
            _blocks.Add(((nint)NativeMemory.AlignedAlloc((nuint)size, 64), size));
            Bytes += size;
        }
        Enter(block);
    }

    private void Enter(int block)
    {
        _block = block;
        _next = block < 0 ? null : (byte*)_blocks[block].Start;
        _end = block < 0 ? null : _next + _blocks[block].Bytes;
    }

    private void Free(int block)
    {
        Bytes -= _blocks[block].Bytes;
        NativeMemory.AlignedFree((void*)_blocks[block].Start);
    }

    public void Dispose()
    {
        for (var i = 0; i < _blocks.Count; i++) Free(i);
        _blocks.Clear();
        Enter(-1);
    }
}
