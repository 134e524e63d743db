using System.Globalization;
using Analytics.Bench;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["duckdb-copy", var input, var output] => DuckDbCopy.Run(input, output),
    ["repeat", var input, var output, var times, var shiftDays] => RepeatedShop.Write(input, output, int.Parse(times, CultureInfo.InvariantCulture), int.Parse(shiftDays, CultureInfo.InvariantCulture)),
    ["days", var input, var folder] => RepeatedShop.WriteDays(input, folder),
    ["nightly", var shop, var work] => NightlyBench.Run(shop, work, large: false),
    ["nightly", var shop, var work, "large"] => NightlyBench.Run(shop, work, large: true),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        bench/nightly.sh [large]                       the comparisons, as the README quotes them
        dotnet run --project bench/Analytics.Bench -c Release -- COMMAND
          nightly SHOP.csv.gz WORK [large]             ingest against DuckDB's bare copy, the whole nightly run, one more night; large: twenty-fold too
          duckdb-copy INPUT OUTPUT                     the bare copy alone
          repeat INPUT OUTPUT TIMES SHIFT_DAYS         the file repeated with shifted dates and order numbers
          days INPUT FOLDER                            the file cut into one a day
        """);
    return 2;
}
