using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Puts parts that are sorted each into one sequence in the shared order: ascending, NULL first, texts by their bytes.</summary>
internal static class SortedParts
{
    /// <summary>Whether rows of these key columns are put in order here as Spark does it. Of doubles Spark has its own view: a NaN is the largest, zeros are equal.</summary>
    public static bool CanMerge(IEnumerable<Column> keys) => keys.All(key => key.Type.Kind is not (ColumnKind.Double or ColumnKind.TextList));

    /// <summary>Merges. The batch is reused: it is valid until the next step of the enumeration; so may be the parts' batches.</summary>
    /// <param name="parts">The parts, each in order.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="keys">The positions of the key columns, the first the most significant.</param>
    public static IEnumerable<ColumnBatch> Merge(IEnumerable<IEnumerable<ColumnBatch>> parts, IReadOnlyList<Column> columns, int[] keys)
    {
        var cursors = new List<Cursor>();
        try
        {
            foreach (var part in parts)
            {
                var cursor = new Cursor(part.GetEnumerator(), keys, cursors.Count);
                cursors.Add(cursor);
                cursor.Next();
            }
            var queue = new PriorityQueue<Cursor, Cursor>(cursors.Where(cursor => cursor.Batch is not null).Select(cursor => (cursor, cursor)));
            var merged = new ColumnBatch(columns);
            while (queue.TryDequeue(out var first, out _))
            {
                merged.AppendRow(first.Batch!, first.Row);
                // Out of the queue before its place changes.
                if (first.Next()) queue.Enqueue(first, first);
                if (merged.Count < ColumnBatch.UsualRows) continue;
                yield return merged;
                merged.Clear();
            }
            if (merged.Count > 0) yield return merged;
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    /// <summary>A part's next row.</summary>
    private sealed class Cursor(IEnumerator<ColumnBatch> batches, int[] keys, int part) : IComparable<Cursor>, IDisposable
    {
        /// <summary>The batch of the row; null before the first and behind the last.</summary>
        public ColumnBatch? Batch { get; private set; }

        public int Row { get; private set; }

        private int Part { get; } = part;

        /// <summary>Goes to the next row.</summary>
        /// <returns>Whether there is one.</returns>
        public bool Next()
        {
            Row++;
            if (Batch is not null && Row < Batch.Count) return true;
            Row = 0;
            do
            {
                if (!batches.MoveNext())
                {
                    Batch = null;
                    return false;
                }
                Batch = batches.Current;
            }
            while (Batch.Count == 0);
            return true;
        }

        public int CompareTo(Cursor? other)
        {
            foreach (var key in keys)
                if (Compare(Batch![key], Row, other!.Batch![key], other.Row) is not 0 and var order) return order;
            return Part.CompareTo(other!.Part);
        }

        public void Dispose() => batches.Dispose();

        private static int Compare(ColumnVector a, int i, ColumnVector b, int j)
        {
            var (left, right) = (a.IsNull(i), b.IsNull(j));
            if (left || right) return right.CompareTo(left);
            return (a, b) switch
            {
                (TextVector x, TextVector y) => x[i].SequenceCompareTo(y[j]),
                (ValueVector<int> x, ValueVector<int> y) => x[i].CompareTo(y[j]),
                (ValueVector<long> x, ValueVector<long> y) => x[i].CompareTo(y[j]),
                (ValueVector<Int128> x, ValueVector<Int128> y) => x[i].CompareTo(y[j]),
                (ValueVector<bool> x, ValueVector<bool> y) => x[i].CompareTo(y[j]),
                _ => throw new InvalidOperationException($"no order for a {a.GetType().Name}"),
            };
        }
    }
}
