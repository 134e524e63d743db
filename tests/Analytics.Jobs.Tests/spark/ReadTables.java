import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads every table of a run with stock Spark, by its path and through tables.sql, and prints `path|view TABLE ROWS: columns with types`. */
public final class ReadTables {
    public static void main(String[] args) throws Exception {
        Path run = Path.of(args[0]).toRealPath();
        SparkSession spark = SparkSession.builder().appName("read tables").getOrCreate();
        List<String> tables;
        try (var folders = Files.list(run)) {
            tables = folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().collect(Collectors.toList());
        }
        for (String table : tables) print("path", table, spark.read().parquet(run.resolve(table).toString()));

        // The statements for Spark stand behind `--spark ` at the start of their lines, as `sed -n 's/^--spark //p' tables.sql` takes them out.
        spark.conf().set("spark.analytics.run", run.toString());
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("tables.sql"))) if (line.startsWith("--spark ")) lines.add(line.substring(8));
        for (String statement : String.join("\n", lines).split(";\\s*(\n|$)")) if (!statement.isBlank()) spark.sql(statement);
        for (String table : tables) print("view", table, spark.table(table));
        spark.stop();
    }

    private static void print(String way, String table, Dataset<Row> rows) {
        String columns = Arrays.stream(rows.schema().fields()).map(field -> field.name() + " " + field.dataType().catalogString()).collect(Collectors.joining(", "));
        // Every value is decoded, not only counted.
        long count = rows.toJavaRDD().map(Row::length).count();
        System.out.println(way + " " + table + " " + count + ": " + columns);
    }
}
