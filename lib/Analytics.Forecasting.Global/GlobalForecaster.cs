using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Analytics.Forecasting.Global;

/// <summary>
/// One gradient-boosted model over all series (LightGBM: Ke and others 2017; global models of this kind won the M5 competition,
/// Makridakis, Spiliotis and Assimakopoulos 2022). Every example is one series, origin and step ahead: the latest values, the values
/// and means of the target's phase, means of growing windows, the share of zeros and the step, all over the series' own level. It is trained on one thread
/// with a fixed seed in LightGBM's deterministic mode, so the same series give the same forecasts on one kind of processor.
/// </summary>
/// <remarks>A library of its own: nothing of Microsoft.ML is loaded where it is not used, and Analytics.Forecasting stays free of it.</remarks>
public static class GlobalForecaster
{
    private const int Lags = 14, Phases = 4;
    private static readonly int[] s_windows = [7, 28, 91];
    private const int Width = Lags + Phases + 1 + 3 + 3;

    /// <summary>The fewest values of a series that examples are taken from or forecasts made for.</summary>
    public const int ShortestHistory = 2 * Lags;

    /// <summary>Forecasts all series.</summary>
    /// <param name="series">Finite values in time order, one row a series.</param>
    /// <param name="options">Horizon, season and training.</param>
    /// <param name="cancel">Asked between the steps; training itself runs through.</param>
    /// <returns>A row of <see cref="GlobalOptions.Horizon"/> values a series; null for a series of fewer than <see cref="ShortestHistory"/> values, or where there is nothing to learn from.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Horizon, season, origins or rounds are below 1.</exception>
    public static double[]?[] Forecast(IReadOnlyList<double[]> series, GlobalOptions options, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Season, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Origins, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rounds, 1);
        var result = new double[]?[series.Count];
        var examples = Examples(series, options, cancel);
        if (examples.Count < 100) return result;
        var context = new MLContext(options.Seed);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        var trainer = context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            FeatureColumnName = nameof(Example.Features),
            LabelColumnName = nameof(Example.Label),
            NumberOfIterations = options.Rounds,
            LearningRate = 0.05,
            NumberOfLeaves = 31,
            MinimumExampleCountPerLeaf = 50,
            NumberOfThreads = 1,
            Seed = options.Seed,
            Deterministic = true,
        });
        var model = trainer.Fit(context.Data.LoadFromEnumerable(examples, schema));
        cancel.ThrowIfCancellationRequested();

        var asked = new List<Example>();
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i].Length < ShortestHistory) continue;
            for (var h = 1; h <= options.Horizon; h++) asked.Add(Describe(series[i], series[i].Length, h, options.Season, out _));
        }
        using var scores = model.Transform(context.Data.LoadFromEnumerable(asked, schema)).GetColumn<float>("Score").GetEnumerator();
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i].Length < ShortestHistory) continue;
            var level = Level(series[i], series[i].Length);
            var row = result[i] = new double[options.Horizon];
            for (var h = 0; h < row.Length; h++)
            {
                scores.MoveNext();
                row[h] = scores.Current * level;
            }
        }
        return result;
    }

    private static List<Example> Examples(IReadOnlyList<double[]> series, GlobalOptions options, CancellationToken cancel)
    {
        var usable = series.Count(y => y.Length > ShortestHistory);
        // Not every step of every origin: neighbours say the same.
        var each = Math.Min(options.Horizon, 8);
        var origins = Math.Min(options.Origins, Math.Max(1, options.MostExamples / Math.Max(1, usable * each)));
        var examples = new List<Example>();
        var turn = 0;
        foreach (var y in series)
        {
            cancel.ThrowIfCancellationRequested();
            for (var o = 0; o < origins; o++)
            {
                var origin = y.Length - 1 - o * Math.Max(1, options.Horizon / 2);
                if (origin < ShortestHistory) break;
                for (var k = 0; k < each; k++)
                {
                    var h = 1 + (turn++ * 5 + k * options.Horizon / each) % options.Horizon;
                    if (origin + h > y.Length) continue;
                    var example = Describe(y, origin, h, options.Season, out var level);
                    example.Label = (float)(y[origin + h - 1] / level);
                    examples.Add(example);
                }
            }
        }
        return examples;
    }

    /// <summary>What is known at an origin of the value some steps ahead.</summary>
    private static Example Describe(double[] y, int origin, int ahead, int season, out double level)
    {
        level = Level(y, origin);
        var f = new float[Width];
        var at = 0;
        for (var lag = 1; lag <= Lags; lag++) f[at++] = (float)(y[origin - lag] / level);
        var place = origin + ahead - 1;
        double sum = 0;
        var count = 0;
        for (var back = 1; back <= Phases; back++)
        {
            // The latest values of the target's phase that the origin knows.
            var t = place - ((ahead - 1) / season + back) * season;
            if (t >= 0)
            {
                sum += y[t];
                count++;
            }
            f[at++] = t >= 0 ? (float)(y[t] / level) : float.NaN;
        }
        f[at++] = count > 0 ? (float)(sum / count / level) : float.NaN;
        foreach (var window in s_windows)
        {
            var w = Math.Min(window, origin);
            double mean = 0;
            for (var t = origin - w; t < origin; t++) mean += y[t];
            f[at++] = (float)(mean / w / level);
        }
        double zeros = 0;
        var seen = Math.Min(91, origin);
        for (var t = origin - seen; t < origin; t++) zeros += y[t] == 0 ? 1 : 0;
        f[at++] = (float)(zeros / seen);
        f[at++] = ahead;
        f[at] = place % season;
        return new Example { Features = f };
    }

    /// <summary>The mean size of the last values: what makes series comparable.</summary>
    private static double Level(double[] y, int origin)
    {
        var w = Math.Min(56, origin);
        double sum = 0;
        for (var t = origin - w; t < origin; t++) sum += Math.Abs(y[t]);
        return sum > 0 ? sum / w : 1;
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
