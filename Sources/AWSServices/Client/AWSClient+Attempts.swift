internal import Foundation

extension AWSClient {
    /// A request with what it takes to repeat it.
    struct Call: Sendable {
        var request: HTTPRequest
        var operation: String
        var isRepeatable = true
        /// Whether an answer of 503 tells that nothing was done, so that the request may be repeated.
        var isSafeIfUnavailable = false
        var timeout = Duration.seconds(60)
        var callTimeout = Duration.seconds(600)
        /// How long after the first attempt another one may begin; nil for as long as the call may take.
        var retryTime: Duration?
        var resource: String?
    }

    /// Sends a request until `receive` has made a result of the response, or no further attempt makes
    /// sense.
    ///
    /// - Parameter receive: given a response with a status below 300; cancelled when the attempt's time
    ///   is over.
    func perform<Result: Sendable>(
        _ call: Call, _ receive: @escaping @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let policy = environment.retries
        let start = policy.now()
        let end = start.addingTimeInterval(call.callTimeout / .seconds(1))
        let lastStart = call.retryTime.map { start.addingTimeInterval($0 / .seconds(1)) } ?? end
        func left() -> Duration { .seconds(max(end.timeIntervalSince(policy.now()), 0.001)) }
        var progress = Progress()
        while true {
            progress.attempts += 1
            do {
                progress.credentials = try await credentials(
                    inPlaceOf: progress.refusedCredentials, within: left())
                progress.clockOffset = skew.offset
                let result = try await attempt(
                    call, within: min(call.timeout, left()), progress, receive)
                budget.refund(progress.lastCost)
                return result
            } catch let failure as RequestFailure {
                progress.mayHaveTakenEffect =
                    progress.mayHaveTakenEffect || failure.mayHaveTakenEffect
                guard
                    let delay = delay(
                        after: failure, of: call, until: min(end, lastStart), &progress)
                else {
                    if case .retry = failure.remedy, progress.end == Progress.noTime,
                        lastStart >= end
                    {
                        progress.isOutOfTime = true
                    }
                    dropCorrection(after: failure, progress)
                    throw error(of: failure, call, progress)
                }
                try await policy.sleep(delay)
            }
        }
    }

    /// Only an answer that does not refuse the signature shows that a correction was right.
    private func dropCorrection(after failure: RequestFailure, _ progress: Progress) {
        guard let earlier = progress.earlierOffset else { return }
        switch failure.remedy {
        case .correctClock: break
        case .none, .retry, .renewCredentials: guard failure.head == nil else { return }
        }
        skew.drop(progress.clockOffset, for: earlier)
    }

    private struct Progress {
        var attempts = 0
        /// What the last attempt was signed with.
        var credentials: AWSCredentials?
        var clockOffset: TimeInterval = 0
        var lastCost = 0
        var mayHaveTakenEffect = false
        var refusedCredentials: AWSCredentials?
        /// By what requests were signed before this one has corrected the clock.
        var earlierOffset: TimeInterval?
        /// Why there is no further attempt, where one might have helped.
        var end: String?
        /// Whether that is the end of the call's time.
        var isOutOfTime = false

        static let noTime = "no time is left to try again"
    }

    /// Asks the provider before each attempt, as credentials may expire while it waits; nil where
    /// requests go unsigned.
    private func credentials(
        inPlaceOf refused: AWSCredentials?, within time: Duration
    ) async throws -> AWSCredentials? {
        guard let provider = environment.credentials else { return nil }
        do {
            return try await Deadline.within(time) {
                guard let refused else { return try await provider.credentials() }
                return try await provider.credentials(inPlaceOf: refused)
            }
        } catch TransportError.timedOut {
            throw CredentialsError("credentials", "none came in time")
        }
    }

