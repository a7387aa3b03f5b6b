import AWSServices
import Foundation
import Testing

/// When a request is sent again, and what is told when it is not.
@Suite struct RetryTests {
    private static let error500 = ScriptedTransport.Step.answer(500)
    private let time = ScriptedTime()

    private func client(_ transport: ScriptedTransport) -> AWSClient {
        AWSClient(.scripted(transport, time), service: "glue")
    }

    private func send(
        _ client: AWSClient, isRepeatable: Bool = true, callTimeout: Duration = .seconds(600)
    ) async throws {
        _ = try await client.receive(
            HTTPRequest("POST", client.endpoint), "GetTable", isRepeatable: isRepeatable,
            callTimeout: callTimeout)
    }

    @Test(arguments: [
        ScriptedTransport.Step.answer(500), .answer(502),
        .answer(503, [:], "<Code>SlowDown</Code>"),
        .answer(504), .answer(429), .answer(400, [:], #"{"__type":"ThrottlingException"}"#),
        .answer(400, ["x-amzn-errortype": "a#ThrottledException:http://b"]),
        .answer(400, [:], "<Error><Code>RequestTimeout</Code></Error>"),
        .answer(409, [:], "<Error><Code>OperationAborted</Code></Error>"),
        .answer(400, [:], #"{"__type":"OperationAbortedException"}"#),
        .failure(.notConnected(reason: "refused")), .failure(.broken(reason: "reset")),
        .failure(.timedOut), .breaking(200, [:], "{"), .breaking(200, [:], "{", .timedOut),
        .breaking(400, [:], "{"),
    ])
    func `what may be chance is tried again`(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport([step, step, .answer(200)])

        try await send(client(transport))

        #expect(transport.requests.count == 3)
    }

    @Test(arguments: [
        ScriptedTransport.Step.answer(400, [:], #"{"__type":"InvalidInputException"}"#),
        .answer(403, [:], "<Error><Code>AccessDenied</Code></Error>"), .answer(404), .answer(412),
        .answer(501), .answer(301), .failure(.unsendable(reason: "")),
        .failure(.unreadableFile(path: "/x", reason: "")),
        .answer(400, [:], #"{"__type":"LimitExceededException"}"#),
        .answer(409, [:], "<Error><Code>ConditionalRequestConflict</Code></Error>"),
    ])
    func `what will not change is tried once`(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport([step])

        let error = try await #require(throws: AWSError.self) { try await send(client(transport)) }

        #expect(transport.requests.count == 1)
        #expect(!error.isRetryable)
        #expect(!error.mayHaveTakenEffect)
    }

    @Test(arguments: [
        ScriptedTransport.Step.answer(500, ["x-amz-request-id": "R"]),
        .breaking(200, ["x-amz-request-id": "R"], "{"),
        .breaking(404, ["x-amz-request-id": "R"], "{", .timedOut),
        .dripping(200, ["x-amz-request-id": "R"], String(repeating: "x", count: 5000)),
        .dripping(503, ["x-amz-request-id": "R"], String(repeating: "x", count: 5000)),
        .answer(200, ["x-amz-request-id": "R"], String(repeating: "x", count: 2000)),
        .answer(404, ["x-amz-request-id": "R"], String(repeating: "x", count: 2 << 20)),
    ])
    func `an error about a response tells its status and its request id`(
        step: ScriptedTransport.Step
    ) async throws {
        var environment = AWSEnvironment.scripted(ScriptedTransport([step]), time)
        environment.retries.maximumAttempts = 1
        let client = AWSClient(environment, service: "glue")

        let error = try await #require(throws: AWSError.self) {
            _ = try await client.receive(
                HTTPRequest("GET", client.endpoint), "GetTable", timeout: .milliseconds(100),
                limit: 1000)
        }

        #expect(error.status != nil)
        #expect(error.requestID == "R")
        #expect(!error.mayHaveTakenEffect)
        #expect(["HTTP500", "IncompleteResponse", "ResponseTooLong"].contains(error.code))
    }

    @Test func `a response that drips is asked for again when its time is over`() async throws {
        let transport = ScriptedTransport([
            .dripping(200, [:], String(repeating: "x", count: 5000)), .answer(200, [:], "whole"),
        ])
        let client = client(transport)

        let reply = try await client.receive(
            HTTPRequest("GET", client.endpoint), "GetTable", timeout: .milliseconds(100))

        #expect(reply.bytes == Array("whole".utf8))
        #expect(transport.requests.count == 2)
    }

    @Test func `credentials that do not come are not waited for beyond the end of the call's time`()
        async throws
    {
        struct Silent: CredentialsProvider {
            func credentials() async throws -> AWSCredentials {
                try await Task.sleep(for: .seconds(3600))
                return AWSEnvironment.testCredentials
            }
        }
        let transport = ScriptedTransport([.answer(200)])
        let client = AWSClient(
            .scripted(transport, time, credentials: CachedCredentials(Silent())), service: "glue")

        await #expect {
            try await send(client, callTimeout: .milliseconds(50))
        } throws: { "\($0)" == "no AWS credentials: credentials: none came in time" }

        #expect(transport.requests.isEmpty)
    }

    @Test func `a request that goes unsigned is tried again like any other`() async throws {
        let transport = ScriptedTransport([
            Self.error500, .answer(400, [:], "<Code>Throttling</Code>"),
            .answer(400, [:], "<Code>IDPCommunicationError</Code>"), .answer(200),
        ])

        try await send(
            AWSClient(.scripted(transport, time, credentials: nil), service: "sts"))

        #expect(time.naps == [.milliseconds(50), .seconds(2), .milliseconds(200)])
        #expect(transport.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test(arguments: ["ExpiredTokenException", "SignatureDoesNotMatch"])
    func `where nothing is signed, no other signature helps`(code: String) async throws {
        let transport = ScriptedTransport([
            .answer(
                400, ["date": "Sun, 07 Dec 2025 14:00:00 GMT"], "<Code>\(code)</Code>")
        ])

        await #expect(throws: AWSError.self) {
            try await send(
                AWSClient(.scripted(transport, time, credentials: nil), service: "sts"))
        }

        #expect(transport.requests.count == 1)
    }

    @Test func `waits are random up to bounds that double, and longer after throttling`()
        async throws
    {
        let transport = ScriptedTransport([
            Self.error500, Self.error500, .answer(429), .answer(429), Self.error500,
        ])

        let error = try await #require(throws: AWSError.self) { try await send(client(transport)) }

        #expect(time.naps == [.milliseconds(50), .milliseconds(100), .seconds(4), .seconds(8)])
        #expect(error.attempts == 5)
        #expect(error.isRetryable)
    }

    @Test func `a wait is anything below its bound`() async throws {
        let transport = ScriptedTransport([.answer(429), .answer(429), .answer(200)])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.retries = time.policy(random: 0.25)

        try await send(AWSClient(environment, service: "glue"))

        #expect(time.naps == [.milliseconds(250), .milliseconds(500)])
    }

    @Test(arguments: [("7", 7.0), ("Sun, 07 Dec 2025 12:00:30 GMT", 30.0), ("soon", 0.05)])
    func `a service says how long to wait`(header: String, seconds: Double) async throws {
        let transport = ScriptedTransport([.answer(503, ["retry-after": header]), .answer(200)])

        try await send(client(transport))

        #expect(time.naps == [.seconds(seconds)])
    }

    @Test func `no attempt begins after the end of the call's time`() async throws {
        let transport = ScriptedTransport([.answer(503, ["retry-after": "100"])])

        let error = try await #require(throws: AWSError.self) {
            try await send(client(transport), callTimeout: .seconds(90))
        }

        #expect(transport.requests.count == 1)
        #expect(error.reason == "no time is left to try again")
        #expect(error.isRetryable)
    }

    @Test func `an attempt has no more time than the call`() async throws {
        let transport = ScriptedTransport([
            .answer(503, ["retry-after": "80"]), .answer(200),
        ])

        try await send(client(transport), callTimeout: .seconds(90))

        #expect(transport.timeouts == [.seconds(60), .seconds(10)])
    }

    @Test(arguments: [
        ScriptedTransport.Step.failure(.broken(reason: "reset")), .failure(.timedOut), .answer(500),
        .breaking(200, [:], "{"), .breaking(503, [:], "{"),
    ])
    func `what must not happen twice is not repeated once it may have happened`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport([step])

        let error = try await #require(throws: AWSError.self) {
            try await send(client(transport), isRepeatable: false)
        }

