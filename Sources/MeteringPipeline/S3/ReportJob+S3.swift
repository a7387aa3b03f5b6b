public import MeteringLake

extension ReportJob {
    /// The same report, whose source or lake may be in S3 as well, reached as the standard settings of AWS say.
    public func reachingS3() -> ReportJob {
        var job = self
        job.stores = .standard
        return job
    }
}
