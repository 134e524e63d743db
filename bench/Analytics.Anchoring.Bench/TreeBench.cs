using System.Diagnostics;
using System.Globalization;
using Analytics.Columns;
using Analytics.Proofs;

namespace Analytics.Anchoring.Bench;

/// <summary>Trees of ten million leaves in bounded memory, roots over rows, and proofs a second.</summary>
internal static class TreeBench
{
    private const int Leaves = 10_000_000;

    public static void Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trees, {Environment.ProcessorCount} threads                                          seconds   of processor time   MiB allocated"));
        Measure("root over 10,000,000 leaf hashes (MerkleBuilder)", () =>
        {
            var builder = new MerkleBuilder();
            var part = new byte[1000 * MerkleTree.HashBytes];
            for (var i = 0; i < Leaves; i += 1000)
            {
                for (var j = 0; j < 1000; j++) BitConverter.TryWriteBytes(part.AsSpan(j * MerkleTree.HashBytes), i + j);
                builder.Append(part);
            }
            return builder.Root();
        });
        Measure("root over 10,000,000 rows of 4 columns, encoded and hashed", () => Convert.FromHexString(RowTree.Compute(Enumerable.Range(0, 100).Select(static i => $"{i}"), Columns, Rows).Root));
        MerkleProver? prover = null;
        Measure("all nodes of 10,000,000 leaves (MerkleProver)", () =>
        {
            var leaves = new byte[Leaves * MerkleTree.HashBytes];
            for (var i = 0; i < Leaves; i++) BitConverter.TryWriteBytes(leaves.AsSpan(i * MerkleTree.HashBytes), i);
            prover = new MerkleProver(leaves, threads: 0);
            return prover.Root;
        });
        Rate("proofs made", i => prover!.Prove((int)(i * 7919L % Leaves)));
        var root = prover!.Root;
        var leaf = new byte[MerkleTree.HashBytes];
        BitConverter.TryWriteBytes(leaf, 7919);
        var proof = prover.Prove(7919);
        Rate("proofs checked", _ =>
        {
            if (!MerkleTree.Check(leaf, 7919, Leaves, proof, root)) throw new InvalidOperationException("a proof does not hold");
        });
    }

    private static readonly Column[] Columns = [new("id", ColumnType.Text), new("day", ColumnType.Date), new("units", ColumnType.Quantity), new("amount", ColumnType.Amount)];

    private static IEnumerable<ColumnBatch> Rows(string file, IReadOnlyList<Column> columns)
    {
        var batch = new ColumnBatch(columns);
        for (var i = 0; i < Leaves / 100; i++)
        {
            batch.Texts(0).Append("customer 0042"u8);
            batch.Ints(1).Append(i);
            batch.Longs(2).Append(i * 1000L);
            batch.Int128s(3).Append(i * 12345L);
        }
        yield return batch;
    }

    private static void Measure(string what, Func<byte[]> action)
    {
        var (wall, processor) = (double.MaxValue, double.MaxValue);
        byte[] root = [];
        var held = 0L;
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var usage = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            root = action();
            wall = Math.Min(wall, watch.Elapsed.TotalSeconds);
            processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - usage).TotalSeconds);
            held = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-60} {wall,8:F2} {processor,10:F2} {held >> 20,14:N0}   root {Convert.ToHexStringLower(root)[..12]}"));
    }

    private static void Rate(string what, Action<int> action)
    {
        const int count = 100_000;
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < count; i++) action(i);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-60} {count / best,10:N0} a second of one thread's processor time"));
    }
}
