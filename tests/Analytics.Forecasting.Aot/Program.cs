using Analytics.Forecasting.Tests;

foreach (var line in ForecastDigest.Lines()) Console.Out.WriteLine(line);
