using System.Numerics;

namespace Analytics.Columns.Internals;

/// <summary>Parquet's hybrid of run lengths and bit packing, for levels and dictionary indexes.</summary>
internal static class RunLengthEncoder
{
    /// <summary>Groups of eight in one bit-packed run: the header stays one byte, as parquet-java writes it.</summary>
    private const int MaximumGroups = 63;

    /// <summary>The bits that hold every index below <paramref name="count"/>; 1 at least, as not every reader takes width 0.</summary>
    public static int BitWidth(int count) => Math.Max(1, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(0, count - 1)));

    /// <summary>One run of a level that all values share.</summary>
    public static void EncodeRun(ByteBuffer output, int value, int count)
    {
        output.AppendVarint((ulong)count << 1);
        output.Append((byte)value);
    }

    /// <summary>Encodes values of <paramref name="width"/> bits: repetitions of eight or more as a run, the rest packed.</summary>
    public static void Encode(ByteBuffer output, ReadOnlySpan<int> values, int width)
    {
        var runBytes = (width + 7) / 8;
        var literals = 0;
        var at = 0;
        while (at < values.Length)
        {
            var run = RunLength(values, at);
            if (run >= 8)
            {
                Pack(output, values.Slice(at - literals, literals), width);
                literals = 0;
                output.AppendVarint((ulong)run << 1);
                for (var i = 0; i < runBytes; i++) output.Append((byte)(values[at] >> (8 * i)));
                at += run;
                continue;
            }
            // Only the last group may be short: the rest stay aligned to eight.
            var taken = Math.Min(8, values.Length - at);
            at += taken;
            literals += taken;
        }
        Pack(output, values.Slice(at - literals, literals), width);
    }

    private static int RunLength(ReadOnlySpan<int> values, int at)
    {
        var value = values[at];
        var end = at + 1;
        while (end < values.Length && values[end] == value) end++;
        return end - at;
    }

    private static void Pack(ByteBuffer output, ReadOnlySpan<int> values, int width)
    {
        Span<int> padded = stackalloc int[8];
        while (!values.IsEmpty)
        {
            var taken = Math.Min(values.Length, MaximumGroups * 8);
            var groups = (taken + 7) / 8;
            output.Append((byte)(groups << 1 | 1));
            var room = output.Room(groups * width);
            for (var group = 0; group < groups; group++)
            {
                var rest = values[(8 * group)..];
                if (rest.Length >= 8)
                {
                    PackEight(room[(group * width)..], rest[..8], width);
                    continue;
                }
                padded.Clear();
                rest.CopyTo(padded);
                PackEight(room[(group * width)..], padded, width);
            }
            output.Advance(groups * width);
            values = values[taken..];
        }
    }

    private static void PackEight(Span<byte> output, ReadOnlySpan<int> values, int width)
    {
        ulong bits = 0;
        var held = 0;
        var at = 0;
        foreach (var value in values)
        {
            bits |= (ulong)(uint)value << held;
            held += width;
            while (held >= 8)
            {
                output[at++] = (byte)bits;
                bits >>= 8;
                held -= 8;
            }
        }
    }
}