        #expect(transport.requests.count == 1)
        #expect(error.mayHaveTakenEffect)
        #expect(!error.isRetryable)
    }

    @Test(arguments: [
        ScriptedTransport.Step.failure(.notConnected(reason: "refused")), .answer(429),
        .answer(400, [:], #"{"__type":"com.amazonaws#TooManyRequestsException"}"#),
        .answer(400, [:], #"{"__type":"OperationAbortedException"}"#),
    ])
    func `what must not happen twice is repeated where it has not happened`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport([step, .answer(200)])

        try await send(client(transport), isRepeatable: false)

        #expect(transport.requests.count == 2)
    }

    @Test(arguments: ["GET", "HEAD"], [TransportError.broken(reason: "reset"), .timedOut])
    func `what only reads has had no effect whatever became of it`(
        method: String, error: TransportError
    ) async throws {
        let client = client(ScriptedTransport([.failure(error)]))

        let told = try await #require(throws: AWSError.self) {
            _ = try await client.receive(HTTPRequest(method, client.endpoint), "GetObject")
        }

        #expect(told.code == (error == .timedOut ? "TimedOut" : "ConnectionBroken"))
        #expect(!told.mayHaveTakenEffect)
        #expect(told.isRetryable)
    }

    @Test func `a condition that fails after a lost reply is told with the doubt`() async throws {
        let transport = ScriptedTransport([.failure(.broken(reason: "reset")), .answer(412)])

        let error = try await #require(throws: AWSError.self) { try await send(client(transport)) }

        #expect(error.isPreconditionFailed)
        #expect(error.mayHaveTakenEffect)
        #expect(error.attempts == 2)
    }

    @Test(arguments: [1, 2])
    func `a request is sent as often as it may be at most`(attempts: Int) async throws {
        let transport = ScriptedTransport([Self.error500])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.retries.maximumAttempts = attempts

        let error = try await #require(throws: AWSError.self) {
            try await send(AWSClient(environment, service: "glue"))
        }

        #expect(error.attempts == attempts)
        #expect(transport.requests.count == attempts)
    }

    @Test func `a service that is down is soon asked once a request only`() async throws {
        let transport = ScriptedTransport([Self.error500])
        let client = client(transport)

        var last: AWSError?
        for _ in 0..<40 {
            last = try await #require(throws: AWSError.self) { try await send(client) }
        }

        // 500 tokens pay for 100 repetitions.
        #expect(transport.requests.count == 140)
        #expect(last?.attempts == 1)
        #expect(last?.reason?.contains("too many requests have failed") == true)
    }

    @Test func `every success earns a repetition back`() async throws {
        let steps = (0..<300).flatMap { _ in [Self.error500, .answer(200)] }
        let transport = ScriptedTransport(steps)
        let client = client(transport)

        for _ in 0..<300 { try await send(client) }

        #expect(transport.requests.count == 600)
    }

    @Test func `cancellation is not an error to try again after`() async throws {
        let transport = ScriptedTransport([.cancellation])

        await #expect(throws: CancellationError.self) { try await send(client(transport)) }

        #expect(transport.requests.count == 1)
    }

    @Test func `a cancelled task does not wait for its next attempt`() async throws {
        let transport = ScriptedTransport([Self.error500])
        let client = client(transport)

        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await send(client)
        }

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.requests.count == 1)
    }

    @Test func `an error tells what to look up, and nothing of what was said`() async throws {
        let body = "<Error><Code>AccessDenied</Code><Message>tenant-7 secret</Message></Error>"
        let transport = ScriptedTransport([
            .answer(403, ["x-amz-request-id": "4442587FB7D0A2F9"], body)
        ])

        let error = try await #require(throws: AWSError.self) {
            _ = try await S3Client(.scripted(transport, time)).getObject("a\u{1b}b", in: "lake")
        }

        #expect(
            error.description == "s3 GetObject of s3://lake/a\u{fffd}b: AccessDenied, "
                + "HTTP status 403, request id 4442587FB7D0A2F9")
        #expect(error.message == "tenant-7 secret")
    }

    @Test(arguments: [301, 307, 400])
    func `a bucket elsewhere is told with its region`(status: Int) async throws {
        let transport = ScriptedTransport([
            .answer(status, ["x-amz-bucket-region": "eu-west-1"])
        ])

        let error = try await #require(throws: AWSError.self) {
            _ = try await S3Client(.scripted(transport, time)).listObjects(in: "lake")
        }

        #expect(error.bucketRegion == "eu-west-1")
        #expect(error.description.contains("the bucket is in eu-west-1"))
    }
}