    private func attempt<Result: Sendable>(
        _ call: Call, within time: Duration, _ progress: Progress,
        _ receive: @escaping @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let policy = environment.retries
        let start = ContinuousClock.now
        var request = call.request
        if let credentials = progress.credentials {
            SignatureV4(credentials: credentials, region: environment.region, service: signingName)
                .sign(&request, at: policy.now().addingTimeInterval(progress.clockOffset))
        }
        let response: HTTPResponse
        do {
            response = try await environment.transport.send(request, timeout: time)
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw RequestFailure(error, to: request)
        }
        if call.request.endpoint.tellsTime, let time = response.head.time {
            skew.note(time, at: policy.uptime())
        }
        do {
            return try await Deadline.within(time - (ContinuousClock.now - start)) {
                if response.status < 300 { return try await receive(response) }
                let body = AWSErrorBody(
                    try await response.bytes(upTo: AWSErrorBody.maximumSize),
                    headers: response.headers)
                throw RequestFailure(body, response.head, of: call.request, now: policy.now())
            }
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw RequestFailure(error, after: response.head, of: call.request)
        } catch is HTTPBodyTooLong {
            throw RequestFailure(tooLong: response.head, of: call.request)
        }
    }

    /// How long to wait before the next attempt; nil where there is none.
    private func delay(
        after failure: RequestFailure, of call: Call, until end: Date, _ progress: inout Progress
    ) -> Duration? {
        let policy = environment.retries
        switch failure.remedy {
        case .none:
            return nil
        case .correctClock(let serviceTime):
            guard progress.credentials != nil, progress.earlierOffset == nil else { return nil }
            guard call.request.endpoint.tellsTime else {
                progress.end = "its clock is not heeded, as it is asked by http"
                return nil
            }
            let earlier = skew.offset
            guard
                skew.correct(
                    by: serviceTime, now: policy.now(), uptime: policy.uptime(),
                    signedWith: progress.clockOffset)
            else { return nil }
            progress.earlierOffset = earlier
            return .zero
        case .renewCredentials:
            guard let credentials = progress.credentials, progress.refusedCredentials == nil
            else { return nil }
            progress.refusedCredentials = credentials
            return .zero
        case .retry(let isThrottling, let isSafe, let cost):
            guard
                call.isRepeatable || isSafe
                    || call.isSafeIfUnavailable && failure.head?.status == 503
            else {
                progress.end = "not repeated, as it may have taken effect"
                return nil
            }
            guard progress.attempts < policy.maximumAttempts else { return nil }
            let delay = policy.delay(
                afterFailure: progress.attempts, isThrottling: isThrottling,
                retryAfter: failure.retryAfter)
            guard policy.now().addingTimeInterval(delay / .seconds(1)) < end else {
                progress.end = Progress.noTime
                return nil
            }
            guard budget.spend(cost) else {
                progress.end = "too many requests have failed of late to try again"
                return nil
            }
            progress.lastCost = cost
            return delay
        }
    }

    private func error(of failure: RequestFailure, _ call: Call, _ progress: Progress) -> AWSError {
        let isRetryable =
            switch failure.remedy {
            case .retry(_, let isSafe, _): isSafe || call.isRepeatable
            case .none, .correctClock, .renewCredentials: false
            }
        // Where nothing answered, it matters who was asked.
        let place = failure.head == nil ? call.request.endpoint.origin : nil
        let reasons = [
            [place, failure.reason].compactMap { $0 }.joined(separator: ": "), progress.end ?? "",
        ].filter { !$0.isEmpty }
        var error = AWSError(
            service: service, operation: call.operation, code: failure.code,
            status: failure.head?.status, requestID: failure.head?.requestID,
            isRetryable: isRetryable, resource: call.resource,
            reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
        error.message = failure.body.message
        error.bucketRegion = failure.body.region
        error.attempts = progress.attempts
        error.retryAfter = failure.retryAfter
        error.isOutOfTime = progress.isOutOfTime
        if case .retry(let isThrottling, _, _) = failure.remedy {
            error.isThrottling = isThrottling
        }
        error.mayHaveTakenEffect = progress.mayHaveTakenEffect
        return error
    }
}

extension Endpoint {
    /// Whether nobody on the way can have forged what its answers say the time is.
    fileprivate var tellsTime: Bool { isSecure || isLoopback }
}
