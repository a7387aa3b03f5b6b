internal import AWSServices
internal import MeteringLake

extension ExportJob {
    /// What CloudWatch Logs says where it does not export for who asks, or cannot write to the
    /// destination, which names no bucket; nil for an error about something else.
    ///
    /// The service's own words are looked at and not shown.
    func refusal(_ error: AWSError, in region: String) -> PipelineError? {
        if error.code == "AccessDeniedException" { return denial(error, in: region) }
        guard error.operation == "CreateExportTask" else { return nil }
        let words = error.message?.lowercased() ?? ""
        let isOfBucket = words.contains("bucket")
        if error.code == "ResourceNotFoundException", !isOfBucket {
            return PipelineError(
                code: .notFound, location: "log group \(logGroup)",
                reason: """
                    there is no log group \(logGroup) in \(region); --log-group names it, and \
                    AWS_REGION or the profile the region
                    """)
        }
        guard error.code == "InvalidParameterException" || isOfBucket else { return nil }
        let isMissing = isOfBucket && words.contains("not exist")
        return PipelineError(
            code: isMissing ? .notFound : .inputOutput, location: "\(destination)",
            reason: """
                CloudWatch Logs cannot export \(logGroup) to it (\(AWSFailure.reason(of: error))); check \
                that the bucket exists, that it is in the log group's region \(region), that its policy \
                allows logs.\(region).amazonaws.com s3:GetBucketAcl on the bucket and s3:PutObject \
                there, that whoever asks is allowed s3:PutObject there as well, and that the log group \
                is older than the end of \(day)
                """)
    }

    /// What is not allowed to export one day is not allowed to export another.
    private func denial(_ error: AWSError, in region: String) -> PipelineError {
        var failure = PipelineError(
            code: .inputOutput, location: "log group \(logGroup)",
            reason: """
                \(AWSFailure.reason(of: error, in: region)); whoever exports it needs logs:CreateExportTask, \
                logs:DescribeExportTasks, and s3:PutObject in \(destination)
                """)
        failure.isAccessFailure = true
        return failure
    }
}
