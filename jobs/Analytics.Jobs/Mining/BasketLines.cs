using Analytics.Jobs.Configuration;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>Baskets in text, one a line, items apart by spaces or tabs. The file passes through one buffer; a line may be of any length.</summary>
internal static class BasketLines
{
    private const int Block = 1 << 20;

    /// <summary>No item of a real file is longer; a file without white space is no file of baskets.</summary>
    private const int LongestItem = 1 << 16;

    public static BasketFile Read(string path, Stream stream, BasketFileOptions options, CancellationToken cancel)
    {
        var coder = new ItemCoder();
        var items = new int[1 << 16];
        var offsets = new int[1 << 12];
        var buffer = new byte[Block + LongestItem + 8];
        int count = 0, baskets = 0, kept = 0;
        long line = 1, blank = 0;
        var first = true;

        void EndLine()
        {
            line++;
            if (count == offsets[baskets])
            {
                blank++;
                return;
            }
            if (baskets + 2 > offsets.Length) Array.Resize(ref offsets, checked(2 * offsets.Length));
            offsets[++baskets] = count;
        }

        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var read = stream.Read(buffer, kept, Block);
            var end = kept + read;
            var i = 0;
            if (first && end >= 3 && buffer.AsSpan(0, 3).SequenceEqual("\uFEFF"u8)) i = 3;
            first = false;
            // An item at the end of the block may go on in the next one.
            while (i < end)
            {
                var b = buffer[i];
                if (b <= ' ')
                {
                    i++;
                    if (b == '\n') EndLine();
                    else if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\f' or (byte)'\v'))
                        throw new UserException(ExitCode.Data, $"{path}, line {line}: a byte 0x{b:X2} is no text; a file of baskets has one basket a line, items apart by spaces (--format says another layout)");
                    continue;
                }
                var start = i;
                while (i < end && buffer[i] > ' ') i++;
                if (i == end && read > 0)
                {
                    i = start;
                    break;
                }
                if (i - start > LongestItem) throw TooLong(path, line);
                if (count == items.Length)
                {
                    if (count == Array.MaxLength) throw new UserException(ExitCode.Data, $"{path}, line {line}: more than {count} items, which is what one machine's miner takes");
                    Array.Resize(ref items, (int)Math.Min(Array.MaxLength, 2L * count));
                }
                items[count++] = coder.Code(buffer.AsSpan(start, i - start), line);
            }
            if (read == 0) break;
            kept = end - i;
            if (kept > LongestItem) throw TooLong(path, line);
            Buffer.BlockCopy(buffer, i, buffer, 0, kept);
        }
        if (count > offsets[baskets]) EndLine();

        var (ids, place) = coder.Sort(path, "an item");
        Array.Resize(ref items, count);
        Array.Resize(ref offsets, baskets + 1);
        for (var i = 0; i < items.Length; i++) items[i] = place[items[i]];
        return new BasketFile(BasketSet.Create(offsets, items, ids.Length, options.MaximumBasketSize), ids, blank);
    }

    private static UserException TooLong(string path, long line) => new(ExitCode.Data,
        $"{path}, line {line}: an item of more than {LongestItem} bytes; items are expected apart by spaces (--format csv for order/item pairs)");
}
