"""Judges JSON Lines with Hadoop streaming, by mrjob: the mapper is the command, and there is no reducer.

On this machine:   python hadoop_job.py -r local mail.jsonl > reports.jsonl
On a cluster:      python hadoop_job.py -r hadoop hdfs:///mail --output-dir hdfs:///reports"""

from mrjob.job import MRJob
from mrjob.protocol import RawValueProtocol


class Judge(MRJob):
    # A report is a line as it is, without a key before it.
    OUTPUT_PROTOCOL = RawValueProtocol

    def mapper_cmd(self):
        return "beholden scan --no-config --jobs 1 --input jsonl --format jsonl"


if __name__ == "__main__":
    Judge.run()
