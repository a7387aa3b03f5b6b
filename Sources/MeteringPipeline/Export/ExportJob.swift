package import AWSServices
package import BedrockMetering
package import Logging
internal import MeteringLake

/// Has CloudWatch Logs export a day of a log group to S3.
///
/// Asked twice, it looks for the task that it started before, by name, window, group and destination:
/// one that runs is waited for, and one that is complete is the answer, unless it ran before the day's
/// window had ended and the window can be whole now, or its objects are gone.
package struct ExportJob: Sendable {
    package var day: UsageDay
    package var logGroup: String
    package var destination: ExportDestination
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?
    package var logger: Logger
    /// How long to wait in all; AWS gives a task up after 24 hours.
    package var patience = Duration.seconds(24 * 3600)
    /// Whether no task that is complete already is the answer, as where events came after it.
    package var startsAnew = false
    /// Whether the day is known to have no usage, so that its export may well have left no object.
    var mayBeEmpty = false
    var stores = Stores.standard
    var clock = LedgerClock.system
    /// Waits between two looks.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init(
        _ day: UsageDay, of logGroup: String, to destination: ExportDestination, logger: Logger
    ) {
        self.day = day
        self.logGroup = logGroup
        self.destination = destination
        self.logger = logger
    }

    package struct Outcome: Sendable, Hashable {
        package let task: String
        /// Whether the task was there already.
        package let isResumed: Bool
        package let window: ExportWindow
        /// Where the objects are.
        package let location: String

        package func json() -> String {
            JSONText.object([
                ("task", JSONText.quoted(task)), ("resumed", String(isResumed)),
                ("location", JSONText.quoted(location)),
                ("from", JSONText.quoted("\(window.start)")),
                ("to", JSONText.quoted("\(window.end)")), ("whole", String(window.isWhole)),
            ])
        }
    }

    /// Attempts to start a task whose reply was lost.
    private static let starts = 5

    /// Starts the export or finds it, and waits for its end.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the day has not begun, with `notFound` where there
    ///   is no such log group, with `inputOutput` where the export fails or does not come to its turn.
    package func run() async throws -> Outcome {
        guard let window = ExportWindow(of: day, now: clock.now()) else {
            throw PipelineError(
                code: .usage, location: "\(day)", reason: "has not begun, and cannot be exported")
        }
        return try await AWSFailure.translating(at: "log group \(logGroup)", in: environment) {
            environment in
            do {
                return try await export(window, in: LogsClient(environment))
            } catch let error as AWSError {
                throw refusal(error, in: environment.region) ?? error
            }
        }
    }

    private func export(_ window: ExportWindow, in logs: LogsClient) async throws -> Outcome {
        let request = ExportTaskRequest(
            name: "bedrock-metering-\(day)", logGroup: logGroup,
            fromMilliseconds: window.fromMilliseconds, toMilliseconds: window.toMilliseconds,
            bucket: destination.bucket, prefix: destination.prefix(of: day))
        var wait = Patience(
            patience, with: "CloudWatch Logs", at: .ofExports, pause: pause)
        var failedStarts = 0
        var isResumed = true
        var ignored: Set<String>? = startsAnew ? nil : []
        while true {
            let all = try await logs.exportTasks()
            let passed = ignored ?? Set(all.filter { $0.state == .completed }.map(\.id))
            ignored = passed
            let tasks = all.filter { !passed.contains($0.id) }
            if let task = Self.own(request, window, among: tasks) {
                let wasComplete = task.state == .completed && isResumed
                let metadata = metadata(of: task.id, resumed: isResumed)
                if wasComplete, try await !hasObjects(of: task, among: all) {
                    logger.warning("the export's objects are gone", metadata: metadata)
                    ignored = passed.union([task.id])
                    try await wait.next(for: "an export task whose objects are there")
                    continue
                }
                if task.state.isUnderWay { logger.info("export under way", metadata: metadata) }
                try await end(of: task, in: logs, &wait)
                logger.info(
                    wasComplete ? "export was complete before" : "export complete",
                    metadata: metadata)
                return Outcome(
                    task: task.id, isResumed: isResumed,
                    window: window.ending(byMilliseconds: task.request.toMilliseconds),
                    location: destination.location(of: day))
            }
            if let other = tasks.first(where: \.state.isUnderWay) {
                logger.info(
                    "export waits for another task",
                    metadata: ["date": "\(day)", "task": "\(other.id)"])
                try await wait.next(for: "its turn: export task \(other.id) runs")
                continue
            }
            do {
                isResumed = false
                let id = try await logs.createExportTask(request)
                logger.info("export started", metadata: metadata(of: id, resumed: false))
                let task = ExportTask(id: id, request: request, state: .pending)
                try await end(of: task, in: logs, &wait)
                logger.info("export complete", metadata: metadata(of: id, resumed: false))
                return Outcome(
                    task: id, isResumed: false, window: window,
                    location: destination.location(of: day))
            } catch let error as AWSError where Self.isBusy(error) {
                logger.info("export waits for its turn", metadata: ["date": "\(day)"])
                try await wait.next(for: "its turn: another export task runs")
            } catch let error as AWSError
                where error.operation == "CreateExportTask" && Self.isUncertain(error)
                && failedStarts < Self.starts
            {
                // It may have been started none the less, and then shows in the list.
                failedStarts += 1
                try await wait.next(for: "an answer to CreateExportTask")
            }
        }
    }

    /// Whether the account's one place for exports is taken, or somebody is about to take it.
    private static func isBusy(_ error: AWSError) -> Bool {
        [LogsError.limitExceeded, "OperationAbortedException"].contains(error.code)
    }

    /// Whether objects of a task that was complete before are there, or need not be: where they were
    /// deleted meanwhile, nothing else would tell that from a day without usage.
    ///
    /// The folder of the day also has the object by which CloudWatch Logs tries whether it may write
    /// there, and what earlier tasks have left.
    private func hasObjects(of task: ExportTask, among tasks: [ExportTask]) async throws -> Bool {
        if mayBeEmpty { return true }
        let folder = ObjectLocation(
            key: destination.prefix(of: day) + "/", in: destination.bucket)
        let others = Set(tasks.map(\.id)).subtracting([task.id]).union([Self.probe])
        return try await stores.remote.objects(beginningAs: folder).contains { object in
            let name = folder.name(of: object.location) ?? ""
            return !others.contains(String(name.prefix { $0 != "/" }))
        }
    }

    private static let probe = "aws-logs-write-test"

    private func metadata(of task: String, resumed: Bool) -> Logger.Metadata {
        [
            "date": "\(day)", "task": "\(task)", "resumed": "\(resumed)",
            "to": "\(destination.location(of: day))",
        ]
    }

    /// Whether the service may have done what it did not say that it did.
    private static func isUncertain(_ error: AWSError) -> Bool {
        error.status == nil || error.mayHaveTakenEffect
    }

    /// The task that does what `request` asks for: one that runs, or one that is complete and reaches
    /// far enough.
    private static func own(
        _ request: ExportTaskRequest, _ window: ExportWindow, among tasks: [ExportTask]
    ) -> ExportTask? {
        let same = tasks.filter { task in
            var other = task.request
            other.toMilliseconds = request.toMilliseconds
            return other == request
        }
        let sufficient = window.sufficientEnd.microseconds / 1000
        return same.filter { task in
            task.state == .completed && task.request.toMilliseconds >= sufficient
        }.max { $0.request.toMilliseconds < $1.request.toMilliseconds }
            ?? same.first { task in
                [.pending, .running].contains(task.state)
                    && (!window.isWhole
                        || task.request.toMilliseconds >= request.toMilliseconds)
            }
    }

    private func end(of task: ExportTask, in logs: LogsClient, _ wait: inout Patience) async throws
    {
        var task = task
        wait.hurry()
        while true {
            switch task.state {
            case .completed: return
            case .failed, .cancelled:
                throw PipelineError(
                    code: .inputOutput, location: "export task \(task.id)",
                    reason: """
                        \(task.state.rawValue) in CloudWatch Logs, which gives a task up after 24 hours; \
                        another run starts the same export anew. Where a day always takes that long, have \
                        Firehose deliver the log group, and give that as --source
                        """)
            case .pending, .pendingCancel, .running, .unknown: break
            }
            // One that has just been started may not be listed yet.
            if let known = try await logs.exportTasks(id: task.id).first { task = known }
            guard task.state.isUnderWay else { continue }
            try await wait.next(for: "export task \(task.id)")
        }
    }
}
