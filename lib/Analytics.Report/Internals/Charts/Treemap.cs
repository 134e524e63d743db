namespace Analytics.Report.Internals.Charts;

/// <summary>Squarified treemap (Bruls, Huizing and van Wijk 2000).</summary>
internal static class Treemap
{
    /// <summary>Boxes whose areas are as the shares, which are positive and sum to 1, greatest first.</summary>
    public static (double X, double Y, double Width, double Height)[] Layout(double[] shares, double width, double height)
    {
        var boxes = new (double, double, double, double)[shares.Length];
        double x = 0, y = 0, w = width, h = height;
        var next = 0;
        while (next < shares.Length)
        {
            var side = Math.Min(w, h);
            var count = 1;
            var worst = Worst(next, 1, side);
            while (next + count < shares.Length && Worst(next, count + 1, side) is var other && other <= worst) (count, worst) = (count + 1, other);
            var area = Area(next, count);
            var depth = next + count == shares.Length ? Math.Max(w, h) : side > 0 ? Math.Min(area / side, Math.Max(w, h)) : 0;
            double along = 0;
            for (var i = next; i < next + count; i++)
            {
                var length = area > 0 ? side * shares[i] * width * height / area : 0;
                boxes[i] = w >= h ? (x, y + along, depth, length) : (x + along, y, length, depth);
                along += length;
            }
            if (w >= h) (x, w) = (x + depth, Math.Max(0, w - depth));
            else (y, h) = (y + depth, Math.Max(0, h - depth));
            next += count;
        }
        return boxes;

        double Area(int from, int count)
        {
            double sum = 0;
            for (var i = from; i < from + count; i++) sum += shares[i];
            return sum * width * height;
        }

        double Worst(int from, int count, double side)
        {
            var area = Area(from, count);
            double largest = shares[from] * width * height, least = shares[from + count - 1] * width * height;
            return side > 0 && least > 0 ? Math.Max(side * side * largest / (area * area), area * area / (side * side * least)) : double.MaxValue;
        }
    }
}
