namespace Analytics.Columns.Internals;

/// <summary>The reverse of <see cref="RunLengthEncoder"/>.</summary>
internal static class RunLengthDecoder
{
    public static void Decode(ReadOnlySpan<byte> input, int width, Span<int> values)
    {
        var runBytes = (width + 7) / 8;
        var mask = width == 32 ? uint.MaxValue : (1u << width) - 1;
        var at = 0;
        while (!values.IsEmpty)
        {
            uint header = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = input[at++];
                header |= (uint)(part & 0x7F) << shift;
                if (part < 0x80) break;
            }
            if ((header & 1) == 0)
            {
                uint value = 0;
                for (var i = 0; i < runBytes; i++) value |= (uint)input[at++] << (8 * i);
                var run = (int)(header >> 1);
                values[..run].Fill((int)value);
                values = values[run..];
                continue;
            }
            var count = (int)(header >> 1) * 8;
            var packed = input.Slice(at, count / 8 * width);
            at += packed.Length;
            ulong bits = 0;
            var (held, next) = (0, 0);
            var taken = Math.Min(count, values.Length); // the last group is padded
            for (var i = 0; i < taken; i++)
            {
                while (held < width)
                {
                    bits |= (ulong)packed[next++] << held;
                    held += 8;
                }
                values[i] = (int)((uint)bits & mask);
                bits >>= width;
                held -= width;
            }
            values = values[taken..];
        }
    }
}
