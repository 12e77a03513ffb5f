"""Judges a stream of messages: JSON files that arrive in a folder, one object a line with `id`, `subject` and `body`.

    spark-submit stream_json.py incoming/ judged/ checkpoint/

What was found goes to Parquet files. The checkpoint remembers which files are done: started again, after an end or a crash,
the stream goes on where it was, and every message stands in the target once. With `--once` it ends when all that is there is done.
"""

import argparse

from pyspark.sql import SparkSession

from beholden.spark import analyze


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="the folder in which JSON files arrive")
    parser.add_argument("target", help="the folder for Parquet files")
    parser.add_argument("checkpoint", help="the folder in which the stream keeps how far it is")
    parser.add_argument("--files", type=int, default=100, help="at most so many files in one step (default: 100)")
    parser.add_argument("--once", action="store_true", help="end when all files that are there are done")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("beholden: stream of JSON").getOrCreate()
    messages = (
        spark.readStream.schema("id LONG, subject STRING, body STRING")
        .option("maxFilesPerTrigger", args.files)
        .json(args.source)
    )
    judged = analyze(messages, text="body", subject="subject")
    writer = judged.writeStream.format("parquet").option("path", args.target).option("checkpointLocation", args.checkpoint)
    query = (writer.trigger(availableNow=True) if args.once else writer.trigger(processingTime="10 seconds")).start()
    query.awaitTermination()
    spark.stop()


if __name__ == "__main__":
    main()
