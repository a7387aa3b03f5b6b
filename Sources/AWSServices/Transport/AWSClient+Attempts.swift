internal import Foundation

extension AWSClient {
    /// A request with what it takes to repeat it.
    struct Call: Sendable {
        var request: HTTPRequest
        var operation: String
        var isRepeatable: Bool
        var timeout: Duration
        var callTimeout: Duration
        var resource: String?
    }

    /// Sends a request until `receive` has made a result of the response, or no further attempt makes
    /// sense.
    ///
    /// - Parameter receive: given a response with a status below 300, and the end of the attempt's time.
    func perform<Result>(
        _ call: Call, _ receive: (HTTPResponse, _ deadline: Date) async throws -> Result
    ) async throws -> Result {
        let policy = environment.retries
        let end = policy.now().addingTimeInterval(call.callTimeout / .seconds(1))
        var progress = Progress()
        while true {
            progress.attempts += 1
            let left = end.timeIntervalSince(policy.now())
            let timeout = min(call.timeout, .seconds(max(left, 0.001)))
            let credentials = try await credentials(inPlaceOf: progress.refusedCredentials)
            do {
                let result = try await attempt(call, timeout, credentials, receive)
                budget.refund(progress.lastCost)
                return result
            } catch let failure as RequestFailure {
                progress.mayHaveTakenEffect =
                    progress.mayHaveTakenEffect || failure.mayHaveTakenEffect
                guard
                    let delay = delay(
                        after: failure, of: call, credentials, until: end, &progress)
                else { throw error(of: failure, call, progress) }
                try await policy.sleep(delay)
            }
        }
    }

    private struct Progress {
        var attempts = 0
        var lastCost = 0
        var mayHaveTakenEffect = false
        var refusedCredentials: AWSCredentials?
        var isClockCorrected = false
        /// Why there is no further attempt, where one might have helped.
        var end: String?
    }

    /// Asks the provider before each attempt, as credentials may expire while it waits.
    private func credentials(inPlaceOf refused: AWSCredentials?) async throws -> AWSCredentials {
        guard let refused else { return try await environment.credentials.credentials() }
        return try await environment.credentials.credentials(inPlaceOf: refused)
    }

    private func attempt<Result>(
        _ call: Call, _ timeout: Duration, _ credentials: AWSCredentials,
        _ receive: (HTTPResponse, _ deadline: Date) async throws -> Result
    ) async throws -> Result {
        let policy = environment.retries
        let start = policy.now()
        var request = call.request
        SignatureV4(credentials: credentials, region: environment.region, service: signingName)
            .sign(&request, at: skew.serviceTime(at: start))
        do {
            let response = try await environment.transport.send(request, timeout: timeout)
            if response.status < 300 {
                return try await receive(
                    response, start.addingTimeInterval(timeout / .seconds(1)))
            }
            let body = AWSErrorBody(
                try await response.bytes(upTo: 1 << 20), headers: response.headers)
            throw RequestFailure(
                body, status: response.status, headers: response.headers, method: request.method,
                now: policy.now())
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw RequestFailure(error)
        } catch is HTTPBodyTooLong {
            throw RequestFailure(code: "ResponseTooLong")
        }
    }

    /// How long to wait before the next attempt; nil where there is none.
    private func delay(
        after failure: RequestFailure, of call: Call, _ credentials: AWSCredentials,
        until end: Date, _ progress: inout Progress
    ) -> Duration? {
        let policy = environment.retries
        switch failure.remedy {
        case .none:
            return nil
        case .correctClock(let serviceTime):
            guard !progress.isClockCorrected,
                skew.correct(by: serviceTime, at: policy.now())
            else { return nil }
            progress.isClockCorrected = true
            return .zero
        case .renewCredentials:
            guard progress.refusedCredentials == nil else { return nil }
            progress.refusedCredentials = credentials
            return .zero
        case .retry(let isThrottling, let isSafe, let cost):
            guard call.isRepeatable || isSafe else {
                progress.end = "not repeated, as it may have taken effect"
                return nil
            }
            guard progress.attempts < policy.maximumAttempts else { return nil }
            let delay = policy.delay(
                afterFailure: progress.attempts, isThrottling: isThrottling,
                retryAfter: failure.retryAfter)
            guard policy.now().addingTimeInterval(delay / .seconds(1)) < end else {
                progress.end = "no time is left to try again"
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
        let place = failure.status == nil ? call.request.endpoint.origin : nil
        let reasons = [
            [place, failure.reason].compactMap { $0 }.joined(separator: ": "), progress.end ?? "",
        ].filter { !$0.isEmpty }
        var error = AWSError(
            service: service, operation: call.operation, code: failure.code,
            status: failure.status, requestID: failure.requestID, isRetryable: isRetryable,
            resource: call.resource,
            reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
        error.message = failure.body.message
        error.bucketRegion = failure.body.region
        error.attempts = progress.attempts
        error.mayHaveTakenEffect = progress.mayHaveTakenEffect
        return error
    }
}
