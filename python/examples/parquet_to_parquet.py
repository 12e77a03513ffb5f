"""Judges the messages of Parquet files, and writes them with what was found to Parquet files.

    spark-submit parquet_to_parquet.py mail.parquet judged.parquet --text body --subject subject

Without spark-submit, `python parquet_to_parquet.py ...` runs it on this machine.
"""

import argparse

from pyspark.sql import SparkSession

from beholden.spark import analyze


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="Parquet files with the messages")
    parser.add_argument("target", help="where the Parquet files go; must not be there yet")
    parser.add_argument("--text", default="body", help="the column of the messages (default: body)")
    parser.add_argument("--subject", help="the column of subject lines")
    parser.add_argument("--raw", action="store_true", help="the messages are whole mails (RFC 5322)")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("beholden: Parquet to Parquet").getOrCreate()
    messages = spark.read.parquet(args.source)
    judged = analyze(messages, text=args.text, subject=args.subject, raw=args.raw)
    judged.write.parquet(args.target)
    spark.stop()


if __name__ == "__main__":
    main()
