internal import AWSServices

extension ExportJob {
    /// What CloudWatch Logs says where it cannot write to the destination, which names no bucket; nil
    /// for an error about something else.
    ///
    /// The service's own words are looked at and not shown.
    func refusal(_ error: AWSError, in region: String) -> PipelineError? {
        guard error.operation == "CreateExportTask" else { return nil }
        let words = error.message?.lowercased() ?? ""
        let isOfBucket = words.contains("bucket")
        guard error.code == "InvalidParameterException" || isOfBucket else { return nil }
        let isMissing = isOfBucket && words.contains("not exist")
        return PipelineError(
            code: isMissing ? .notFound : .inputOutput, location: "\(destination)",
            reason: """
                CloudWatch Logs cannot export \(logGroup) to it (\(AWSFailure.reason(of: error))); check \
                that the bucket exists, that it is in the log group's region \(region), and that its \
                policy lets logs.\(region).amazonaws.com write there, as README.md has it under \
                Permissions on AWS
                """)
    }
}
