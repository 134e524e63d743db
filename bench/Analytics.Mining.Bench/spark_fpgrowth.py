"""Spark MLlib's FPGrowth on a basket file. usage: spark-submit spark_fpgrowth.py BASKETS SUPPORT

The estimator is called on the JVM: PySpark's own wrapper of it does the same, but cannot be imported without numpy."""
import json, sys, time
from pyspark.sql import SparkSession, functions as f
spark = SparkSession.builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
baskets = spark.read.text(sys.argv[1]).where(f.trim("value") != "").select(f.array_distinct(f.split(f.trim("value"), r"\s+")).alias("items")).cache()
count = baskets.count()
start = time.perf_counter()
mining = spark._jvm.org.apache.spark.ml.fpm.FPGrowth().setItemsCol("items").setMinSupport(float(sys.argv[2]))
sets = mining.fit(baskets._jdf).freqItemsets().count()
print(json.dumps({"baskets": count, "itemsets": sets, "seconds": round(time.perf_counter() - start, 3)}))
