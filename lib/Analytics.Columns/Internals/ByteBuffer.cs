using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Analytics.Columns.Internals;

/// <summary>Bytes that grow at the end; cleared and reused from file to file.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Room for <paramref name="size"/> bytes at the end; <see cref="Advance"/> makes what was written there count.</summary>
    public Span<byte> Room(int size)
    {
        var needed = checked(Length + size);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        return _bytes.AsSpan(Length, size);
    }

    public void Advance(int size) => Length += size;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        if (Length == _bytes.Length) Room(1);
        _bytes[Length++] = value;
    }

    public void AppendInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);
        Length += 4;
    }

    /// <summary>Writes a length into four bytes that were reserved before it was known.</summary>
    public void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at, 4), value);

    /// <summary>Unsigned LEB128.</summary>
    public void AppendVarint(ulong value)
    {
        while (value >= 0x80)
        {
            Append((byte)(value | 0x80));
            value >>= 7;
        }
        Append((byte)value);
    }
}
