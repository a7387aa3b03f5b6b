internal import Foundation
internal import Synchronization

/// What the gateway counts of itself, as Prometheus reads it. Tenants have no names here: each would be a
/// series of its own.
package final class GatewayMetrics: Sendable {
    private struct Answered: Hashable {
        var path: String
        var status: Int
        var code: String
    }

    /// A histogram of seconds.
    private struct Times {
        var counts = [Int](repeating: 0, count: GatewayMetrics.bounds.count)
        var count = 0
        var sum = 0.0
    }

    private struct Values {
        var answers: [Answered: Int] = [:]
        var times: [String: Times] = [:]
    }

    /// Seconds, up to what a call may take.
    fileprivate static let bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    private let values = Mutex(Values())

    package init() {}

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - path: one of ours, or a word for all others: what clients make up would be a series each.
    ///   - code: of the error, if it is one.
    ///   - time: until the answer began.
    func count(path: String, status: Int, code: CallError.Code?, time: Duration) {
        let seconds = time / .seconds(1)
        let answered = Answered(path: path, status: status, code: code?.rawValue ?? "")
        values.withLock { values in
            values.answers[answered, default: 0] += 1
            var times = values.times[path] ?? Times()
            times.count += 1
            times.sum += seconds
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound {
                times.counts[index] += 1
            }
            values.times[path] = times
        }
    }

    /// All of it in Prometheus' text format.
    ///
    /// - Parameter running: how many calls run now.
    package func text(running: Int) -> String {
        let values = values.withLock { $0 }
        var lines = [
            "# TYPE meter_gateway_running_calls gauge", "meter_gateway_running_calls \(running)",
            "# TYPE meter_gateway_answers_total counter",
        ]
        lines += values.answers.map { answered, count in
            "meter_gateway_answers_total{path=\"\(answered.path)\",status=\"\(answered.status)\","
                + "code=\"\(answered.code)\"} \(count)"
        }.sorted()
        let name = "meter_gateway_answer_seconds"
        lines.append("# TYPE \(name) histogram")
        for (path, times) in values.times.sorted(by: { $0.key < $1.key }) {
            let bounds = Self.bounds.map { "\($0)" } + ["+Inf"]
            for (bound, count) in zip(bounds, times.counts + [times.count]) {
                lines.append("\(name)_bucket{path=\"\(path)\",le=\"\(bound)\"} \(count)")
            }
            lines.append("\(name)_sum{path=\"\(path)\"} \(times.sum)")
            lines.append("\(name)_count{path=\"\(path)\"} \(times.count)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The answer to a request on the listener for metrics.
    package func response(to request: GatewayRequest, running: Int) -> GatewayResponse {
        guard request.path == "/metrics", request.method == "GET" else {
            return GatewayResponse(status: 404)
        }
        return GatewayResponse(
            status: 200, headers: [("content-type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(text(running: running).utf8)))
    }
}
