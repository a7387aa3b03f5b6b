internal import AWSServices
internal import Synchronization

/// Opens what a configuration names.
extension Gateway {
    /// As many connections as there may be calls, each of which bears that a model thinks for long.
    static func connections(for limits: CallLimitsSettings) -> SharedTransport {
        let transport = SharedTransport(
            silence: .seconds(limits.callTimeoutSeconds),
            connections: max(1, limits.concurrentCalls), reads: SharedTransport.smallReads)
        keptConnections.withLock { $0.append(transport) }
        return transport
    }

    /// Connections end with the process, and must not be let go of before.
    private static let keptConnections = Mutex<[SharedTransport]>([])

    /// Plain http would show prompts, answers and credentials' signatures to the network.
    static func checkEndpoints(
        of configuration: GatewayConfiguration, _ environment: AWSEnvironment
    ) throws(GatewayError) {
        var services = ["bedrock-runtime"]
        if configuration.usage.logGroup != nil { services.append("logs") }
        if configuration.usage.bucket != nil { services.append("s3") }
        if case .dynamoDB = configuration.limitStore { services.append("dynamodb") }
        for service in services {
            let endpoint = environment.endpoint(of: service)
            guard endpoint.isSecure || endpoint.isLoopback else {
                throw GatewayError(
                    "the endpoint of \(service), \(endpoint.origin), is plain http, which is taken "
                        + "for loopback addresses alone")
            }
        }
    }

    static func limitStore(
        _ settings: LimitStoreSettings, _ environment: AWSEnvironment
    ) async throws(GatewayError) -> any LimitStore {
        do throws(LimitStoreError) {
            switch settings {
            case .memory: return MemoryLimitStore()
            case .sqlite(let path): return try SQLiteLimitStore(at: path)
            case .dynamoDB(let table):
                let store = DynamoLimitStore(DynamoClient(environment), table: table)
                try await store.check()
                return store
            }
        } catch {
            throw GatewayError("limit_store: \(error)")
        }
    }

    /// The bucket of lines and what their keys begin with.
    private static func bucket(_ settings: UsageSettings) -> (name: String, prefix: String)? {
        guard let bucket = settings.bucket else { return nil }
        let parts = bucket.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
        var prefix = parts.count > 1 ? String(parts[1]) : ""
        if !prefix.isEmpty, !prefix.hasSuffix("/") { prefix += "/" }
        return (String(parts.first ?? ""), prefix)
    }

    static func sinks(
        _ settings: UsageSettings, _ environment: AWSEnvironment
    ) -> [any UsageSink] {
        var sinks: [any UsageSink] = []
        if let group = settings.logGroup {
            sinks.append(LogGroupSink(LogsClient(environment), group: group))
        }
        if let bucket = bucket(settings) {
            sinks.append(
                BucketSink(S3Client(environment), bucket: bucket.name, prefix: bucket.prefix))
        }
        return sinks
    }

    static func searches(
        _ settings: UsageSettings, _ environment: AWSEnvironment
    ) -> [any LineSearch] {
        var searches: [any LineSearch] = []
        if let group = settings.logGroup {
            searches.append(LogGroupSearch(LogsClient(environment), group: group))
        }
        if let bucket = bucket(settings) {
            searches.append(
                BucketSearch(S3Client(environment), bucket: bucket.name, prefix: bucket.prefix))
        }
        return searches
    }

    static func journal(
        _ settings: UsageSettings, _ environment: AWSEnvironment,
        _ report: @escaping @Sendable (String) -> Void
    ) async throws(GatewayError) -> (any UsageJournal, interrupted: [CallIntent]) {
        let sinks = sinks(settings, environment)
        guard let path = settings.spool else { return (DirectUsage(sinks), []) }
        var spool = Spool.Settings(path: path)
        spool.limit = settings.spoolBytes
        spool.report = report
        do throws(UsageError) {
            let journal = try await Spool(spool, sinks: sinks)
            let count = journal.interruptedCalls.count
            if count > 0 {
                report(
                    "\(count) calls were under way when the run before ended; each has a line that "
                        + "names it unknown")
            }
            return (journal, journal.interruptedCalls)
        } catch {
            throw GatewayError("usage.spool: \(error)")
        }
    }
}
