import Foundation
import Testing

@testable import MeteringGateway

@Suite struct GatewayMetricsTests {
    @Test
    func
        `answers are counted by path, status and code, and no tenant or path of a client's is named`()
        async throws
    {
        let service = GatewayServiceTests.service()
        for body in [#"{"prompt": "Hi"}"#, #"{"prompt": "Hi"}"#, "{"] {
            _ = await service.response(to: try await GatewayServiceTests.request(body: body))
        }
        _ = await service.response(to: try await GatewayServiceTests.request("GET", "/\"x\n"))

        let text = service.metrics.text(running: 3)

        #expect(text.contains("meter_gateway_running_calls 3\n"))
        #expect(
            text.contains(
                "meter_gateway_answers_total{path=\"/bedrock/chat\",status=\"200\",code=\"\"} 2\n"))
        #expect(
            text.contains(
                "meter_gateway_answers_total{path=\"/bedrock/chat\",status=\"400\",code=\"invalid_json\"} 1\n"
            ))
        #expect(
            text.contains(
                "meter_gateway_answers_total{path=\"other\",status=\"404\",code=\"not_found\"} 1\n")
        )
        #expect(
            text.contains(
                "meter_gateway_answer_seconds_bucket{path=\"/bedrock/chat\",le=\"+Inf\"} 3\n"))
        #expect(!text.contains("acme"))
    }

    @Test(arguments: [("GET", "/metrics", 200), ("POST", "/metrics", 404), ("GET", "/health", 404)])
    func `the listener for metrics answers nothing else`(
        method: String, path: String, status: Int
    ) async throws {
        let request = try await GatewayServiceTests.request(method, path)

        #expect(GatewayMetrics().response(to: request, running: 0).status == status)
    }
}
